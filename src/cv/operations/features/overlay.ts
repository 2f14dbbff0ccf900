/** What was found is drawn in colour over the image: always rgb, also over a gray one. */

import type { OpenCV } from '@opencvjs/web'
import type { Mat } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'
import { rgbOf } from '../rgb-color.ts'

/** A copy of the image in rgb, to draw on. */
export function overlayOf(image: Mat, { openCv: { cv }, scope }: OperationContext): Mat {
  const overlay = scope.mat()
  if (image.channels() === 1) cv.cvtColor(image, overlay, cv.COLOR_GRAY2RGB)
  else image.copyTo(overlay)
  return overlay
}

/** A colour for drawing on an overlay. */
export function paintOf(color: string, { openCv: { cv } }: OperationContext): OpenCV.Scalar {
  const [red, green, blue] = rgbOf(color)
  return new cv.Scalar(red, green, blue, 0)
}

export const COLOR_PARAMETER = {
  type: 'color',
  default: '#00ff00',
  summary: 'Colour of what is drawn.',
} as const

export const LINE_WIDTH_PARAMETER = {
  type: 'integer',
  default: 2,
  min: 1,
  max: 100,
  unit: 'px',
  summary: 'Width of the lines that are drawn.',
} as const
