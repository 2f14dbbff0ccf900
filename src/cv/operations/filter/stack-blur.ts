import { defineOperation } from '../operation.ts'

export const stackBlur = defineOperation({
  name: 'stack-blur',
  summary: 'Blurs with a pyramid-shaped kernel: nearly a Gaussian, in a time that does not depend on the size.',
  suffix: '',
  // a kernel is half of it, but OpenCV treats the end of an image that is not larger than the kernel in another way
  reach: ({ size }) => size,
  parameters: {
    size: {
      type: 'integer',
      default: 15,
      min: 1,
      max: 255,
      isOdd: true,
      unit: 'px',
      summary: 'Side of the kernel; 1 leaves the image as it is.',
    },
  },
  example: 'stack-blur:31',
  version: 1,
  apply(image, { size }, { openCv: { cv }, scope }) {
    const result = scope.mat()
    cv.stackBlur(image, result, new cv.Size(size, size))
    return result
  },
})
