/** Stands in for cv::resize of 8-bit images to half of their width and height; see assembly/halve.ts. */

import { standIn } from '../kernels.ts'
import { REGISTER_BYTES } from './heap-images.ts'
import type { SimdKernel } from './simd-kernel.ts'

export const resize: SimdKernel = ({ cv, heap, functions }) =>
  standIn('resize', (original) => {
    const same: ReadonlySet<unknown> = new Set([Number(cv.INTER_AREA), Number(cv.INTER_LINEAR)])

    function run(
      source: unknown,
      result: unknown,
      size: { readonly width: number; readonly height: number },
      _scaleX = 0,
      _scaleY = 0,
      interpolation: unknown = Number(cv.INTER_LINEAR),
      ...more: readonly unknown[]
    ): boolean {
      const from = same.has(interpolation) && more.length === 0 ? heap.bytes(source) : undefined
      if (from === undefined || from.channels === 2 || from.channels > 4) return false
      const { width: widthPx, height: heightPx } = size
      const isHalf = from.widthPx === 2 * widthPx && from.heightPx === 2 * heightPx
      if (!isHalf || widthPx * from.channels < REGISTER_BYTES) return false
      const to = heap.result(result, from.type, { widthPx, heightPx }, source)
      if (to === undefined) return false
      functions.halve(from.address, to.address, widthPx, heightPx, from.channels)
      return true
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
