/** Stands in for cv::Canny of gray images with derivatives of 3 or 5 pixels; see assembly/canny.ts. */

import { standIn } from '../kernels.ts'
import { REGISTER_BYTES } from './heap-images.ts'
import type { SimdKernel } from './simd-kernel.ts'

/** What OpenCV bounds thresholds to before it squares them; also what 16 bits hold. */
const MAX_LEVEL = 32767

/** Of the pixels of an image, this part fits on the stack from which edges are followed; what does not is found again. */
const STACK_SHARE = 1 / 8
const MIN_STACK_BYTES = 4096

export const canny: SimdKernel = ({ heap, functions }) =>
  standIn('Canny', (original) => {
    function run(
      source: unknown,
      result: unknown,
      one: unknown,
      other: unknown,
      aperture: unknown = 3,
      isSquared: unknown = false,
      ...more: readonly unknown[]
    ): boolean {
      if (typeof one !== 'number' || typeof other !== 'number' || typeof isSquared !== 'boolean') return false
      const from = more.length === 0 ? heap.bytes(source) : undefined
      if (
        (aperture !== 3 && aperture !== 5) ||
        from === undefined ||
        from.channels !== 1 ||
        from.widthPx < REGISTER_BYTES
      )
        return false
      const levels = [Math.min(one, other), Math.max(one, other)].map((level) => {
        const bounded = Math.max(Math.min(level, MAX_LEVEL), -1)
        return Math.floor(isSquared && bounded > 0 ? bounded * bounded : bounded)
      })
      const [low = 0, high = 0] = levels
      const to = Number.isNaN(one + other) ? undefined : heap.result(result, from.type, from, source)
      if (to === undefined) return false
      const { widthPx, heightPx } = from
      const mapBytes = (widthPx + 2) * (heightPx + 2) + 32
      const stackBytes = Math.ceil(Math.max(widthPx * heightPx * STACK_SHARE, MIN_STACK_BYTES / 4)) * 4
      const bytes = mapBytes + 48 + 12 * 2 * (widthPx + 18) + stackBytes
      return heap.withScratch(bytes, (scratch) => {
        functions.canny(
          ...([from.address, to.address, widthPx, heightPx, low, high] as const),
          ...([aperture, isSquared ? 1 : 0, scratch, scratch + bytes] as const),
        )
      })
    }
    return (...parameters: readonly unknown[]) => {
      if (!run(...(parameters as Parameters<typeof run>))) Reflect.apply(original, undefined, parameters)
    }
  })
