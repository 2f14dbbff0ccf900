/** Stand in for cv::minMaxLoc and, where the table is a line, for cv::LUT, of 8-bit images; see assembly/levels.ts. */

import { standIn } from '../kernels.ts'
import type { SimdKernel } from './simd-kernel.ts'
import { lineOf } from './table-line.ts'

export const minMaxLoc: SimdKernel = ({ heap, functions }) =>
  standIn('minMaxLoc', (original) => {
    function run(source: unknown, ...more: readonly unknown[]) {
      const from = more.length === 0 ? heap.bytes(source) : undefined
      if (from?.channels !== 1) return undefined
      const { address, widthPx, heightPx } = from
      const samples = widthPx * heightPx
      const both = functions.extremes(address, samples)
      const placeOf = (level: number) => {
        const at = functions.firstOf(address, samples, level)
        return { x: at % widthPx, y: Math.floor(at / widthPx) }
      }
      const [minVal, maxVal] = [both & 255, both >> 8]
      return { minVal, maxVal, minLoc: placeOf(minVal), maxLoc: placeOf(maxVal) }
    }
    return (...parameters: readonly unknown[]) =>
      run(...(parameters as Parameters<typeof run>)) ?? Reflect.apply(original, undefined, parameters)
  })

const LEVELS = 256

export const lut: SimdKernel = ({ heap, functions }) =>
  standIn('LUT', (original) => {
    function run(source: unknown, table: unknown, result: unknown, ...more: readonly unknown[]): boolean {
      const from = more.length === 0 ? heap.bytes(source) : undefined
      const levels = heap.bytes(table)
      const isOne = levels?.channels === 1 && levels.widthPx * levels.heightPx === LEVELS
      if (from === undefined || levels === undefined || !isOne) return false
      const line = lineOf(heap.read(levels))
      const to = line && heap.result(result, from.type, from, source, table)
      if (line === undefined || to === undefined) return false
      functions.line(from.address, to.address, from.end - from.address, line.factor, line.offset, line.shift)
      return true
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
