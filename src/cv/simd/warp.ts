/**
 * Stand in for cv::warpAffine and cv::warpPerspective of 8-bit gray and RGB, and of 16-bit gray: linear, with a constant border. See
 * assembly/warp.ts.
 */

import { standIn } from '../kernels.ts'
import { DEPTH, typeOf } from './heap-images.ts'
import type { SimdKernel, SimdSeat } from './simd-kernel.ts'

interface Warp {
  readonly source: unknown
  readonly result: unknown
  readonly size: { readonly width: number; readonly height: number } | undefined
  /** From the source's places to the result's. */
  readonly matrix: unknown
  readonly flags: unknown
  readonly border: unknown
  /** Color of what lies outside: four numbers. */
  readonly color: unknown
}

/** A block of the kernel: narrower results are handed on. */
const BLOCK_PX = 4
/** OpenCV counts pixels in 16 bits. */
const MAX_SIDE_PX = 32_767
const CONSTANT = 0
const LEVELS = 256

/** The color as one integer, red lowest; undefined where it is none of whole levels, which OpenCV would round. */
function packed(color: unknown): number | undefined {
  if (color === undefined) return 0
  if (typeof color !== 'object' || color === null) return undefined
  let sum = 0
  for (const index of [0, 1, 2]) {
    // a Scalar is like an array, and none
    const level: unknown = Reflect.get(color, index)
    if (typeof level !== 'number' || !Number.isInteger(level) || level < 0 || level >= LEVELS) return undefined
    sum += level * LEVELS ** index
  }
  return sum
}

/** Two rows of a matrix, undone in OpenCV's order of operations. */
function inverseOfAffine([xx = 0, xy = 0, dx = 0, yx = 0, yy = 0, dy = 0]: readonly number[]): readonly number[] {
  const determinant = xx * yy - xy * yx
  const factor = determinant === 0 ? 0 : 1 / determinant
  const [ixx, ixy, iyx, iyy] = [yy * factor, xy * -factor, yx * -factor, xx * factor]
  return [ixx, ixy, -ixx * dx - ixy * dy, iyx, iyy, -iyx * dx - iyy * dy]
}

/** Reads a matrix of doubles and undoes it; undefined for one of another shape, or with what is no number. */
function inverseOf({ cv, heap }: SimdSeat, matrix: unknown, isPerspective: boolean): readonly number[] | undefined {
  const image = heap.image(matrix)
  const rows = isPerspective ? 3 : 2
  if (image?.type !== DEPTH.f64 || image.widthPx !== 3 || image.heightPx !== rows) return undefined
  let inverse: readonly number[]
  if (isPerspective) {
    const undone = new cv.Mat()
    try {
      // as OpenCV does it; a singular one becomes zeros
      cv.invert(matrix as InstanceType<typeof cv.Mat>, undone)
      inverse = [...undone.data64F]
    } finally {
      undone.delete()
    }
  } else inverse = inverseOfAffine([...heap.readDoubles(image)])
  return inverse.every((value) => Number.isFinite(Math.fround(value))) ? inverse : undefined
}

const KNOWN_TYPES: ReadonlySet<number> = new Set([typeOf(DEPTH.u8, 1), typeOf(DEPTH.u8, 3), typeOf(DEPTH.u16, 1)])

function warped(seat: SimdSeat, isPerspective: boolean, work: Warp): boolean {
  const { cv, heap, functions } = seat
  const { source, result, size, matrix, border, color } = work
  const from = heap.image(source)
  const packedColor = packed(color)
  const isLinear = work.flags === undefined || work.flags === Number(cv.INTER_LINEAR)
  if (
    from === undefined ||
    !KNOWN_TYPES.has(from.type) ||
    !isLinear ||
    (border ?? CONSTANT) !== CONSTANT ||
    packedColor === undefined
  ) {
    return false
  }
  const { width = 0, height = 0 } = size ?? {}
  const isSized = width >= BLOCK_PX && height >= 1 && Math.max(width, height, from.widthPx, from.heightPx) < MAX_SIDE_PX
  const values = isSized ? inverseOf(seat, matrix, isPerspective) : undefined
  if (values === undefined) return false
  const to = heap.result(result, from.type, { widthPx: width, heightPx: height }, source, matrix)
  if (to === undefined) return false
  const bits = from.type === typeOf(DEPTH.u16, 1) ? 16 : 8
  const matrixBytes = 48
  return heap.withScratch(matrixBytes + 8 * (width + 3), (scratch) => {
    heap.writeFloats(scratch, values)
    functions.warp(
      ...([from.address, to.address, from.widthPx, from.heightPx, from.channels, bits, width, height] as const),
      ...([scratch, isPerspective ? 1 : 0, packedColor, scratch + matrixBytes] as const),
    )
  })
}

const warpKernel =
  (name: 'warpAffine' | 'warpPerspective'): SimdKernel =>
  (seat) =>
    standIn(name, (original) => {
      function run(
        source: unknown,
        result: unknown,
        matrix: unknown,
        size: Warp['size'],
        flags?: unknown,
        border?: unknown,
        color?: unknown,
        ...more: readonly unknown[]
      ): boolean {
        const work = { source, result, size, matrix, flags, border, color }
        return more.length === 0 && warped(seat, name === 'warpPerspective', work)
      }
      return (...parameters) => {
        if (!run(...parameters)) original(...parameters)
      }
    })

export const warpAffine = warpKernel('warpAffine')
export const warpPerspective = warpKernel('warpPerspective')
