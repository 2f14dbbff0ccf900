/** Stand in for cv::split and cv::merge of three channels, and for cv::inRange, of 8-bit images; see assembly/planes.ts. */

import { standIn } from '../kernels.ts'
import { DEPTH, type HeapImage, type HeapImages, REGISTER_BYTES, typeOf } from './heap-images.ts'
import type { SimdKernel } from './simd-kernel.ts'

const CHANNELS = 3

const pixelsOf = ({ widthPx, heightPx }: HeapImage): number => widthPx * heightPx

export const split: SimdKernel = ({ cv, heap, functions }) =>
  standIn('split', (original) => {
    function run(source: unknown, planes: unknown, ...more: readonly unknown[]): boolean {
      const from = more.length === 0 ? heap.bytes(source) : undefined
      if (from?.channels !== CHANNELS || pixelsOf(from) < REGISTER_BYTES) return false
      // a vector that holds Mats already would have their samples overwritten
      if (!(planes instanceof cv.MatVector) || planes.size() !== 0) return false
      const mats = Array.from({ length: CHANNELS }, () => new cv.Mat(from.heightPx, from.widthPx, cv.CV_8UC1))
      try {
        const [red, green, blue] = mats.map((mat) => heap.image(mat))
        if (red === undefined || green === undefined || blue === undefined) return false
        functions.splitThree(from.address, red.address, green.address, blue.address, pixelsOf(from))
        for (const mat of mats) planes.push_back(mat)
        return true
      } finally {
        for (const mat of mats) mat.delete()
      }
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })

export const merge: SimdKernel = ({ cv, heap, functions }) =>
  standIn('merge', (original) => {
    function run(planes: unknown, result: unknown, ...more: readonly unknown[]): boolean {
      if (more.length > 0 || !(planes instanceof cv.MatVector) || planes.size() !== CHANNELS) return false
      const mats = [0, 1, 2].flatMap((index) => planes.get(index) ?? [])
      try {
        const [red, green, blue] = mats.map((mat) => heap.bytes(mat))
        if (red === undefined || green === undefined || blue === undefined) return false
        const { widthPx, heightPx } = red
        const isSame = [red, green, blue].every(
          (plane) => plane.channels === 1 && plane.widthPx === widthPx && plane.heightPx === heightPx,
        )
        const to = isSame ? heap.result(result, typeOf(DEPTH.u8, CHANNELS), red, ...mats) : undefined
        if (to === undefined) return false
        functions.mergeThree(red.address, green.address, blue.address, to.address, pixelsOf(red))
        return true
      } finally {
        for (const mat of mats) mat.delete()
      }
    }
    return (...parameters: readonly unknown[]) => {
      if (!run(...(parameters as Parameters<typeof run>))) Reflect.apply(original, undefined, parameters)
    }
  })

/** Bounds that are whole numbers of a byte; undefined where others come, which OpenCV rounds or finds impossible. */
function boundsOf(heap: HeapImages, mat: unknown, channels: number): number[] | undefined {
  const image = heap.image(mat)
  if (image === undefined || image.type !== DEPTH.f64) return undefined
  if (image.widthPx !== 1 || image.heightPx !== channels) return undefined
  const values = [...heap.readDoubles(image)]
  return values.every((value) => Number.isInteger(value) && value >= 0 && value <= 255) ? values : undefined
}

export const inRange: SimdKernel = ({ heap, functions }) =>
  standIn('inRange', (original) => {
    function run(source: unknown, low: unknown, high: unknown, result: unknown, ...more: readonly unknown[]): boolean {
      const from = more.length === 0 ? heap.bytes(source) : undefined
      if (from === undefined || (from.channels !== 1 && from.channels !== CHANNELS)) return false
      const pixels = pixelsOf(from)
      const lowest = boundsOf(heap, low, from.channels)
      const highest = boundsOf(heap, high, from.channels)
      if (lowest === undefined || highest === undefined || pixels < REGISTER_BYTES) return false
      const to = heap.result(result, typeOf(DEPTH.u8, 1), from, source, low, high)
      if (to === undefined) return false
      if (from.channels === 1) {
        functions.inRangeOne(from.address, to.address, pixels, lowest[0] ?? 0, highest[0] ?? 0)
        return true
      }
      const repeated = [lowest, highest].flatMap((bounds) => Array<number[]>(REGISTER_BYTES).fill(bounds).flat())
      return heap.withScratch(repeated.length, (scratch) => {
        heap.writeBytes(scratch, repeated)
        functions.inRangeThree(from.address, to.address, pixels, scratch)
      })
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
