/** The brown of old prints: a fixed mixture of the three channels (the one that most programs use). */

import { defineOperation } from '../operation.ts'
import { toRgb } from './rgb.ts'

/** Red, green and blue of the result as shares of red, green and blue. */
const SEPIA = [0.393, 0.769, 0.189, 0.349, 0.686, 0.168, 0.272, 0.534, 0.131]
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1]

export const sepia = defineOperation({
  name: 'sepia',
  summary: 'Tones the image in the brown of old prints; the result is always rgb.',
  suffix: '',
  gives: 'rgb',
  reach: 0,
  parameters: {
    strength: {
      type: 'number',
      default: 100,
      min: 0,
      max: 100,
      unit: '%',
      summary: 'Share of the toned image; the rest is the image as it was.',
    },
  },
  example: 'sepia:70',
  version: 1,
  apply(image, { strength }, context) {
    const { cv } = context.openCv
    const share = strength / 100
    const mixture = SEPIA.map((weight, index) => weight * share + (IDENTITY[index] ?? 0) * (1 - share))
    const result = context.scope.mat()
    cv.transform(toRgb(image, context), result, context.scope.own(cv.matFromArray(3, 3, cv.CV_32FC1, mixture)))
    return result
  },
})
