/**
 * OpenCV's GaussianBlur, to the last bit. Its 8-bit form works in fixed point, which in WebAssembly costs three times what
 * sepFilter2D with the same kernel does (FACTS 17); that one rounds otherwise, so it is not used.
 */

import { defineOperation } from '../operation.ts'

export const gaussian = defineOperation({
  name: 'gaussian',
  summary: 'Blurs with a Gaussian.',
  suffix: '',
  reach: ({ size }) => Math.floor(size / 2),
  parameters: {
    size: {
      type: 'integer',
      default: 5,
      min: 1,
      max: 127,
      isOdd: true,
      unit: 'px',
      summary: 'Side of the kernel; 1 leaves the image as it is.',
    },
    sigma: {
      type: 'number',
      default: 0,
      min: 0,
      max: 50,
      unit: 'px',
      summary: 'Standard deviation of the Gaussian; 0 derives it from the size: 0.15 size + 0.35.',
    },
  },
  example: 'gaussian:9',
  version: 1,
  apply(image, { size, sigma }, { openCv: { cv }, scope }) {
    const result = scope.mat()
    cv.GaussianBlur(image, result, new cv.Size(size, size), sigma)
    return result
  },
})
