/**
 * A drawing by colour dodge: gray / (255 - blurred negative), that is the image divided by its own blur. Even areas turn
 * white, edges dark. (OpenCV's pencilSketch is another algorithm, and not in this build.)
 */

import { gaussianOf, gaussianReachPx } from '../filter/gaussian-of-sigma.ts'
import { defineOperation } from '../operation.ts'

export const sketch = defineOperation({
  name: 'sketch',
  summary: 'Draws the image in pencil: divides it by its blurred self (colour dodge), so that only edges stay dark.',
  suffix: '',
  accepts: 'gray',
  gives: 'gray',
  reach: ({ radius }) => gaussianReachPx(radius),
  parameters: {
    radius: {
      type: 'number',
      default: 6,
      min: 0.3,
      max: 20,
      unit: 'px',
      summary: 'Standard deviation of the blur: larger gives broader strokes.',
    },
  },
  example: 'sketch:10',
  version: 1,
  apply(image, { radius }, context) {
    const { openCv, scope } = context
    const result = scope.mat()
    // black divided by black is black
    openCv.cv.divide(image, gaussianOf(image, radius, context), result, 255)
    return result
  },
})
