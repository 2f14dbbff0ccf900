/** OpenCV's exact Euclidean distance transform (DIST_MASK_PRECISE, the algorithm of Felzenszwalb and Huttenlocher). */

import { defineOperation } from '../operation.ts'
import { toBinary } from './binary.ts'

export const distanceTransform = defineOperation({
  name: 'distance-transform',
  summary:
    'Gives for every white pixel (128 or lighter) its distance to the nearest black one as a gray level; all white without one.',
  suffix: '',
  accepts: 'gray',
  gives: 'gray',
  reach: 'whole image',
  parameters: {
    scale: {
      type: 'number',
      default: 1,
      min: 0.01,
      max: 255,
      unit: 'levels/px',
      summary: 'Levels for each pixel of distance; what would be lighter than 255 is 255.',
    },
  },
  example: 'distance-transform:4',
  version: 1,
  apply(image, { scale }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    const distances = scope.mat()
    cv.distanceTransform(toBinary(image, context), distances, cv.DIST_L2, cv.DIST_MASK_PRECISE)
    const result = scope.mat()
    distances.convertTo(result, cv.CV_8U, scale)
    return result
  },
})
