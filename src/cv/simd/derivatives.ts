/**
 * Stand in for cv::Sobel, cv::Scharr and cv::Laplacian from 8-bit images to 16-bit numbers or floats, with kernels whose sums
 * 16 bits hold: these are exact, whichever way they are made. They are weighed as cv::filter2D's are; see assembly/filter.ts.
 */

import { standIn } from '../kernels.ts'
import { knownBorder } from './borders.ts'
import { DEPTH, typeOf } from './heap-images.ts'
import type { SimdKernel, SimdSeat } from './simd-kernel.ts'

type Line = readonly number[]
/** Rows of weights. */
type Kernel2D = readonly Line[]

/** One dimension by side, of which 1 is none: smoothing, the first and the second derivative. */
const SMOOTH: ReadonlyMap<unknown, Line> = new Map([
  [1, [1]],
  [3, [1, 2, 1]],
  [5, [1, 4, 6, 4, 1]],
])
const SLOPE: ReadonlyMap<unknown, Line> = new Map([
  [1, [-1, 0, 1]],
  [3, [-1, 0, 1]],
  [5, [-1, -2, 0, 2, 1]],
])
const BEND = [1, 0, -2, 0, 1]
const SCHARR = [3, 10, 3]

const product = (column: Line, row: Line): Kernel2D => column.map((down) => row.map((along) => down * along))

const sum = (one: Kernel2D, other: Kernel2D): Kernel2D =>
  one.map((row, y) => row.map((value, x) => value + (other[y]?.[x] ?? 0)))

const CROSS = [
  [0, 1, 0],
  [1, -4, 1],
  [0, 1, 0],
]
const DIAGONALS = [
  [2, 0, 2],
  [0, -8, 0],
  [2, 0, 2],
]
const BENDS = sum(product(BEND, [1, 4, 6, 4, 1]), product([1, 4, 6, 4, 1], BEND))

/** The second derivatives along both axes, by side. */
const LAPLACE: ReadonlyMap<unknown, Kernel2D> = new Map([
  [1, CROSS],
  [3, DIAGONALS],
  [5, BENDS],
])

/** A kernel whose derivative goes along x (1, 0) or y (0, 1). */
function slopeKernel(
  smooth: Line | undefined,
  slope: Line | undefined,
  dx: unknown,
  dy: unknown,
): Kernel2D | undefined {
  if (smooth === undefined || slope === undefined) return undefined
  if (dx === 1 && dy === 0) return product(smooth, slope)
  return dx === 0 && dy === 1 ? product(slope, smooth) : undefined
}

/** What `functions.filter` makes of whole weights. */
const FORM = { shorts: 2, floats: 3 } as const

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
      ...([border, depth === DEPTH.s16 ? FORM.shorts : FORM.floats, 0, scratch, weightsAt, weights.length] as const),
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
    const kernel = slopeKernel(SCHARR, SLOPE.get(3), dx, dy)
    if (!derived(seat, source, result, depth, kernel, ...rest)) original(...parameters)
  })

export const laplacian: SimdKernel = (seat) =>
  standIn('Laplacian', (original) => (...parameters) => {
    const [source, result, depth, size = 1, ...rest] = parameters
    if (!derived(seat, source, result, depth, LAPLACE.get(size), ...rest)) original(...parameters)
  })
