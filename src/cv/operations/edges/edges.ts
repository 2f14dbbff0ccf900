/**
 * Edges in pure green over the image at half brightness: gray, box blur, Canny. The result is always rgb. Halving rounds
 * to the nearest even.
 *
 * Canny's hysteresis follows an edge without bound, so tiles need two passes (hysteresis.ts).
 */

import type { Mat } from '../../scope.ts'
import { toGray } from '../color/grayscale.ts'
import { defineOperation, type OperationContext } from '../operation.ts'
import { cannyReachPx, weakAndStrong } from './hysteresis.ts'

/** Gradients of a 7x7 aperture can reach this much; larger thresholds find nothing. */
const MAX_THRESHOLD = 200_000

function smoothed(image: Mat, { blur }: { readonly blur: number }, context: OperationContext): Mat {
  const { openCv, scope } = context
  const { cv } = openCv
  const result = scope.mat()
  cv.blur(toGray(image, context), result, new cv.Size(blur, blur))
  return result
}

/** The image at half its brightness, with green edges. */
function drawn(image: Mat, isEdge: Mat, { openCv: { cv }, scope }: OperationContext): Mat {
  const dark = scope.mat()
  cv.convertScaleAbs(image, dark, 0.5, 0)
  const result = image.channels() === 3 ? dark : scope.mat()
  if (result !== dark) cv.cvtColor(dark, result, cv.COLOR_GRAY2RGB)
  result.setTo(new cv.Scalar(0, 255, 0, 0), isEdge)
  return result
}

export const edges = defineOperation({
  name: 'edges',
  summary: 'Draws the edges that Canny finds in pure green over the image at half brightness.',
  suffix: '',
  gives: 'rgb',
  reach: 'whole image',
  parameters: {
    low: {
      type: 'number',
      default: 10,
      min: 0,
      max: MAX_THRESHOLD,
      unit: '',
      summary: 'Gradient above which a pixel continues an edge.',
    },
    high: {
      type: 'number',
      default: 30,
      min: 0,
      max: MAX_THRESHOLD,
      unit: '',
      summary: 'Gradient above which a pixel begins an edge.',
    },
    aperture: {
      type: 'integer',
      default: 5,
      min: 3,
      max: 7,
      isOdd: true,
      unit: 'px',
      summary: 'Side of the Sobel kernel; gradients grow with it.',
    },
    blur: {
      type: 'integer',
      default: 3,
      min: 1,
      max: 63,
      isOdd: true,
      unit: 'px',
      summary: 'Side of the box blur before the search; 1 is none.',
    },
  },
  twoPass: {
    kind: 'edges',
    collectReachPx: ({ aperture, blur }) => (blur - 1) / 2 + cannyReachPx(aperture),
    reachPx: () => 0,
    collect: (image, values, context) =>
      weakAndStrong(smoothed(image, values, context), { ...values, l2: false }, context),
    apply: (image, isEdge, _values, context) => drawn(image, isEdge, context),
  },
  example: 'edges:low=200,high=600',
  version: 1,
  apply(image, values, context) {
    const { low, high, aperture } = values
    const isEdge = context.scope.mat()
    context.openCv.cv.Canny(smoothed(image, values, context), isEdge, low, high, aperture, false)
    return drawn(image, isEdge, context)
  },
})
