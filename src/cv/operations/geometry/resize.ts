/** Another size: by width and height, by one of them, or by a scale. */

import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'
import { RESIZE_METHODS, type ResizeMethod, resizeFlag } from './interpolation.ts'
import { refuseTooLarge } from './result-size.ts'

interface Sizing {
  readonly w: number
  readonly h: number
  readonly fit: 'fit' | 'fill' | 'inside'
  readonly scale: number
}

interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

/** At least one pixel, rounded to the nearest. */
const scaled = (sidePx: number, numerator: number, denominator: number): number =>
  Math.max(1, Math.round((sidePx * numerator) / denominator))

/** The size of the result for an image of this size. */
export function resizedSize({ widthPx, heightPx }: Size, { w, h, fit, scale }: Sizing): Size {
  if (w === 0 && h === 0) return { widthPx: scaled(widthPx, scale, 100), heightPx: scaled(heightPx, scale, 100) }
  if (fit === 'fill' && w !== 0 && h !== 0) return { widthPx: w, heightPx: h }
  const isWidthGiven = h === 0 || (w !== 0 && w * heightPx <= h * widthPx)
  if (fit === 'inside' && (isWidthGiven ? w >= widthPx : h >= heightPx)) return { widthPx, heightPx }
  return isWidthGiven
    ? { widthPx: w, heightPx: scaled(heightPx, w, widthPx) }
    : { widthPx: scaled(widthPx, h, heightPx), heightPx: h }
}

function resized(image: Mat, values: Sizing & { readonly method: ResizeMethod }, context: OperationContext): Mat {
  const { openCv, scope } = context
  const { cv } = openCv
  const { widthPx, heightPx } = resizedSize({ widthPx: image.cols, heightPx: image.rows }, values)
  if (widthPx === image.cols && heightPx === image.rows) return image
  refuseTooLarge('resize', widthPx, heightPx)
  const result = scope.mat()
  cv.resize(image, result, new cv.Size(widthPx, heightPx), 0, 0, resizeFlag(cv, values.method))
  return result
}

export const resize = defineOperation({
  name: 'resize',
  summary: 'Changes the size; of width and height, one that is 0 follows from the other and the aspect ratio.',
  suffix: '',
  reach: 'whole image',
  parameters: {
    w: { type: 'integer', default: 0, min: 0, max: 100_000, unit: 'px', summary: 'Width; 0 follows from the height.' },
    h: { type: 'integer', default: 0, min: 0, max: 100_000, unit: 'px', summary: 'Height; 0 follows from the width.' },
    fit: {
      type: 'choice',
      default: 'fit',
      choices: ['fit', 'fill', 'inside'],
      summary:
        'What width and height mean: fit is the largest size of the same aspect ratio within them, inside the same without ever enlarging, fill exactly them.',
    },
    method: {
      type: 'choice',
      default: 'area',
      choices: RESIZE_METHODS,
      summary:
        'Interpolation; area averages all pixels that fall together when it shrinks, and is close to linear when it enlarges.',
    },
    scale: {
      type: 'number',
      default: 50,
      min: 0.1,
      max: 1_000,
      unit: '%',
      summary: 'Size of both sides where neither width nor height is given.',
    },
  },
  example: 'resize:w=800',
  version: 2,
  apply: resized,
  applyToAlpha: resized,
  mixesPixels: ({ method }) => method !== 'nearest',
})
