/**
 * Stand in for cv::cvtColor between gray, RGB, RGBA and YCrCb, and for cv::transform of RGB; see assembly/color.ts and
 * assembly/mixed-colors.ts.
 */

import { standIn } from '../kernels.ts'
import { DEPTH, type HeapImage, REGISTER_BYTES, typeOf } from './heap-images.ts'
import type { SimdKernel, SimdSeat } from './simd-kernel.ts'

/** Weights of red, green and blue, of 2^15. */
const RED = 9798
const GREEN = 19235
const BLUE = 3735

/** 128 and more: no byte of the source. */
const NOTHING = 128

const pixelsOf = ({ widthPx, heightPx }: HeapImage): number => widthPx * heightPx

/** OpenCV's codes. Where nothing but the order matters, those that begin with BGR are the same numbers. */
function codesOf(cv: SimdSeat['cv']) {
  const toGray = new Map<number, readonly [number, number, number]>([
    [Number(cv.COLOR_RGB2GRAY), [RED, GREEN, BLUE]],
    [Number(cv.COLOR_RGBA2GRAY), [RED, GREEN, BLUE]],
    [Number(cv.COLOR_BGR2GRAY), [BLUE, GREEN, RED]],
    [Number(cv.COLOR_BGRA2GRAY), [BLUE, GREEN, RED]],
  ])
  const between = new Map([
    [Number(cv.COLOR_RGB2BGR), { channels: 3, isSwapped: true }],
    [Number(cv.COLOR_RGB2RGBA), { channels: 4, isSwapped: false }],
    [Number(cv.COLOR_RGB2BGRA), { channels: 4, isSwapped: true }],
    [Number(cv.COLOR_RGBA2RGB), { channels: 3, isSwapped: false }],
    [Number(cv.COLOR_RGBA2BGR), { channels: 3, isSwapped: true }],
    [Number(cv.COLOR_RGBA2BGRA), { channels: 4, isSwapped: true }],
  ])
  const mixed = new Map<number, 'ycrcbOfThree' | 'threeOfYcrcb'>([
    [Number(cv.COLOR_RGB2YCrCb), 'ycrcbOfThree'],
    [Number(cv.COLOR_YCrCb2RGB), 'threeOfYcrcb'],
  ])
  const fromGray = new Map([
    [Number(cv.COLOR_GRAY2RGB), 3],
    [Number(cv.COLOR_GRAY2RGBA), 4],
  ])
  return { toGray, between, mixed, fromGray }
}

