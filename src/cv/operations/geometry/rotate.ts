/**
 * Turns clockwise around the centre. Quarter turns are permutations of the pixels and lose nothing; all others
 * interpolate once (warpAffine). Sine and cosine come from OpenCV (getRotationMatrix2D), not from the JavaScript engine,
 * whose last digits may differ between peers.
 */

import type { OpenCV } from '@opencvjs/web'
import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'
import { scalarOf } from '../rgb-color.ts'
import { WARP_METHODS, type WarpMethod, warpFlag } from './interpolation.ts'
import { refuseUnwarpable } from './result-size.ts'

interface Turn {
  readonly angle: number
  readonly mode: 'expand' | 'keep'
  readonly method: WarpMethod
}

/** A bounding box that exceeds whole pixels by no more than this is rounded down: the excess is one of arithmetic. */
const ROUNDING_PX = 1e-6

function turned(image: Mat, turn: Turn, border: OpenCV.Scalar, context: OperationContext): Mat {
  const angle = ((turn.angle % 360) + 360) % 360
  if (angle === 0) return image
  if (angle % 90 !== 0) return warped(image, angle, turn, border, context)
  const { openCv, scope } = context
  const { cv } = openCv
  const result = scope.mat()
  const code = angle === 90 ? cv.ROTATE_90_CLOCKWISE : angle === 180 ? cv.ROTATE_180 : cv.ROTATE_90_COUNTERCLOCKWISE
  cv.rotate(image, result, code)
  return turn.mode === 'keep' ? centred(result, image, border, context) : result
}

/** `image` in the middle of a frame of the size of `frame`: cut where it is larger, bordered where it is smaller. */
function centred(image: Mat, frame: Mat, border: OpenCV.Scalar, { openCv: { cv }, scope }: OperationContext): Mat {
  if (image.cols === frame.cols && image.rows === frame.rows) return image
  const [width, left] = overlap(image.cols, frame.cols)
  const [height, top] = overlap(image.rows, frame.rows)
  const result = scope.own(new cv.Mat(frame.rows, frame.cols, image.type(), border))
  const from = scope.own(image.roi(new cv.Rect(left.inImage, top.inImage, width, height)))
  const to = scope.own(result.roi(new cv.Rect(left.inFrame, top.inFrame, width, height)))
  from.copyTo(to)
  return result
}

/** The common length of two centred sides, and where it begins in each. */
function overlap(imagePx: number, framePx: number): [number, { inImage: number; inFrame: number }] {
  const shift = Math.floor((framePx - imagePx) / 2)
  return [Math.min(imagePx, framePx), { inImage: Math.max(0, -shift), inFrame: Math.max(0, shift) }]
}

function warped(image: Mat, angle: number, turn: Turn, border: OpenCV.Scalar, context: OperationContext): Mat {
  const { openCv, scope } = context
  const { cv } = openCv
  const { cols, rows } = image
  const centre = new cv.Point((cols - 1) / 2, (rows - 1) / 2)
  // OpenCV turns counter-clockwise
  const matrix = scope.own(cv.getRotationMatrix2D(centre, -angle, 1))
  const [cosine = 1, sine = 0] = matrix.data64F
  const [width, height] =
    turn.mode === 'keep'
      ? [cols, rows]
      : [
          Math.ceil(Math.abs(cosine) * cols + Math.abs(sine) * rows - ROUNDING_PX),
          Math.ceil(Math.abs(sine) * cols + Math.abs(cosine) * rows - ROUNDING_PX),
        ]
  refuseUnwarpable('rotate', image, width, height)
  matrix.data64F[2] = (matrix.data64F[2] ?? 0) + (width - cols) / 2
  matrix.data64F[5] = (matrix.data64F[5] ?? 0) + (height - rows) / 2
  const result = scope.mat()
  const size = new cv.Size(width, height)
  cv.warpAffine(image, result, matrix, size, warpFlag(cv, turn.method), cv.BORDER_CONSTANT, border)
  return result
}

export const rotate = defineOperation({
  name: 'rotate',
  summary:
    'Turns the image clockwise around its centre; quarter turns are exact, and corners outside the image get the border colour, or are transparent where the image has alpha.',
  suffix: '',
  reach: 'whole image',
  parameters: {
    angle: { type: 'number', default: 90, min: -360, max: 360, unit: 'degrees', summary: 'Clockwise turn.' },
    mode: {
      type: 'choice',
      default: 'expand',
      choices: ['expand', 'keep'],
      summary: 'Whether the result grows to hold all of the turned image, or keeps the size and cuts the corners off.',
    },
    border: { type: 'color', default: '#000000', summary: 'Color where the turned image does not reach.' },
    method: { type: 'choice', default: 'linear', choices: WARP_METHODS, summary: 'Interpolation between pixels.' },
  },
  example: 'rotate:5,mode=keep',
  version: 2,
  apply: (image, values, context) => turned(image, values, scalarOf(context.openCv.cv, image, values.border), context),
  applyToAlpha: (alpha, values, context) => turned(alpha, values, new context.openCv.cv.Scalar(0, 0, 0, 0), context),
  mixesPixels: ({ angle, method }) => angle % 90 !== 0 && method !== 'nearest',
})
