/**
 * Stands in for cv::erode, cv::dilate and cv::morphologyEx of 8-bit images; see assembly/morphology.ts. What OpenCV composes
 * (opening, gradient and so on) is composed here of the same steps, with images between them in scratch.
 */

import { type Kernel, standIn } from '../kernels.ts'
import { knownBorder } from './borders.ts'
import type { HeapImage } from './heap-images.ts'
import { type MorphologyShape, morphologyShape } from './morphology-shape.ts'
import type { SimdKernel, SimdSeat } from './simd-kernel.ts'

type Point = { readonly x: number; readonly y: number }
/** What follows the kernel in a call of any of the three. */
type Rest = readonly [anchor?: Point, iterations?: number, border?: unknown, borderValue?: unknown, ...more: unknown[]]

const CONSTANT_BORDER = 0

interface Plan {
  readonly from: HeapImage
  readonly to: HeapImage
  readonly shape: MorphologyShape
  readonly border: number
}

/** Undefined for what is to be handed on; the result is then at most made. */
function plan({ heap }: SimdSeat, source: unknown, result: unknown, kernel: unknown, rest: Rest): Plan | undefined {
  const [anchor, iterations = 1, borderType = CONSTANT_BORDER, ...more] = rest
  const from = heap.bytes(source)
  const border = knownBorder(borderType)
  if (from === undefined || border === undefined || more.length > 0) return undefined
  const shape = morphologyShape(heap, kernel, anchor, iterations)
  if (shape === undefined || (shape.points !== undefined && border !== CONSTANT_BORDER)) return undefined
  const to = heap.result(result, from.type, from, source, kernel)
  return to === undefined ? undefined : { from, to, shape, border }
}

/** From one address to another; false where there is no scratch. */
function morph(
  seat: SimdSeat,
  { from: image, shape, border }: Plan,
  isDilation: boolean,
  from: number,
  to: number,
): boolean {
  const { heap, functions } = seat
  const { widthPx, heightPx, channels } = image
  const { widthPx: sizeX, heightPx: sizeY, anchorX, anchorY, points } = shape
  const rowBytes = (widthPx + sizeX) * channels + 32
  const which = isDilation ? 1 : 0
  if (points === undefined) {
    return heap.withScratch(2 * rowBytes + 4 * sizeY + 4, (scratch) =>
      functions.morphRectangle(
        ...([which, from, to, widthPx, heightPx, channels] as const),
        ...([sizeX, sizeY, anchorX, anchorY, border, scratch] as const),
      ),
    )
  }
  const count = points.length / 2
  return heap.withScratch(8 * count + (sizeY + 1) * rowBytes, (scratch) => {
    heap.writeShorts(scratch, points)
    functions.morphPoints(
      ...([which, from, to, widthPx, heightPx, channels] as const),
      ...([sizeX, sizeY, anchorX, anchorY, scratch, count, scratch + 4 * count] as const),
    )
  })
}

function simple(seat: SimdSeat, name: 'erode' | 'dilate', isDilation: boolean): Kernel {
  return standIn(name, (original) => {
    function run(source: unknown, result: unknown, kernel: unknown, ...rest: Rest): boolean {
      const planned = plan(seat, source, result, kernel, rest)
      return planned !== undefined && morph(seat, planned, isDilation, planned.from.address, planned.to.address)
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
}

export const erode: SimdKernel = (seat) => simple(seat, 'erode', false)
export const dilate: SimdKernel = (seat) => simple(seat, 'dilate', true)

/** One after the other, through an image in scratch: opening begins with an erosion, closing with a dilation. */
function twice(seat: SimdSeat, planned: Plan, isDilationFirst: boolean, to: number): boolean {
  const { address, end } = planned.from
  return seat.heap.withScratch(
    end - address,
    (between) =>
      morph(seat, planned, isDilationFirst, address, between) && morph(seat, planned, !isDilationFirst, between, to),
  )
}

/** What each operation does to a plan; those that are not here are handed on. */
function operations(seat: SimdSeat): ReadonlyMap<unknown, (planned: Plan) => boolean> {
  const { cv, heap, functions } = seat
  const bytesOf = ({ from }: Plan): number => from.end - from.address
  const inScratch = (planned: Plan, run: (address: number) => boolean): boolean =>
    heap.withScratch(bytesOf(planned), run)
  /** The result: `one` without `other`. */
  const subtract = (planned: Plan, one: number, other: number): true => {
    functions.difference(one, other, planned.to.address, bytesOf(planned))
    return true
  }
  const straight = (isDilation: boolean) => (planned: Plan) =>
    morph(seat, planned, isDilation, planned.from.address, planned.to.address)
  return new Map([
    [Number(cv.MORPH_ERODE), straight(false)],
    [Number(cv.MORPH_DILATE), straight(true)],
    [Number(cv.MORPH_OPEN), (planned) => twice(seat, planned, false, planned.to.address)],
    [Number(cv.MORPH_CLOSE), (planned) => twice(seat, planned, true, planned.to.address)],
    [
      Number(cv.MORPH_TOPHAT),
      (planned) =>
        inScratch(planned, (opened) => {
          return twice(seat, planned, false, opened) && subtract(planned, planned.from.address, opened)
        }),
    ],
    [
      Number(cv.MORPH_BLACKHAT),
      (planned) =>
        inScratch(planned, (closed) => {
          return twice(seat, planned, true, closed) && subtract(planned, closed, planned.from.address)
        }),
    ],
    [
      Number(cv.MORPH_GRADIENT),
      (planned) =>
        inScratch(planned, (eroded) =>
          inScratch(planned, (dilated) => {
            const { address } = planned.from
            const isMade = morph(seat, planned, false, address, eroded) && morph(seat, planned, true, address, dilated)
            return isMade && subtract(planned, dilated, eroded)
          }),
        ),
    ],
  ])
}

export const morphologyEx: SimdKernel = (seat) =>
  standIn('morphologyEx', (original) => {
    const known = operations(seat)

    function run(source: unknown, result: unknown, operation: unknown, kernel: unknown, ...rest: Rest): boolean {
      const apply = known.get(operation)
      const planned = apply && plan(seat, source, result, kernel, rest)
      return apply !== undefined && planned !== undefined && apply(planned)
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
