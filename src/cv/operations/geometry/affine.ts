/** A linear map of the plane around the image's centre, and a shift: shears, stretches, mirrors. */

import type { OpenCV } from '@opencvjs/web'
import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'
import { scalarOf } from '../rgb-color.ts'
import { WARP_METHODS, type WarpMethod, warpFlag } from './interpolation.ts'
import { refuseUnwarpable } from './result-size.ts'

interface AffineMap {
  readonly xx: number
  readonly xy: number
  readonly yx: number
  readonly yy: number
  readonly dx: number
  readonly dy: number
  readonly method: WarpMethod
}

/** Below this area of what was one pixel nothing is left of the image. */
const MIN_DETERMINANT = 1e-4

const determinant = ({ xx, xy, yx, yy }: AffineMap): number => xx * yy - xy * yx

function warped(image: Mat, map: AffineMap, border: OpenCV.Scalar, { openCv: { cv }, scope }: OperationContext): Mat {
  const { xx, xy, yx, yy, dx, dy, method } = map
  const { cols, rows } = image
  refuseUnwarpable('affine', image, cols, rows)
  const [cx, cy] = [(cols - 1) / 2, (rows - 1) / 2]
  const rowsOfMatrix = [xx, xy, cx + dx - xx * cx - xy * cy, yx, yy, cy + dy - yx * cx - yy * cy]
  const matrix = scope.own(cv.matFromArray(2, 3, cv.CV_64FC1, rowsOfMatrix))
  const result = scope.mat()
  cv.warpAffine(image, result, matrix, new cv.Size(cols, rows), warpFlag(cv, method), cv.BORDER_CONSTANT, border)
  return result
}

const factor = (value: number, summary: string) =>
  ({ type: 'number', default: value, min: -100, max: 100, unit: '', summary }) as const

const shift = (summary: string) =>
  ({ type: 'number', default: 0, min: -32_766, max: 32_766, unit: 'px', summary }) as const

export const affine = defineOperation({
  name: 'affine',
  summary:
    'Moves the pixel at (x, y) from the centre to (xx x + xy y + dx, yx x + yy y + dy) from it, and keeps the size; the rest gets the border color, or is transparent where the image has alpha.',
  suffix: '',
  reach: 'whole image',
  parameters: {
    xx: factor(1, 'Stretches across; -1 mirrors.'),
    xy: factor(0, 'Shears across: rows move right by this per pixel below the centre.'),
    yx: factor(0, 'Shears down: columns move down by this per pixel right of the centre.'),
    yy: factor(1, 'Stretches down; -1 mirrors.'),
    dx: shift('Shift to the right.'),
    dy: shift('Shift downwards.'),
    border: { type: 'color', default: '#000000', summary: 'Color where the image does not reach.' },
    method: { type: 'choice', default: 'linear', choices: WARP_METHODS, summary: 'Interpolation between pixels.' },
  },
  conflict: (values) =>
    Math.abs(determinant(values)) >= MIN_DETERMINANT
      ? undefined
      : 'a map that can be undone (xx yy - xy yx not near 0), and got one that flattens the image',
  example: 'affine:xy=0.2',
  version: 2,
  apply: (image, values, context) => warped(image, values, scalarOf(context.openCv.cv, image, values.border), context),
  applyToAlpha: (alpha, values, context) => warped(alpha, values, new context.openCv.cv.Scalar(0, 0, 0, 0), context),
  mixesPixels: ({ method }) => method !== 'nearest',
})
