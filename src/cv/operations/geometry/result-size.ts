/** Bounds of what an operation may make, told before OpenCV runs out of memory and takes its instance with it. */

import { MurmurationError } from '../../../base/errors.ts'
import { MAX_RESULT_PIXELS, MAX_WARP_SIDE_PX } from '../../../base/limits.ts'
import type { Mat } from '../../scope.ts'

/** @throws MurmurationError ERR_OPERATION for a result of more than MAX_RESULT_PIXELS */
export function refuseTooLarge(name: string, widthPx: number, heightPx: number): void {
  if (widthPx * heightPx <= MAX_RESULT_PIXELS) return
  throw new MurmurationError(
    'ERR_OPERATION',
    `operation "${name}" expects to make at most ${MAX_RESULT_PIXELS / 1e6} megapixels, and would make ${widthPx} x ${heightPx} pixels`,
  )
}

/** @throws MurmurationError ERR_OPERATION, also for sides that OpenCV's warps cannot count */
export function refuseUnwarpable(name: string, image: Mat, widthPx: number, heightPx: number): void {
  refuseTooLarge(name, widthPx, heightPx)
  const side = Math.max(image.cols, image.rows, widthPx, heightPx)
  if (side <= MAX_WARP_SIDE_PX) return
  throw new MurmurationError(
    'ERR_OPERATION',
    `operation "${name}" expects sides of at most ${MAX_WARP_SIDE_PX} px, and got or would make one of ${side} px`,
  )
}
