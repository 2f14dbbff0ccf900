/** Work on each pixel alone whose intermediates are many times larger than the image: done in bands of rows. */

import type { Mat } from '../../scope.ts'
import { Scope } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'

/** Bands of about this many pixels: 12 MB as three floats each. */
const BAND_PIXELS = 1_000_000

/**
 * An image of the same size and type, each of whose bands `convert` makes from the same band of `image`; what it makes
 * in the context's scope is freed after each band.
 */
export function inRowBands(
  image: Mat,
  context: OperationContext,
  convert: (band: Mat, context: OperationContext) => Mat,
): Mat {
  const { openCv, scope } = context
  const { cv } = openCv
  const result = scope.matOf(image.rows, image.cols, image.type())
  const bandRows = Math.max(1, Math.floor(BAND_PIXELS / image.cols))
  for (let top = 0; top < image.rows; top += bandRows) {
    using bandScope = new Scope(openCv)
    const rect = new cv.Rect(0, top, image.cols, Math.min(bandRows, image.rows - top))
    const band = convert(bandScope.own(image.roi(rect)), { ...context, scope: bandScope })
    band.copyTo(bandScope.own(result.roi(rect)))
  }
  return result
}
