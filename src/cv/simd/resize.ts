/**
 * Stands in for cv::resize of 8-bit images, linear and by area. OpenCV has four ways: to half the size (assembly/halve.ts), to a whole
 * part of it (resize-whole.ts), to any smaller size (resize-area.ts; this one of 16-bit gray too), and linear (resize-linear.ts).
 */

import { standIn } from '../kernels.ts'
import { areaWeights } from './area-weights.ts'
import { DEPTH, type HeapImage, REGISTER_BYTES, typeOf } from './heap-images.ts'
import { linearWeights, withinRow } from './linear-weights.ts'
import type { SimdKernel, SimdSeat } from './simd-kernel.ts'

/** Makes `to` out of `from`, and says whether it could. */
type Resizer = (seat: SimdSeat, from: HeapImage, to: HeapImage) => boolean

interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

const GRAY_OF_16_BITS = typeOf(DEPTH.u16, 1)

/** Sums of more rows would not fit into 16 bits. */
const MAX_SUMMED_ROWS = 257

const halved: Resizer = ({ functions }, from, to) => {
  functions.halve(from.address, to.address, to.widthPx, to.heightPx, from.channels)
  return true
}

const averagedWhole: Resizer = ({ heap, functions }, from, to) => {
  const [scaleX, scaleY] = [from.widthPx / to.widthPx, from.heightPx / to.heightPx]
  const { channels } = from
  return heap.withScratch(2 * from.widthPx * channels + 16, (scratch) => {
    functions.resizeWhole(from.address, to.address, to.widthPx, to.heightPx, channels, scaleX, scaleY, scratch)
  })
}

const averaged: Resizer = ({ heap, functions }, from, to) => {
  const { channels } = from
  const bits = from.type === GRAY_OF_16_BITS ? 16 : 8
  const pixelBytes = channels === 1 ? 16 : 12
  const [across, down] = [areaWeights(from.widthPx, to.widthPx), areaWeights(from.heightPx, to.heightPx)]
  const offsets = across.firsts.map((first) => first * pixelBytes)
  const tables = 8 * (to.widthPx + to.heightPx) + 4 * (across.shares.length + down.shares.length)
  const floats = channels === 1 ? 4 * from.widthPx + 9 * to.widthPx : (from.widthPx + 3 * to.widthPx) * channels + 16
  return heap.withScratch(tables + 4 * floats + 96, (scratch) => {
    let at = scratch
    const rows: number[] = []
    for (const [firsts, { counts, shares }] of [[offsets, across] as const, [down.firsts, down] as const]) {
      rows.push(at)
      heap.writeInts(at, [...firsts, ...counts])
      heap.writeFloats(at + 8 * firsts.length, shares)
      at += 8 * firsts.length + 4 * shares.length
    }
    const [columnTable = 0, rowTable = 0] = rows
    functions.resizeArea(
      ...([from.address, to.address, from.widthPx, from.heightPx, channels, bits, to.widthPx, to.heightPx] as const),
      ...([columnTable, rowTable, (at + 15) & ~15] as const),
    )
  })
}

const linear =
  (isArea: boolean): Resizer =>
  ({ heap, functions }, from, to) => {
    const { channels } = from
    const across = withinRow(linearWeights({ fromPx: from.widthPx, toPx: to.widthPx, isArea }), from.widthPx)
    const down = linearWeights({ fromPx: from.heightPx, toPx: to.heightPx, isArea })
    const offsets = across.places.map((place) => place * channels)
    const tables = 8 * (to.widthPx + to.heightPx)
    const rows = (from.widthPx + 4 * to.widthPx) * channels
    return heap.withScratch(tables + rows + 112, (scratch) => {
      const weights = scratch + 4 * to.widthPx
      const rowPlaces = weights + 4 * to.widthPx
      const rowWeights = rowPlaces + 4 * to.heightPx
      heap.writeInts(scratch, offsets)
      heap.writeShorts(weights, across.weights)
      heap.writeInts(rowPlaces, down.places)
      heap.writeShorts(rowWeights, down.weights)
      functions.resizeLinear(
        ...([from.address, to.address, from.widthPx, from.heightPx, channels, to.widthPx, to.heightPx] as const),
        ...([scratch, weights, rowPlaces, rowWeights, (scratch + tables + 15) & ~15] as const),
      )
    })
  }

/** As OpenCV decides it: the quotient of the sizes may miss a whole number by a bit. */
function isWhole(fromPx: number, toPx: number): boolean {
  const scale = 1 / (toPx / fromPx)
  return Math.abs(scale - Math.round(scale)) < Number.EPSILON
}

/** The way that OpenCV goes, where there is a kernel for it. */
function resizerOf({ type, channels, widthPx, heightPx }: HeapImage, to: Size, isArea: boolean): Resizer | undefined {
  const { widthPx: toWidthPx, heightPx: toHeightPx } = to
  const isPart = isWhole(widthPx, toWidthPx) && isWhole(heightPx, toHeightPx)
  const isShrunk = widthPx >= toWidthPx && heightPx >= toHeightPx
  if (type === GRAY_OF_16_BITS) return isArea && isShrunk && !isPart ? averaged : undefined
  if (type !== typeOf(DEPTH.u8, channels) || channels > 4) return undefined
  if (widthPx === 2 * toWidthPx && heightPx === 2 * toHeightPx) return channels === 2 ? undefined : halved
  const isSame = widthPx === toWidthPx && heightPx === toHeightPx
  if (isSame || widthPx < 2 || (channels !== 1 && channels !== 3)) return undefined
  if (!isArea || !isShrunk) return linear(isArea)
  if (!isPart) return averaged
  return heightPx <= MAX_SUMMED_ROWS * toHeightPx ? averagedWhole : undefined
}

export const resize: SimdKernel = (seat) =>
  standIn('resize', (original) => {
    const { cv, heap } = seat
    const known: ReadonlySet<unknown> = new Set([Number(cv.INTER_AREA), Number(cv.INTER_LINEAR)])

    function run(
      source: unknown,
      result: unknown,
      size?: { readonly width: number; readonly height: number },
      _scaleX = 0,
      _scaleY = 0,
      interpolation: unknown = Number(cv.INTER_LINEAR),
      ...more: readonly unknown[]
    ): boolean {
      const from = known.has(interpolation) && more.length === 0 ? heap.image(source) : undefined
      const to: Size = { widthPx: size?.width ?? 0, heightPx: size?.height ?? 0 }
      const isMade = Number.isInteger(to.widthPx) && Number.isInteger(to.heightPx) && to.widthPx > 0 && to.heightPx > 0
      // kernels have no code for rows of less than a register
      if (!isMade || from === undefined || Math.min(from.widthPx, to.widthPx) * from.channels < REGISTER_BYTES)
        return false
      const resizer = resizerOf(from, to, interpolation === Number(cv.INTER_AREA))
      if (resizer === undefined) return false
      const made = heap.result(result, from.type, to, source)
      return made !== undefined && resizer(seat, from, made)
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
