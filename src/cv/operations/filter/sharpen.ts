/**
 * The 3x3 kernel that adds the difference to the four neighbours' mean: [0 -a 0; -a 1+4a -a; 0 -a 0]. Finer control has
 * `unsharp`.
 */

import { defineOperation } from '../operation.ts'

export const sharpen = defineOperation({
  name: 'sharpen',
  summary: 'Sharpens with a 3x3 kernel: every sample moves away from its four neighbours.',
  suffix: '',
  reach: 1,
  parameters: {
    amount: {
      type: 'number',
      default: 1,
      min: 0,
      max: 10,
      unit: '',
      summary: 'Weight of the difference to each neighbour; 0 leaves the image as it is.',
    },
  },
  example: 'sharpen:0.5',
  version: 1,
  apply(image, { amount }, { openCv: { cv }, scope }) {
    const values = [0, -amount, 0, -amount, 1 + 4 * amount, -amount, 0, -amount, 0]
    const kernel = scope.own(cv.matFromArray(3, 3, cv.CV_32FC1, values))
    const result = scope.mat()
    cv.filter2D(image, result, -1, kernel)
    return result
  },
})
