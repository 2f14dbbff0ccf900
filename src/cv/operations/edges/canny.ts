/** OpenCV's Canny: Sobel gradients, non-maximum suppression, hysteresis. The last follows edges without bound. */

import { defineOperation } from '../operation.ts'
import { cannyReachPx, weakAndStrong } from './hysteresis.ts'

/** Gradients of a 7x7 aperture can reach this much; larger thresholds find nothing. */
const MAX_THRESHOLD = 200_000

export const canny = defineOperation({
  name: 'canny',
  summary: 'Draws the edges that Canny finds: one pixel wide, white on black.',
  suffix: '',
  accepts: 'gray',
  gives: 'gray',
  reach: 'whole image',
  parameters: {
    low: {
      type: 'number',
      default: 100,
      min: 0,
      max: MAX_THRESHOLD,
      unit: '',
      summary:
        'Gradient above which a pixel continues an edge; the smaller of the two thresholds is taken for this one.',
    },
    high: {
      type: 'number',
      default: 200,
      min: 0,
      max: MAX_THRESHOLD,
      unit: '',
      summary: 'Gradient above which a pixel begins an edge.',
    },
    aperture: {
      type: 'integer',
      default: 3,
      min: 3,
      max: 7,
      isOdd: true,
      unit: 'px',
      summary: 'Side of the Sobel kernel; gradients grow with it.',
    },
    l2: {
      type: 'boolean',
      default: false,
      summary: "Takes a gradient's length for its size instead of the sum of its two parts.",
    },
  },
  twoPass: {
    kind: 'edges',
    collectReachPx: ({ aperture }) => cannyReachPx(aperture),
    reachPx: () => 0,
    collect: weakAndStrong,
    apply: (_image, edges) => edges,
  },
  example: 'canny:50,150',
  version: 1,
  apply(image, { low, high, aperture, l2 }, { openCv: { cv }, scope }) {
    const result = scope.mat()
    cv.Canny(image, result, low, high, aperture, l2)
    return result
  },
})
