import { defineOperation } from '../operation.ts'

export const box = defineOperation({
  name: 'box',
  summary: 'Replaces every sample by the mean of the square around it, rounded to the nearest.',
  suffix: '',
  reach: ({ size }) => Math.floor(size / 2),
  parameters: {
    size: {
      type: 'integer',
      default: 5,
      min: 1,
      max: 255,
      isOdd: true,
      unit: 'px',
      summary: 'Side of the square; 1 leaves the image as it is, and the time does not depend on it.',
    },
  },
  example: 'box:3',
  version: 1,
  apply(image, { size }, { openCv: { cv }, scope }) {
    const result = scope.mat()
    cv.blur(image, result, new cv.Size(size, size))
    return result
  },
})
