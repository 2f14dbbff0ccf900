/**
 * The brown of old prints: a fixed mixture of the three channels (the one that most programs use), with weights in whole
 * 1024ths as native OpenCV takes them. Sums are then exact in floats and in whole numbers, which are twice as fast.
 */

import { defineOperation } from '../operation.ts'
import { toRgb } from './rgb.ts'

/** Red, green and blue of the result as shares of red, green and blue. */
const SEPIA = [0.393, 0.769, 0.189, 0.349, 0.686, 0.168, 0.272, 0.534, 0.131]
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1]

const UNIT = 1 / 1024
/** Less than the sums' last digit: halves go up instead of to even. */
const ABOVE_TIES = UNIT / 2

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
  version: 2,
  apply(image, { strength }, context) {
    const { cv } = context.openCv
    const share = strength / 100
    const mixture = SEPIA.map((weight, index) => weight * share + (IDENTITY[index] ?? 0) * (1 - share))
    const weights = mixture.map((weight) => Math.round(weight / UNIT) * UNIT)
    const rows = [0, 3, 6].flatMap((first) => [...weights.slice(first, first + 3), ABOVE_TIES])
    const result = context.scope.mat()
    cv.transform(toRgb(image, context), result, context.scope.own(cv.matFromArray(3, 4, cv.CV_32FC1, rows)))
    return result
  },
})
