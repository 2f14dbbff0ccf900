/** How geometry computes samples between pixels: the words of the parameters, and what OpenCV calls them. */

import type { CvLibrary } from '../../opencv.ts'

/** For changing the size. `nearest` is OpenCV's INTER_NEAREST_EXACT, which has no half-pixel shift. */
export const RESIZE_METHODS = ['area', 'linear', 'cubic', 'lanczos', 'nearest'] as const

export type ResizeMethod = (typeof RESIZE_METHODS)[number]

export function resizeFlag(cv: CvLibrary, method: ResizeMethod): number {
  switch (method) {
    case 'area':
      return cv.INTER_AREA
    case 'linear':
      return cv.INTER_LINEAR
    case 'cubic':
      return cv.INTER_CUBIC
    case 'lanczos':
      return cv.INTER_LANCZOS4
    case 'nearest':
      return cv.INTER_NEAREST_EXACT
  }
}

/** For warps, which have neither area averaging nor an exact nearest. */
export const WARP_METHODS = ['linear', 'cubic', 'lanczos', 'nearest'] as const

export type WarpMethod = (typeof WARP_METHODS)[number]

export const warpFlag = (cv: CvLibrary, method: WarpMethod): number =>
  method === 'nearest' ? cv.INTER_NEAREST : resizeFlag(cv, method)
