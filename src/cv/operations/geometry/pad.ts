/** Adds pixels around the image. */

import type { OpenCV } from '@opencvjs/web'
import type { CvLibrary } from '../../opencv.ts'
import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'
import { scalarOf } from '../rgb-color.ts'
import { refuseTooLarge } from './result-size.ts'

const BORDERS = ['color', 'replicate', 'reflect', 'reflect101', 'wrap'] as const

interface Padding {
  readonly all: number
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
  readonly border: (typeof BORDERS)[number]
}

function borderFlag(cv: CvLibrary, border: Padding['border']): number {
  switch (border) {
    case 'color':
      return cv.BORDER_CONSTANT
    case 'replicate':
      return cv.BORDER_REPLICATE
    case 'reflect':
      return cv.BORDER_REFLECT
    case 'reflect101':
      return cv.BORDER_REFLECT_101
    case 'wrap':
      return cv.BORDER_WRAP
  }
}

function padded(image: Mat, padding: Padding, color: OpenCV.Scalar, { openCv: { cv }, scope }: OperationContext): Mat {
  const { all, border } = padding
  const top = all + padding.top
  const right = all + padding.right
  const bottom = all + padding.bottom
  const left = all + padding.left
  refuseTooLarge('pad', image.cols + left + right, image.rows + top + bottom)
  const result = scope.mat()
  cv.copyMakeBorder(image, result, top, bottom, left, right, borderFlag(cv, border), color)
  return result
}

const side = (name: string) =>
  ({ type: 'integer', default: 0, min: 0, max: 20_000, unit: 'px', summary: `Added ${name} besides.` }) as const

export const pad = defineOperation({
  name: 'pad',
  summary: 'Adds a border around the image; it is opaque where it is of one color.',
  suffix: '',
  reach: 'whole image',
  parameters: {
    all: { type: 'integer', default: 10, min: 0, max: 20_000, unit: 'px', summary: 'Added on every side.' },
    top: side('above'),
    right: side('on the right'),
    bottom: side('below'),
    left: side('on the left'),
    border: {
      type: 'choice',
      default: 'color',
      choices: BORDERS,
      summary:
        'What is added: one color, the outermost pixels again, the image mirrored with or (reflect101) without them, or its other side.',
    },
    color: { type: 'color', default: '#000000', summary: 'The color of a border of one color.' },
  },
  example: 'pad:20,color=white',
  version: 1,
  apply: (image, values, context) => padded(image, values, scalarOf(context.openCv.cv, image, values.color), context),
  applyToAlpha: (alpha, values, context) => padded(alpha, values, new context.openCv.cv.Scalar(255, 0, 0, 0), context),
})
