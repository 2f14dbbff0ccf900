/** Stand in for cv::flip and cv::rotate of 8-bit gray and RGB; see assembly/flip.ts and assembly/quarter-turn.ts. */

import { standIn } from '../kernels.ts'
import { DEPTH, type HeapImage, typeOf } from './heap-images.ts'
import type { SimdKernel, SimdSeat } from './simd-kernel.ts'

/** Rows that are mirrored in registers of 16 pixels. */
const MIN_MIRRORED_PX = 16
/** Squares of quarter turns. */
const MIN_TURNED_PX = 8

const isKnown = (image: HeapImage | undefined): image is HeapImage =>
  image !== undefined && (image.type === typeOf(DEPTH.u8, 1) || image.type === typeOf(DEPTH.u8, 3))

interface Mirror {
  readonly isAcross: boolean
  readonly isDown: boolean
}

function flipped(
  { heap, functions }: SimdSeat,
  source: unknown,
  result: unknown,
  { isAcross, isDown }: Mirror,
): boolean {
  const from = heap.image(source)
  if (!isKnown(from) || (isAcross && from.widthPx < MIN_MIRRORED_PX)) return false
  const to = heap.result(result, from.type, from, source)
  if (to === undefined) return false
  const { widthPx, heightPx, channels } = from
  functions.flip(from.address, to.address, widthPx, heightPx, channels, isAcross ? 1 : 0, isDown ? 1 : 0)
  return true
}

function turned({ heap, functions }: SimdSeat, source: unknown, result: unknown, isClockwise: boolean): boolean {
  const from = heap.image(source)
  if (!isKnown(from) || Math.min(from.widthPx, from.heightPx) < MIN_TURNED_PX) return false
  const to = heap.result(result, from.type, { widthPx: from.heightPx, heightPx: from.widthPx }, source)
  if (to === undefined) return false
  functions.quarterTurn(from.address, to.address, from.widthPx, from.heightPx, from.channels, isClockwise ? 1 : 0)
  return true
}

export const flip: SimdKernel = (seat) =>
  standIn('flip', (original) => {
    function run(source: unknown, result: unknown, code: unknown, ...more: readonly unknown[]): boolean {
      if (typeof code !== 'number' || !Number.isInteger(code) || more.length > 0) return false
      return flipped(seat, source, result, { isAcross: code !== 0, isDown: code <= 0 })
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })

export const rotate: SimdKernel = (seat) =>
  standIn('rotate', (original) => {
    const { cv } = seat
    function run(source: unknown, result: unknown, code: unknown, ...more: readonly unknown[]): boolean {
      if (more.length > 0) return false
      switch (code) {
        case Number(cv.ROTATE_90_CLOCKWISE):
          return turned(seat, source, result, true)
        case Number(cv.ROTATE_180):
          return flipped(seat, source, result, { isAcross: true, isDown: true })
        case Number(cv.ROTATE_90_COUNTERCLOCKWISE):
          return turned(seat, source, result, false)
        default:
          return false
      }
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
