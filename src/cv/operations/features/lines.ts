/** OpenCV's probabilistic Hough transform over Canny's edges. Its random numbers have a fixed seed of their own. */

import { toGray } from '../color/grayscale.ts'
import { defineOperation } from '../operation.ts'
import { COLOR_PARAMETER, LINE_WIDTH_PARAMETER, overlayOf, paintOf } from './overlay.ts'

const MAX_CANNY_THRESHOLD = 2_000

export const lines = defineOperation({
  name: 'lines',
  summary: 'Draws the straight lines that the probabilistic Hough transform finds among the edges of Canny.',
  suffix: '',
  gives: 'rgb',
  reach: 'whole image',
  parameters: {
    votes: {
      type: 'integer',
      default: 80,
      min: 1,
      max: 100_000,
      unit: 'px',
      summary: 'Edge pixels that a line needs.',
    },
    length: { type: 'number', default: 50, min: 0, max: 100_000, unit: 'px', summary: 'Shorter lines are left out.' },
    gap: {
      type: 'number',
      default: 5,
      min: 0,
      max: 10_000,
      unit: 'px',
      summary: 'Pieces of one line that are no further apart are joined.',
    },
    low: {
      type: 'number',
      default: 50,
      min: 0,
      max: MAX_CANNY_THRESHOLD,
      unit: '',
      summary: 'Gradient above which a pixel continues an edge.',
    },
    high: {
      type: 'number',
      default: 150,
      min: 0,
      max: MAX_CANNY_THRESHOLD,
      unit: '',
      summary: 'Gradient above which a pixel begins an edge.',
    },
    color: COLOR_PARAMETER,
    width: LINE_WIDTH_PARAMETER,
  },
  example: 'lines:60,length=80,color=red',
  version: 1,
  apply(image, { votes, length, gap, low, high, color, width }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    const isEdge = scope.mat()
    cv.Canny(toGray(image, context), isEdge, low, high)
    const found = scope.mat()
    cv.HoughLinesP(isEdge, found, 1, Math.PI / 180, votes, length, gap)
    const overlay = overlayOf(image, context)
    const paint = paintOf(color, context)
    // drawing does not touch these
    const ends = found.total() === 0 ? new Int32Array() : found.data32S.slice()
    for (let at = 0; at + 3 < ends.length; at += 4) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = ends.subarray(at, at + 4)
      cv.line(overlay, new cv.Point(x1, y1), new cv.Point(x2, y2), paint, width)
    }
    return overlay
  },
})
