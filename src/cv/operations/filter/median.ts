import { defineOperation } from '../operation.ts'

export const median = defineOperation({
  name: 'median',
  summary: 'Replaces every sample by the median of the square around it, which takes specks away and keeps edges.',
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
      summary: 'Side of the square; 1 leaves the image as it is.',
    },
  },
  example: 'median:3',
  version: 1,
  apply(image, { size }, { openCv: { cv }, scope }) {
    const result = scope.mat()
    cv.medianBlur(image, result, size)
    return result
  },
})
