/**
 * Smooths, then cuts a square out at a place that the seed chooses.
 *
 * Only the square and a margin around it are smoothed: a round looks at most 2 px (Gaussian 5x5) + 2 px (median 5) away,
 * so the pixels of the square are the same as if the whole image had been smoothed, in about a quarter of the time. At
 * the image's own border the margin is cut off, and OpenCV extends the border as it would have done in the whole image.
 */

import type { OpenCV } from '@opencvjs/web'
import { belowBound, createStream, drawAt } from '../../random/counter-random.ts'
import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'

const KERNEL_PX = 5
/** How far one round of Gaussian and median looks. */
const REACH_PX = 2 * Math.floor(KERNEL_PX / 2)

interface Square {
  readonly x: number
  readonly y: number
  readonly side: number
}

/** The square that `seed` chooses in an image, uniformly among all places where it fits. */
export function chooseSquare(widthPx: number, heightPx: number, percent: number, seed: bigint): Square {
  const side = Math.max(1, Math.floor((Math.min(widthPx, heightPx) * percent) / 100))
  const key = createStream(seed, 'crop').row(0)
  return {
    side,
    x: belowBound(drawAt(key, 0), widthPx - side + 1),
    y: belowBound(drawAt(key, 1), heightPx - side + 1),
  }
}

function cut(image: Mat, rect: OpenCV.Rect, { scope }: OperationContext): Mat {
  const view = scope.own(image.roi(rect))
  const copy = scope.mat()
  view.copyTo(copy)
  return copy
}

export const crop = defineOperation({
  name: 'crop',
  summary: 'Smooths (Gaussian and median, three rounds) and cuts out a square at a random place.',
  suffix: '_cropped',
  reach: 'whole image',
  parameters: {
    side: {
      type: 'number',
      default: 50,
      min: 1,
      max: 100,
      unit: '%',
      summary: "The square's side as a share of the image's shorter side, rounded down.",
    },
    rounds: {
      type: 'integer',
      default: 3,
      min: 0,
      max: 20,
      unit: '',
      summary: 'Rounds of smoothing: Gaussian 5x5, then median 5.',
    },
  },
  example: 'crop:side=25',
  version: 1,
  apply(image, { side: percent, rounds }, context) {
    const { openCv, scope, seed } = context
    const { cv } = openCv
    const { x, y, side } = chooseSquare(image.cols, image.rows, percent, seed)
    const margin = rounds * REACH_PX
    const left = Math.max(0, x - margin)
    const top = Math.max(0, y - margin)
    const right = Math.min(image.cols, x + side + margin)
    const bottom = Math.min(image.rows, y + side + margin)
    const smooth = cut(image, new cv.Rect(left, top, right - left, bottom - top), context)
    const spare = scope.mat()
    for (let round = 0; round < rounds; round++) {
      cv.GaussianBlur(smooth, spare, new cv.Size(KERNEL_PX, KERNEL_PX), 0)
      cv.medianBlur(spare, smooth, KERNEL_PX)
    }
    return cut(smooth, new cv.Rect(x - left, y - top, side, side), context)
  },
  applyToAlpha(alpha, { side: percent }, context) {
    const { x, y, side } = chooseSquare(alpha.cols, alpha.rows, percent, context.seed)
    return cut(alpha, new context.openCv.cv.Rect(x, y, side, side), context)
  },
})
