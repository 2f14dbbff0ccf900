/** Stand in for cv::magnitude of floats and for cv::convertScaleAbs of bytes, 16-bit numbers and floats; see assembly/magnitude.ts. */

import { standIn } from '../kernels.ts'
import { DEPTH, depthOf, type HeapImage, REGISTER_BYTES, typeOf } from './heap-images.ts'
import type { SimdKernel } from './simd-kernel.ts'

const samplesOf = ({ widthPx, heightPx, channels }: HeapImage): number => widthPx * heightPx * channels

export const magnitude: SimdKernel = ({ heap, functions }) =>
  standIn('magnitude', (original) => {
    function run(x: unknown, y: unknown, result: unknown, ...more: readonly unknown[]): boolean {
      const one = more.length === 0 ? heap.image(x) : undefined
      const other = heap.image(y)
      if (one === undefined || other === undefined || one.type !== other.type) return false
      if (depthOf(one) !== DEPTH.f32) return false
      if (one.widthPx !== other.widthPx || one.heightPx !== other.heightPx) return false
      // in place as well: each result needs the samples of its own place only
      const to = result === x || result === y ? one : heap.result(result, one.type, one, x, y)
      if (to === undefined) return false
      functions.magnitude(one.address, other.address, result === y ? other.address : to.address, samplesOf(one))
      return true
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })

export const convertScaleAbs: SimdKernel = ({ heap, functions }) =>
  standIn('convertScaleAbs', (original) => {
    const byDepth = new Map<number, typeof functions.scaleAbsBytes>([
      [DEPTH.u8, functions.scaleAbsBytes],
      [DEPTH.s16, functions.scaleAbsShorts],
      [DEPTH.f32, functions.scaleAbsFloats],
    ])

    function run(
      source: unknown,
      result: unknown,
      scale: number = 1,
      shift: number = 0,
      ...more: readonly unknown[]
    ): boolean {
      const from = more.length === 0 ? heap.image(source) : undefined
      if (from === undefined || samplesOf(from) < REGISTER_BYTES) return false
      const convert = byDepth.get(depthOf(from))
      if (convert === undefined) return false
      const to = heap.result(result, typeOf(DEPTH.u8, from.channels), from, source)
      if (to === undefined) return false
      convert(from.address, to.address, samplesOf(from), scale, shift)
      return true
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
