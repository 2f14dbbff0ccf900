/** Which pixels belong to things and which to the background, by one threshold. */

import type { Mat } from '../../scope.ts'
import { toGray } from '../color/grayscale.ts'
import type { OperationContext } from '../operation.ts'
import type { ParameterValues } from '../parameter.ts'

export const FOREGROUND_PARAMETERS = {
  level: {
    type: 'integer',
    default: 0,
    min: 0,
    max: 254,
    unit: 'levels',
    summary: "Luma above which a pixel belongs to a thing; 0 chooses the level for each image by Otsu's method.",
  },
  dark: { type: 'boolean', default: false, summary: 'Looks for dark things on a light background instead.' },
} as const

/** 255 where there is a thing, 0 in the background. */
export function foregroundOf(
  image: Mat,
  { level, dark }: ParameterValues<typeof FOREGROUND_PARAMETERS>,
  context: OperationContext,
): Mat {
  const { openCv, scope } = context
  const { cv } = openCv
  const foreground = scope.mat()
  const type = (dark ? cv.THRESH_BINARY_INV : cv.THRESH_BINARY) + (level === 0 ? cv.THRESH_OTSU : 0)
  cv.threshold(toGray(image, context), foreground, level, 255, type)
  return foreground
}
