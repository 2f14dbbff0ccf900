/** Stands in for cv::adaptiveThreshold; see assembly/adaptive.ts. */

import { standIn } from '../kernels.ts'
import { boxed } from './box-filter.ts'
import { DEPTH, type HeapImage, REGISTER_BYTES } from './heap-images.ts'
import type { SimdKernel, SimdSeat } from './simd-kernel.ts'

/** OpenCV's numbers. */
const METHOD = { mean: 0, gaussian: 1 } as const
const TYPE = { binary: 0, inverted: 1 } as const
const REPLICATE_ISOLATED = 1 | 16

/** Differences of two samples reach half of it: above, all or nothing is white, and 16 bits hold it. */
const MAX_OFFSET = 510
/** From here on OpenCV's sums are all made in the same order. */
const MIN_GAUSSIAN_PX = 7
/** The registry's largest; scratch grows with it. */
const MAX_BLOCK_PX = 255

const WHITE = 255

/** OpenCV's own weights, as its blur shows them of a single 1 in a row. They are not exported, and no engine's Math.exp. */
function gaussianOf({ cv, heap }: SimdSeat, size: number): readonly number[] | undefined {
  const impulse = new cv.Mat(1, 2 * size - 1, cv.CV_32FC1, new cv.Scalar(0, 0, 0, 0))
  const response = new cv.Mat()
  try {
    impulse.data32F[size - 1] = 1
    cv.GaussianBlur(impulse, response, new cv.Size(size, 1), 0, 0, REPLICATE_ISOLATED)
    const image = heap.image(response)
    if (image?.type !== DEPTH.f32 || image.widthPx !== 2 * size - 1) return undefined
    const half = size >> 1
    return [...heap.readFloats(image).subarray(size - 1 - half, size + half)]
  } finally {
    impulse.delete()
    response.delete()
  }
}

export const adaptiveThreshold: SimdKernel = (seat) =>
  standIn('adaptiveThreshold', (original) => {
    const { cv, heap, functions } = seat
    const known = new Map<number, readonly number[] | undefined>()

    function byGaussian(from: HeapImage, to: HeapImage, size: number, level: number, white: number, flips: number) {
      if (!known.has(size)) known.set(size, gaussianOf(seat, size))
      const weights = known.get(size)
      if (weights === undefined) return false
      const { widthPx, heightPx } = from
      const bytes = 4 * size + widthPx + 16 + 4 * (widthPx + size) + 4 * size * widthPx + 4 * size
      return heap.withScratch(bytes, (scratch) => {
        heap.writeFloats(scratch, weights)
        functions.adaptiveGaussian(
          ...([from.address, to.address, widthPx, heightPx, scratch, size] as const),
          ...([level, white, flips, scratch + 4 * size] as const),
        )
      })
    }

    function byMean(source: unknown, result: unknown, size: number, level: number, white: number, flips: number) {
      const mean = new cv.Mat()
      try {
        const isMade = boxed(seat, source, mean, new cv.Size(size, size), undefined, REPLICATE_ISOLATED)
        const [from, means, to] = [heap.image(source), heap.image(mean), heap.image(result)]
        if (!isMade || from === undefined || means === undefined || to === undefined) return false
        const samples = from.widthPx * from.heightPx
        functions.compareToMean(from.address, means.address, to.address, samples, level, white, flips)
        return true
      } finally {
        mean.delete()
      }
    }

    function run(
      source: unknown,
      result: unknown,
      white: number,
      method: unknown,
      type: unknown,
      size: number,
      offset: number,
      ...more: readonly unknown[]
    ): boolean {
      const isKnown = (method === METHOD.mean || method === METHOD.gaussian) && (type === 0 || type === 1)
      const isWhole = Number.isInteger(white) && white >= 0 && white <= WHITE
      if (more.length > 0 || !isKnown || !isWhole || !(Math.abs(offset) <= MAX_OFFSET)) return false
      const least = method === METHOD.gaussian ? MIN_GAUSSIAN_PX : 3
      if (!Number.isInteger(size) || size % 2 !== 1 || size < least || size > MAX_BLOCK_PX) return false
      const from = heap.bytes(source)
      if (from?.channels !== 1 || from.widthPx < REGISTER_BYTES) return false
      const to = heap.result(result, from.type, from, source)
      if (to === undefined) return false
      const level = -(type === TYPE.binary ? Math.ceil(offset) : Math.floor(offset))
      const flips = type === TYPE.inverted ? 1 : 0
      return method === METHOD.gaussian
        ? byGaussian(from, to, size, level, white, flips)
        : byMean(source, result, size, level, white, flips)
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
