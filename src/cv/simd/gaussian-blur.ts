/** Stands in for cv::GaussianBlur of 8-bit images; see assembly/gaussian.ts for the arithmetic. */

import { standIn } from '../kernels.ts'
import { knownBorder } from './borders.ts'
import { gaussianWeights, reduced, sizeOfSigma } from './gaussian-weights.ts'
import type { HeapImage } from './heap-images.ts'
import type { SimdKernel } from './simd-kernel.ts'

type Weights = readonly number[]

/** Of a strip of columns: with 15 rows its sums take 24 KB, which a level 1 cache holds. With 1,024 a tenth slower. */
const STRIP_SAMPLES = 768

/** Strips begin at a multiple of this, so that results are stored where registers align. */
const STRIP_STEP_PX = 16

/** The relaxed dot product is defined for weights of 7 bits. */
const GREATEST_COUPLED = 127

const CACHE_LINE_BYTES = 64

const aligned = (bytes: number, to = CACHE_LINE_BYTES): number => Math.ceil(bytes / to) * to

/**
 * For each pair of rows, the two weights that it has for an even row of results, and the two for the odd row below; all
 * of it twice, so that the kernel can begin anywhere.
 */
function pairsOfRows(weights: Weights): Weights {
  const at = (index: number): number => weights[index] ?? 0
  const pairs = Array.from({ length: (weights.length + 1) / 2 }, (_, pair) => 2 * pair)
  const once = pairs.flatMap((row) => [at(row), at(row + 1), at(row - 1), at(row)])
  return [...once, ...once]
}

export const gaussianBlur: SimdKernel = ({ heap, functions }) =>
  standIn('GaussianBlur', (original) => {
    function blur(
      source: unknown,
      result: unknown,
      size: { readonly width: number; readonly height: number },
      sigmaX: number,
      sigmaY = 0,
      borderType?: unknown,
      ...more: readonly unknown[]
    ): boolean {
      const from = heap.bytes(source)
      const border = knownBorder(borderType)
      if (from === undefined || border === undefined || more.length > 0) return false
      const sigmas = { x: sigmaX, y: sigmaY > 0 ? sigmaY : sigmaX }
      const sizeX = size.width <= 0 && sigmas.x > 0 ? sizeOfSigma(sigmas.x) : size.width
      const sizeY = size.height <= 0 && sigmas.y > 0 ? sizeOfSigma(sigmas.y) : size.height
      const isOdd = sizeX > 0 && sizeX % 2 === 1 && sizeY > 0 && sizeY % 2 === 1
      if (!isOdd || (sizeX === 1 && sizeY === 1)) return false
      const x = gaussianWeights(sizeX, sigmas.x)
      const y = gaussianWeights(sizeY, sigmas.y)
      if (x === undefined || y === undefined) return false
      const to = heap.result(result, from.type, from, source)
      if (to === undefined) return false

      const [shortX, shortY] = [reduced(x), reduced(y)]
      const total = shortX.total * shortY.total
      return total > 1 && total <= 256
        ? blurShort(from, to, shortX.weights, shortY.weights, Math.log2(total), border)
        : blurLong(from, to, x, y, border)
    }

    function blurShort(from: HeapImage, to: HeapImage, x: Weights, y: Weights, shift: number, border: number): boolean {
      const { widthPx, heightPx, channels } = from
      const weightsBytes = (2 * (x.length + y.length) + 3) & ~3
      const rowBytes = (widthPx + x.length + 1) * channels
      return heap.withScratch(weightsBytes + 3 * rowBytes + 4 * y.length + 16, (weightsX) => {
        const weightsY = weightsX + 2 * x.length
        heap.writeShorts(weightsX, [...x, ...y])
        functions.gaussianShort(
          ...([from.address, to.address, widthPx, heightPx, channels] as const),
          ...([weightsX, x.length, weightsY, y.length, border, shift, weightsX + weightsBytes] as const),
        )
      })
    }

    function blurLong(from: HeapImage, to: HeapImage, x: Weights, y: Weights, border: number): boolean {
      const { widthPx, heightPx, channels } = from
      const pairs = pairsOfRows(y)
      const weightsBytes = aligned(2 * x.length + 2 * pairs.length + x.length + 1)
      const wantedPx = Math.min(STRIP_SAMPLES / channels, widthPx) & -STRIP_STEP_PX
      const stripPx = Math.max(STRIP_STEP_PX, wantedPx)
      const widestPx = stripPx + STRIP_STEP_PX
      // an odd number of cache lines: rows a power of two apart would crowd into a few sets of the cache
      const strideBytes = aligned(4 * widestPx * channels + 128, 128) + CACHE_LINE_BYTES
      const sumsBytes = ((y.length + 1) / 2) * strideBytes
      const rowsBytes = widthPx * channels + 3 * (2 * (widestPx + x.length) * channels + 128)
      return heap.withScratch(weightsBytes + sumsBytes + rowsBytes + CACHE_LINE_BYTES, (scratch) => {
        const weightsX = aligned(scratch)
        const weightsY = weightsX + 2 * x.length
        const couplesX = weightsY + 2 * pairs.length
        const isCoupled = Math.max(...x) <= GREATEST_COUPLED
        heap.writeShorts(weightsX, [...x, ...pairs])
        if (isCoupled) heap.writeBytes(couplesX, [...x, 0])
        functions.gaussian(
          ...([from.address, to.address, widthPx, heightPx, channels] as const),
          ...([weightsX, isCoupled ? couplesX : 0, x.length, weightsY, y.length, border] as const),
          ...([stripPx, strideBytes, weightsX + weightsBytes] as const),
        )
      })
    }

    return (...parameters) => {
      if (!blur(...parameters)) original(...parameters)
    }
  })
