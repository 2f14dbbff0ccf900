/**
 * Unsharp masking: image + amount x (image - Gaussian), where the difference reaches a threshold. The Gaussian is in 8
 * bit, so differences are whole levels.
 */

import { defineOperation } from '../operation.ts'
import { gaussianOf, gaussianReachPx } from './gaussian-of-sigma.ts'

export const unsharp = defineOperation({
  name: 'unsharp',
  summary: 'Sharpens by unsharp masking: adds the difference to the blurred image.',
  suffix: '',
  reach: ({ radius }) => gaussianReachPx(radius),
  parameters: {
    amount: {
      type: 'number',
      default: 1,
      min: 0,
      max: 10,
      unit: '',
      summary: 'How much of the difference is added; 0 leaves the image as it is.',
    },
    radius: {
      type: 'number',
      default: 2,
      min: 0.3,
      max: 20,
      unit: 'px',
      summary: 'Standard deviation of the Gaussian: the scale of what is made sharper.',
    },
    threshold: {
      type: 'integer',
      default: 0,
      min: 0,
      max: 255,
      unit: 'levels',
      summary: 'Samples that differ by less stay as they are, so that noise is not made sharper.',
    },
  },
  example: 'unsharp:0.8,radius=1.5,threshold=4',
  version: 1,
  apply(image, { amount, radius, threshold }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    const blurred = gaussianOf(image, radius, context)
    const sharp = scope.mat()
    cv.addWeighted(image, 1 + amount, blurred, -amount, 0, sharp)
    if (threshold === 0) return sharp
    const difference = scope.mat()
    cv.absdiff(image, blurred, difference)
    // 255 in every sample whose difference is large enough
    const isSharpened = scope.mat()
    cv.threshold(difference, isSharpened, threshold - 1, 255, cv.THRESH_BINARY)
    const result = scope.mat()
    image.copyTo(result)
    sharp.copyTo(result, isSharpened)
    return result
  },
})
