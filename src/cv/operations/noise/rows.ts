/** Noise is drawn row by row: a copy of the image whose rows are changed in place, in the wasm heap. */

import type { Mat } from '../../scope.ts'
import { type OperationContext, originOf } from '../operation.ts'

/**
 * @param change gets a row, its position in the whole image and the column there of its first pixel; it may not call OpenCV:
 *   that could move the heap under the row's view
 */
export function copyByRows(
  image: Mat,
  context: OperationContext,
  change: (row: Uint8Array, y: number, channels: number, left: number) => void,
): Mat {
  const origin = originOf(context)
  const result = context.scope.mat()
  image.copyTo(result)
  const channels = result.channels()
  const { data, rows } = result
  const rowBytes = result.cols * channels
  for (let y = 0; y < rows; y++) {
    change(data.subarray(y * rowBytes, (y + 1) * rowBytes), origin.y + y, channels, origin.x)
  }
  return result
}

/** A random 16-bit number per pixel and channel takes one draw for gray and two for rgb. */
export const highHalf = (draw: number): number => draw >>> 16
export const lowHalf = (draw: number): number => draw & 0xffff

export const clampLevel = (value: number): number => Math.max(0, Math.min(255, value))
