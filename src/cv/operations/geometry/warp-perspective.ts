/**
 * Four points of the image become the corners of the result: straightens a photographed page or screen.
 *
 * Places count from the outer edge of the first pixel to that of the last, so that 0 % to 100 % is the whole image and
 * leaves it as it is; OpenCV counts from pixel centres, half a pixel off.
 */

import type { OpenCV } from '@opencvjs/web'
import { MurmurationError } from '../../../base/errors.ts'
import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'
import { scalarOf } from '../rgb-color.ts'
import { WARP_METHODS, type WarpMethod, warpFlag } from './interpolation.ts'
import { refuseUnwarpable } from './result-size.ts'

interface Corners {
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
  readonly x3: number
  readonly y3: number
  readonly x4: number
  readonly y4: number
}

interface Warp extends Corners {
  readonly unit: '%' | 'px'
  readonly w: number
  readonly h: number
  readonly method: WarpMethod
}

type Place = readonly [x: number, y: number]

const placesOf = ({ x1, y1, x2, y2, x3, y3, x4, y4 }: Corners): readonly [Place, Place, Place, Place] => [
  [x1, y1],
  [x2, y2],
  [x3, y3],
  [x4, y4],
]

/** Twice the area of a triangle, signed: positive where its corners run clockwise on the screen. */
const turnOf = ([ax, ay]: Place, [bx, by]: Place, [cx, cy]: Place): number =>
  (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)

/** Anything else has no perspective, or one that turns parts of the image inside out. */
function isConvex(corners: Corners): boolean {
  const [a, b, c, d] = placesOf(corners)
  const turns = [turnOf(a, b, c), turnOf(b, c, d), turnOf(c, d, a), turnOf(d, a, b)]
  return turns.every((turn) => turn > MIN_TURN) || turns.every((turn) => turn < -MIN_TURN)
}

/** In square percent or square pixels: below this the corners lie on one line for all purposes. */
const MIN_TURN = 1e-3

function warped(image: Mat, warp: Warp, border: OpenCV.Scalar, { openCv: { cv }, scope }: OperationContext): Mat {
  const { cols, rows } = image
  const width = warp.w === 0 ? cols : warp.w
  const height = warp.h === 0 ? rows : warp.h
  refuseUnwarpable('warp-perspective', image, width, height)
  const [perX, perY] = warp.unit === '%' ? [cols / 100, rows / 100] : [1, 1]
  const from = placesOf(warp).flatMap(([x, y]) => [x * perX - 0.5, y * perY - 0.5])
  const to = [-0.5, -0.5, width - 0.5, -0.5, width - 0.5, height - 0.5, -0.5, height - 0.5]
  const matrix = scope.own(
    cv.getPerspectiveTransform(
      scope.own(cv.matFromArray(4, 1, cv.CV_32FC2, from)),
      scope.own(cv.matFromArray(4, 1, cv.CV_32FC2, to)),
    ),
  )
  if (!matrix.data64F.every(Number.isFinite)) {
    throw new MurmurationError('ERR_OPERATION', 'operation "warp-perspective" expects corners that are further apart')
  }
  const result = scope.mat()
  const size = new cv.Size(width, height)
  cv.warpPerspective(image, result, matrix, size, warpFlag(cv, warp.method), cv.BORDER_CONSTANT, border)
  return result
}

const place = (axis: 'x' | 'y', corner: string, value: number) =>
  ({
    type: 'number',
    default: value,
    min: -30_000,
    max: 60_000,
    unit: '',
    summary: `The ${axis} of the point that becomes the ${corner} corner, in the unit.`,
  }) as const

const side = (name: string) =>
  ({
    type: 'integer',
    default: 0,
    min: 0,
    max: 32_766,
    unit: 'px',
    summary: `The result's ${name}; 0 is that of the image.`,
  }) as const

export const warpPerspective = defineOperation({
  name: 'warp-perspective',
  summary:
    'Makes four points of the image the corners of the result; what lies outside the image gets the border color, or is transparent where the image has alpha.',
  suffix: '',
  reach: 'whole image',
  parameters: {
    x1: place('x', 'top left', 0),
    y1: place('y', 'top left', 0),
    x2: place('x', 'top right', 100),
    y2: place('y', 'top right', 0),
    x3: place('x', 'bottom right', 100),
    y3: place('y', 'bottom right', 100),
    x4: place('x', 'bottom left', 0),
    y4: place('y', 'bottom left', 100),
    unit: {
      type: 'choice',
      default: '%',
      choices: ['%', 'px'],
      summary: "What the points count: percent of the image's width and height, or pixels.",
    },
    w: side('width'),
    h: side('height'),
    border: { type: 'color', default: '#000000', summary: 'Color of what lies outside the image.' },
    method: { type: 'choice', default: 'linear', choices: WARP_METHODS, summary: 'Interpolation between pixels.' },
  },
  conflict: (values) =>
    isConvex(values) ? undefined : 'the corners of a convex quadrilateral, in order around it, and got others',
  example: 'warp-perspective:10,5,90,0,100,95,0,100',
  version: 2,
  apply: (image, values, context) => warped(image, values, scalarOf(context.openCv.cv, image, values.border), context),
  applyToAlpha: (alpha, values, context) => warped(alpha, values, new context.openCv.cv.Scalar(0, 0, 0, 0), context),
  mixesPixels: ({ method }) => method !== 'nearest',
})