export const cvtColor: SimdKernel = ({ cv, heap, functions }) =>
  standIn('cvtColor', (original) => {
    const { toGray, between, mixed, fromGray } = codesOf(cv)

    /** `places`: which sample of the source each sample of the result is; NOTHING makes it opaque. */
    function rearrange(from: HeapImage, to: HeapImage, places: readonly number[]): boolean {
      const step = Math.floor(REGISTER_BYTES / Math.max(from.channels, to.channels))
      const picks = Array.from({ length: REGISTER_BYTES }, (_, index) => {
        const pixel = Math.floor(index / to.channels)
        const place = places[index % to.channels] ?? NOTHING
        return pixel < step && place < NOTHING ? pixel * from.channels + place : NOTHING
      })
      const added = picks.map((_, index) => (places[index % to.channels] === NOTHING ? 255 : 0))
      return heap.withScratch(2 * REGISTER_BYTES, (scratch) => {
        heap.writeBytes(scratch, [...picks, ...added])
        functions.rearrange(
          ...([from.address, from.channels, to.address, to.channels, pixelsOf(from), step] as const),
          ...([scratch, scratch + REGISTER_BYTES] as const),
        )
      })
    }

    function run(source: unknown, result: unknown, code: number, channels: unknown = 0, ...more: unknown[]): boolean {
      const from = heap.bytes(source)
      if (from === undefined || pixelsOf(from) < REGISTER_BYTES || channels !== 0 || more.length > 0) return false
      const isColour = from.channels === 3 || from.channels === 4
      const weights = isColour ? toGray.get(code) : undefined
      if (weights !== undefined) {
        const to = heap.result(result, typeOf(DEPTH.u8, 1), from, source)
        if (to === undefined) return false
        const gray = from.channels === 3 ? functions.grayOfThree : functions.grayOfFour
        gray(from.address, to.address, pixelsOf(from), ...weights)
        return true
      }
      const conversion = from.channels === 3 ? mixed.get(code) : undefined
      if (conversion !== undefined) {
        const to = heap.result(result, from.type, from, source)
        if (to === undefined) return false
        functions[conversion](from.address, to.address, pixelsOf(from))
        return true
      }
      const order = isColour ? between.get(code) : undefined
      const count = order?.channels ?? (from.channels === 1 ? fromGray.get(code) : undefined)
      if (count === undefined) return false
      const alpha = from.channels === 4 ? 3 : NOTHING
      const colours = order === undefined ? [0, 0, 0] : order.isSwapped ? [2, 1, 0] : [0, 1, 2]
      const to = heap.result(result, typeOf(DEPTH.u8, count), from, source)
      return to !== undefined && rearrange(from, to, count === 4 ? [...colours, alpha] : colours)
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })

/** Sums of 255 times three such weights stay below 2^22, from where on the kernel's rounding would fail. */
const MAX_WEIGHT = 4000

/** What weights, and what is added, are whole multiples of for whole numbers to do. */
const WEIGHT_UNIT = 1024
const OFFSET_UNIT = 2048
/** Below, floats hold every whole 2048th. */
const MAX_EXACT_SUM = 8192
const MAX_SHORT = 32767

/**
 * The same rows for `transformWhole`; undefined where floats would round. What is added must be an odd number of 2048ths, so
 * that no sum is a tie, which OpenCV rounds to even.
 */
function wholeRows(rows: readonly number[]): readonly number[] | undefined {
  const whole: number[] = []
  for (let at = 0; at < rows.length; at += 4) {
    const [first = 0, second = 0, third = 0, offset = 0] = rows.slice(at, at + 4)
    const [one, two, three] = [first * WEIGHT_UNIT, second * WEIGHT_UNIT, third * WEIGHT_UNIT] as const
    const added = offset * OFFSET_UNIT
    const most = 255 * (Math.abs(first) + Math.abs(second) + Math.abs(third)) + Math.abs(offset)
    const isWhole = [one, two, three].every((weight) => Number.isInteger(weight) && Math.abs(weight) <= MAX_SHORT)
    if (!isWhole || Math.abs(added % 2) !== 1 || most >= MAX_EXACT_SUM) return undefined
    whole.push((two << 16) | (one & 0xffff), three & 0xffff, WEIGHT_UNIT / 2 + (added >> 1), 0)
  }
  return whole
}

export const transform: SimdKernel = ({ heap, functions }) =>
  standIn('transform', (original) => {
    /** Three rows of three or four floats, as three of four. */
    function rowsOf(matrix: unknown): readonly number[] | undefined {
      const image = heap.image(matrix)
      const isMatrix = image !== undefined && image.type === DEPTH.f32 && image.heightPx === 3
      if (!isMatrix || image.widthPx < 3 || image.widthPx > 4) return undefined
      const values = heap.readFloats(image)
      const rows = [0, 1, 2].flatMap((row) =>
        [0, 1, 2, 3].map((column) => (column < image.widthPx ? (values[row * image.widthPx + column] ?? 0) : 0)),
      )
      return rows.every((value) => Math.abs(value) <= MAX_WEIGHT) ? rows : undefined
    }

    function run(source: unknown, result: unknown, matrix: unknown, ...more: readonly unknown[]): boolean {
      const from = heap.bytes(source)
      const rows = from?.channels === 3 && pixelsOf(from) >= REGISTER_BYTES ? rowsOf(matrix) : undefined
      const to = from && rows && more.length === 0 ? heap.result(result, from.type, from, source, matrix) : undefined
      if (from === undefined || rows === undefined || to === undefined) return false
      const whole = wholeRows(rows)
      return heap.withScratch(4 * rows.length, (scratch) => {
        if (whole !== undefined) {
          heap.writeInts(scratch, whole)
          functions.transformWhole(from.address, to.address, pixelsOf(from), scratch)
          return
        }
        heap.writeFloats(scratch, rows)
        functions.transformThree(from.address, to.address, pixelsOf(from), scratch)
      })
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
