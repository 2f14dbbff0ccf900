/** Stands in for cv::filter2D of 8-bit images with small kernels; see assembly/filter.ts. */

import { standIn } from '../kernels.ts'
import { knownBorder } from './borders.ts'
import { DEPTH, type HeapImage, type HeapImages } from './heap-images.ts'
import type { SimdKernel } from './simd-kernel.ts'

type Point = { readonly x: number; readonly y: number }

/** OpenCV gives kernels of this many pixels and more to its Fourier transform (dftFilter2D), which rounds otherwise. */
const DFT_AREA_PX = 50

/** Sums of fewer than DFT_AREA_PX weights stay below 2^22, from where on the kernel's rounding would fail. */
const MAX_WEIGHT = 300
const MAX_DELTA = 100_000

/** Samples of a mean, and sides of its kernel, for which this was measured. */
const MAX_MEAN = 63

const WHITE = 255
const MAX_SHORT = 32767

interface Weights {
  /** Pixels whose weight is not 0: x and y in turn. */
  readonly points: readonly number[]
  readonly values: readonly number[]
}

function weightsOf(heap: HeapImages, kernel: HeapImage): Weights | undefined {
  const points: number[] = []
  const values: number[] = []
  for (const [index, value] of heap.readFloats(kernel).entries()) {
    if (!(Math.abs(value) <= MAX_WEIGHT)) return undefined
    if (value === 0) continue
    points.push(index % kernel.widthPx, Math.floor(index / kernel.widthPx))
    values.push(value)
  }
  return values.length === 0 ? undefined : { points, values }
}

/** The mean of an odd number of samples: OpenCV's Fourier transform gives the same; see assembly/filter.ts. */
const isMean = ({ values }: Weights, delta: number): boolean =>
  delta === 0 &&
  values.length % 2 === 1 &&
  values.length <= MAX_MEAN &&
  values.every((value) => value === Math.fround(1 / values.length))

/** Whole numbers whose sum, whatever the samples, is a whole number of 16 bits. */
function isShort(values: readonly number[], delta: number): boolean {
  const most = values.reduce((sum, value) => sum + Math.abs(value) * WHITE, Math.abs(delta))
  return [...values, delta].every(Number.isInteger) && most <= MAX_SHORT
}

export const filter2D: SimdKernel = ({ heap, functions }) =>
  standIn('filter2D', (original) => {
    function run(
      source: unknown,
      result: unknown,
      depth: unknown,
      kernel: unknown,
      anchor?: Point,
      offset = 0,
      borderType?: unknown,
      ...more: readonly unknown[]
    ): boolean {
      const from = heap.bytes(source)
      const border = knownBorder(borderType)
      const shape = heap.image(kernel)
      const isBytes = (depth === -1 || depth === DEPTH.u8) && more.length === 0
      if (!isBytes || from === undefined || border === undefined || shape?.type !== DEPTH.f32) return false
      const { widthPx: sizeX, heightPx: sizeY } = shape
      const anchorX = anchor === undefined || anchor.x === -1 ? sizeX >> 1 : anchor.x
      const anchorY = anchor === undefined || anchor.y === -1 ? sizeY >> 1 : anchor.y
      const isInside = anchorX >= 0 && anchorX < sizeX && anchorY >= 0 && anchorY < sizeY
      const isLarge = sizeX * sizeY >= DFT_AREA_PX
      if (!isInside || sizeX > MAX_MEAN || sizeY > MAX_MEAN || !(Math.abs(offset) <= MAX_DELTA)) return false
      const weights = weightsOf(heap, shape)
      if (weights !== undefined && isLarge && !isMean(weights, offset)) return false
      const to = weights && heap.result(result, from.type, from, source, kernel)
      if (weights === undefined || to === undefined) return false

      const { points, values } = weights
      const delta = Math.fround(offset)
      const isWhole = isShort(values, delta)
      const { widthPx, heightPx, channels } = from
      const bytes = 12 * values.length + sizeY * (widthPx + sizeX) * channels
      return heap.withScratch(bytes, (scratch) => {
        const weightsAt = scratch + 2 * points.length
        heap.writeShorts(scratch, points)
        if (isWhole) heap.writeShorts(weightsAt, values)
        else heap.writeFloats(weightsAt, values)
        functions.filter(
          ...([from.address, to.address, widthPx, heightPx, channels, sizeX, sizeY, anchorX, anchorY] as const),
          ...([border, isWhole ? 1 : 0, delta, scratch, weightsAt, values.length] as const),
          weightsAt + 4 * values.length,
        )
      })
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
