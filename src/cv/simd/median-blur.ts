/** Stands in for cv::medianBlur of 8-bit images with 3 and 5 pixels; see assembly/median.ts. */

import { standIn } from '../kernels.ts'
import type { SimdKernel } from './simd-kernel.ts'

export const medianBlur: SimdKernel = ({ heap, functions }) =>
  standIn('medianBlur', (original) => {
    function blur(source: unknown, result: unknown, size: unknown, ...more: readonly unknown[]): boolean {
      const from = size === 3 || size === 5 ? heap.bytes(source) : undefined
      const to = from && more.length === 0 ? heap.result(result, from.type, from, source) : undefined
      if (from === undefined || to === undefined) return false
      const { widthPx, heightPx, channels } = from
      const rowBytes = (widthPx + 4) * channels + 16
      return heap.withScratch((size === 3 ? 3 : 35) * rowBytes + 24, (scratch) => {
        const median = size === 3 ? functions.medianThree : functions.medianFive
        median(from.address, to.address, widthPx, heightPx, channels, scratch)
      })
    }
    return (...parameters) => {
      if (!blur(...parameters)) original(...parameters)
    }
  })
