/**
 * OpenCV's HoughCircles in its newer form (HOUGH_GRADIENT_ALT): a circle is judged by the share of its outline that lies
 * on edges pointing to its centre, so one threshold serves images of any size.
 */

import { toGray } from '../color/grayscale.ts'
import { gaussianOf } from '../filter/gaussian-of-sigma.ts'
import { defineOperation } from '../operation.ts'
import { COLOR_PARAMETER, LINE_WIDTH_PARAMETER, overlayOf, paintOf } from './overlay.ts'

/** Resolution of the search, px: OpenCV's recommendation for this form. */
const ACCUMULATOR_PX = 1.5
/** Noise is smoothed away before the search. */
const SMOOTHING_SIGMA_PX = 1.5
/** OpenCV's memory for it grows with its square, whatever the image: 2 MB here, 711 MB for 20,000 px, 1.6 GB for 30,000. */
const MAX_DISTANCE_PX = 1_000

export const circles = defineOperation({
  name: 'circles',
  summary: 'Draws the circles that the Hough transform finds.',
  suffix: '',
  gives: 'rgb',
  reach: 'whole image',
  parameters: {
    min: { type: 'integer', default: 10, min: 1, max: 50_000, unit: 'px', summary: 'Smallest radius.' },
    max: {
      type: 'integer',
      default: 0,
      min: 0,
      max: 50_000,
      unit: 'px',
      summary: "Largest radius; 0 is the image's longer side.",
    },
    distance: {
      type: 'number',
      default: 20,
      min: 1,
      max: MAX_DISTANCE_PX,
      unit: 'px',
      summary: 'Smallest distance between two centres.',
    },
    quality: {
      type: 'number',
      default: 80,
      min: 1,
      max: 99,
      unit: '%',
      summary: 'How much of a perfect circle there must be.',
    },
    edge: {
      type: 'number',
      default: 300,
      min: 1,
      max: 10_000,
      unit: '',
      summary: "Gradient (of Scharr's kernels) above which a pixel begins an edge; half of it continues one.",
    },
    color: COLOR_PARAMETER,
    width: LINE_WIDTH_PARAMETER,
  },
  example: 'circles:min=15,max=60,color=red',
  version: 1,
  conflict: ({ min, max }) =>
    max !== 0 && max < min ? `max to be 0 or at least min (${min} px), got ${max}` : undefined,
  apply(image, { min, max, distance, quality, edge, color, width }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    const smooth = gaussianOf(toGray(image, context), SMOOTHING_SIGMA_PX, context)
    const found = scope.mat()
    cv.HoughCircles(smooth, found, cv.HOUGH_GRADIENT_ALT, ACCUMULATOR_PX, distance, edge, quality / 100, min, max)
    const overlay = overlayOf(image, context)
    const paint = paintOf(color, context)
    const numbers = found.total() === 0 ? new Float32Array() : found.data32F.slice()
    for (let at = 0; at + 2 < numbers.length; at += 3) {
      const [x = 0, y = 0, radius = 0] = numbers.subarray(at, at + 3)
      cv.circle(overlay, new cv.Point(Math.round(x), Math.round(y)), Math.round(radius), paint, width)
    }
    return overlay
  },
})
