/** Stands in for cv::blur and the normalised cv::boxFilter of 8-bit images; see assembly/box.ts. */

import { type Kernel, standIn } from '../kernels.ts'
import { isIsolated, knownBorder } from './borders.ts'
import { roundHalfEven } from './gaussian-weights.ts'
import type { SimdKernel, SimdSeat } from './simd-kernel.ts'

type Size = { readonly width: number; readonly height: number }
type Point = { readonly x: number; readonly y: number }

/** Above, columns' sums would not fit into 16 bits. */
const MAX_SIDE_PX = 257

/** OpenCV's division of small sums by `area`: add `delta`, multiply, shift by 23. */
function division(area: number): { readonly delta: number; readonly factor: number } {
  // as OpenCV computes it: 1 / (1 / area) may miss area by a bit, and is rounded
  const exact = 2 ** 23 / roundHalfEven(1 / (1 / area))
  const whole = Math.floor(exact)
  const half = Math.floor(area / 2)
  return exact - whole < 0.5 ? { delta: half + 1, factor: whole } : { delta: half, factor: whole + 1 }
}

/** The mean of boxes, as cv::blur gives it; false where it is left to OpenCV. */
export function boxed(
  { heap, functions }: SimdSeat,
  source: unknown,
  result: unknown,
  size: Size,
  anchor: Point | undefined,
  borderType: unknown,
): boolean {
  const from = heap.bytes(source)
  const border = knownBorder(borderType)
  if (from === undefined || border === undefined || from.channels === 2 || from.channels > 4) return false
  const { widthPx, heightPx, channels } = from
  // the neighbours of a single row or column are itself: OpenCV leaves them out of the sum where the border is isolated
  const isLonely = border !== 0 && isIsolated(borderType)
  const sizeX = isLonely && widthPx === 1 ? 1 : size.width
  const sizeY = isLonely && heightPx === 1 ? 1 : size.height
  const anchorX = anchor === undefined || anchor.x === -1 ? sizeX >> 1 : anchor.x
  const anchorY = anchor === undefined || anchor.y === -1 ? sizeY >> 1 : anchor.y
  const isSized = sizeX >= 1 && sizeX <= MAX_SIDE_PX && sizeY >= 1 && sizeY <= MAX_SIDE_PX && sizeX * sizeY > 1
  if (!isSized || anchorX < 0 || anchorX >= sizeX || anchorY < 0 || anchorY >= sizeY) return false
  const to = heap.result(result, from.type, from, source)
  if (to === undefined) return false
  const area = sizeX * sizeY
  const { delta, factor } = area <= 256 ? division(area) : { delta: 0, factor: 0 }
  const rowSums = (widthPx + sizeX + 1) * channels + 32
  return heap.withScratch(widthPx * channels + 6 * rowSums + 64, (scratch) => {
    functions.box(
      ...([from.address, to.address, widthPx, heightPx, channels, sizeX, sizeY] as const),
      ...([anchorX, anchorY, border, delta, factor, 1 / area, scratch] as const),
    )
  })
}

export const blur: SimdKernel = (seat): Kernel =>
  standIn('blur', (original) => {
    function run(source: unknown, result: unknown, size: Size, anchor?: Point, border?: unknown, ...more: unknown[]) {
      return more.length === 0 && boxed(seat, source, result, size, anchor, border)
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })

export const boxFilter: SimdKernel = (seat): Kernel =>
  standIn('boxFilter', (original) => {
    function run(
      source: unknown,
      result: unknown,
      depth: number,
      size: Size,
      anchor?: Point,
      isNormalized: unknown = true,
      border?: unknown,
      ...more: unknown[]
    ): boolean {
      const isBytes = depth === -1 || depth === 0
      return more.length === 0 && isBytes && isNormalized === true && boxed(seat, source, result, size, anchor, border)
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
