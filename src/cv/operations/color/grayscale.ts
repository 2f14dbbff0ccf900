/** Plain luma: 0.299 R + 0.587 G + 0.114 B in OpenCV's fixed point (cvtColor, RGB2GRAY). A gray image stays as it is. */

import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'

/** The luma of an rgb image; a gray image itself. */
export function toGray(image: Mat, { openCv: { cv }, scope }: OperationContext): Mat {
  if (image.channels() === 1) return image
  const gray = scope.mat()
  cv.cvtColor(image, gray, cv.COLOR_RGB2GRAY)
  return gray
}

export const grayscale = defineOperation({
  name: 'grayscale',
  summary: 'Converts to plain gray (luma); a gray image stays as it is.',
  suffix: '',
  gives: 'gray',
  reach: 0,
  parameters: {},
  example: 'grayscale',
  version: 1,
  apply: (image, _values, context) => toGray(image, context),
})
