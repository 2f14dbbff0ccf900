/**
 * OpenCV's inpaint over the pixels of one colour: fast marching (Telea 2004) or Navier-Stokes (Bertalmio and others 2001).
 * The marked area grows by some pixels, because what was drawn in a pure colour has a blurred border.
 */

import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'
import { rgbOf } from '../rgb-color.ts'

export const inpaint = defineOperation({
  name: 'inpaint',
  summary: 'Fills what is painted in one colour from its surroundings; an image of that colour only stays as it is.',
  suffix: '',
  reach: 'whole image',
  parameters: {
    color: {
      type: 'color',
      default: '#ff00ff',
      summary: 'Colour of what is filled; in a gray image only a gray colour can be.',
    },
    tolerance: {
      type: 'integer',
      default: 40,
      min: 0,
      max: 255,
      unit: 'levels',
      summary: 'How far each channel of a pixel may be from the colour.',
    },
    grow: {
      type: 'integer',
      default: 1,
      min: 0,
      max: 50,
      unit: 'px',
      summary: 'Pixels around what was found that are filled too.',
    },
    radius: {
      type: 'number',
      default: 3,
      min: 1,
      max: 30,
      unit: 'px',
      summary: 'How far around a pixel its surroundings are looked at.',
    },
    method: {
      type: 'choice',
      default: 'telea',
      choices: ['telea', 'navier-stokes'],
      summary: 'Fast marching, or continuing lines of equal brightness.',
    },
  },
  example: 'inpaint:red,tolerance=60,grow=2',
  version: 1,
  apply(image, { color, tolerance, grow, radius, method }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    const mask = maskOf(image, rgbOf(color), tolerance, context)
    if (cv.countNonZero(mask) === 0) return image
    const isFilled = scope.mat()
    const side = 2 * grow + 1
    const kernel = scope.own(cv.getStructuringElement(cv.MORPH_RECT, new cv.Size(side, side)))
    cv.dilate(mask, isFilled, kernel)
    const result = scope.mat()
    cv.inpaint(image, isFilled, result, radius, method === 'telea' ? cv.INPAINT_TELEA : cv.INPAINT_NS)
    return result
  },
})

/** 255 where every channel is near enough to the colour. */
function maskOf(
  image: Mat,
  color: readonly [number, number, number],
  tolerance: number,
  { openCv: { cv }, scope }: OperationContext,
): Mat {
  const mask = scope.matOf(image.rows, image.cols, cv.CV_8UC1)
  const marked = mask.data
  const { data } = image
  const isGray = image.channels() === 1
  const [red, green, blue] = color
  const isNear = (value: number | undefined, wanted: number): boolean => Math.abs((value ?? 0) - wanted) <= tolerance
  for (let index = 0; index < marked.length; index++) {
    const at = isGray ? index : 3 * index
    const isMarked =
      isNear(data[at], red) && isNear(data[isGray ? at : at + 1], green) && isNear(data[isGray ? at : at + 2], blue)
    marked[index] = isMarked ? 255 : 0
  }
  return mask
}
