/**
 * Stand in for cv::Sobel, cv::Scharr and cv::Laplacian from 8-bit images to 16-bit numbers or floats, with kernels whose sums
 * 16 bits hold: these are exact, whichever way they are made. They are weighed as cv::filter2D's are; see assembly/filter.ts.
 */

import { standIn } from '../kernels.ts'
import { knownBorder } from './borders.ts'
import { DEPTH, typeOf } from './heap-images.ts'
import type { SimdKernel, SimdSeat } from './simd-kernel.ts'

/** Rows of weights. */
type Kernel2D = readonly (readonly number[])[]

/** One dimension by side, of which 1 is none: smoothing, the first and the second derivative. */
const SMOOTH: ReadonlyMap<number, readonly number[]> = new Map([
  [1, [1]],
  [3, [1, 2, 1]],
  [5, [1, 4, 6, 4, 1]],
])
const SLOPE: ReadonlyMap<number, readonly number[]> = new Map([
  [1, [-1, 0, 1]],
  [3, [-1, 0, 1]],
  [5, [-1, -2, 0, 2, 1]],
])
const BEND = [1, 0, -2, 0, 1]

const product = (column: readonly number[], row: readonly number[]): Kernel2D =>
  column.map((down) => row.map((along) => down * along))

/** A kernel whose derivative goes along x (1, 0) or y (0, 1). */
function slopeKernel(smooth: unknown, slope: unknown, dx: unknown, dy: unknown): Kernel2D | undefined {
  if (!Array.isArray(smooth) || !Array.isArray(slope)) return undefined
  if (dx === 1 && dy === 0) return product(smooth, slope)
  return dx === 0 && dy === 1 ? product(slope, smooth) : undefined
}

function laplaceKernel(size: unknown): Kernel2D | undefined {
  if (size === 1) return [1, 2, 1].map((_, y) => (y === 1 ? [1, -4, 1] : [0, 1, 0]))
  if (size === 3) return [[2, 0, 2], [0, -8, 0], [2, 0, 2]] // biome-ignore format: a kernel
  const smooth = size === 5 ? SMOOTH.get(size) : undefined
  if (smooth === undefined) return undefined
  const [down, along] = [product(BEND, smooth), product(smooth, BEND)]
  return down.map((row, y) => row.map((value, x) => value + (along[y]?.[x] ?? 0)))
}

/** False where it is left to OpenCV. `scale` and `delta` are those that change nothing, or it is. */
function derived(
  { heap, functions }: SimdSeat,
  source: unknown,
  result: unknown,
  depth: unknown,
  kernel: Kernel2D | undefined,
  scale: unknown = 1,
  delta: unknown = 0,
  borderType?: unknown,
  ...more: readonly unknown[]
): boolean {
  const from = heap.bytes(source)
  const border = knownBorder(borderType)
  if (from === undefined || kernel === undefined || border === undefined || more.length > 0) return false
  if ((depth !== DEPTH.s16 && depth !== DEPTH.f32) || scale !== 1 || delta !== 0) return false
  const to = heap.result(result, typeOf(depth, from.channels), from, source)
  if (to === undefined) return false

  const points = kernel.flatMap((row, y) => row.flatMap((weight, x) => (weight === 0 ? [] : [x, y])))
  const weights = kernel.flat().filter((weight) => weight !== 0)
  const { widthPx, heightPx, channels } = from
  const [sizeX, sizeY] = [kernel[0]?.length ?? 0, kernel.length]
  const samples = (widthPx + sizeX) * channels
  return heap.withScratch(12 * weights.length + (sizeY + 2) * samples, (scratch) => {
    const weightsAt = scratch + 2 * points.length
    heap.writeShorts(scratch, points)
    heap.writeShorts(weightsAt, weights)
    functions.filter(
      ...([from.address, to.address, widthPx, heightPx, channels, sizeX, sizeY, sizeX >> 1, sizeY >> 1] as const),
      ...([border, depth === DEPTH.s16 ? 2 : 3, 0, scratch, weightsAt, weights.length] as const),
      weightsAt + 4 * weights.length,
    )
  })
}

export const sobel: SimdKernel = (seat) =>
  standIn('Sobel', (original) => (...parameters) => {
    const [source, result, depth, dx, dy, size = 3, ...rest] = parameters
    const kernel = slopeKernel(SMOOTH.get(size), SLOPE.get(size), dx, dy)
    if (!derived(seat, source, result, depth, kernel, ...rest)) original(...parameters)
  })

export const scharr: SimdKernel = (seat) =>
  standIn('Scharr', (original) => (...parameters) => {
    const [source, result, depth, dx, dy, ...rest] = parameters
    const kernel = slopeKernel([3, 10, 3], SLOPE.get(3), dx, dy)
    if (!derived(seat, source, result, depth, kernel, ...rest)) original(...parameters)
  })

export const laplacian: SimdKernel = (seat) =>
  standIn('Laplacian', (original) => (...parameters) => {
    const [source, result, depth, size = 1, ...rest] = parameters
    if (!derived(seat, source, result, depth, laplaceKernel(size), ...rest)) original(...parameters)
  })
