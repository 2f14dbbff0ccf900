import { defineOperation } from '../operation.ts'

export const emboss = defineOperation({
  name: 'emboss',
  summary: 'Lights the image as a relief from the top left (a 3x3 kernel along the diagonal).',
  suffix: '',
  reach: 1,
  parameters: {
    amount: {
      type: 'number',
      default: 1,
      min: 0,
      max: 10,
      unit: '',
      summary: 'Depth of the relief; 0 leaves the image as it is.',
    },
  },
  example: 'emboss:0.5',
  version: 1,
  apply(image, { amount }, { openCv: { cv }, scope }) {
    const values = [-2 * amount, -amount, 0, -amount, 1, amount, 0, amount, 2 * amount]
    const kernel = scope.own(cv.matFromArray(3, 3, cv.CV_32FC1, values))
    const result = scope.mat()
    cv.filter2D(image, result, -1, kernel)
    return result
  },
})
