/** What the operations of this folder share: the structuring element, its parameters and how they are applied. */

import type { Mat } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'
import type { ParameterValues } from '../parameter.ts'

export const STRUCTURING_PARAMETERS = {
  size: {
    type: 'integer',
    default: 3,
    min: 1,
    max: 63,
    isOdd: true,
    unit: 'px',
    summary: 'Side of the structuring element; 1 is a single pixel.',
  },
  shape: {
    type: 'choice',
    default: 'rect',
    choices: ['rect', 'ellipse', 'cross'],
    summary: 'Shape of the structuring element; an ellipse takes longest.',
  },
  iterations: {
    type: 'integer',
    default: 1,
    min: 1,
    max: 20,
    unit: '',
    summary: 'How often each erosion and dilation is repeated.',
  },
} as const

type StructuringValues = ParameterValues<typeof STRUCTURING_PARAMETERS>

/** How far one erosion or dilation with its iterations looks, px. */
export const erosionReachPx = ({ size, iterations }: Omit<StructuringValues, 'shape'>): number =>
  Math.floor(size / 2) * iterations

export type MorphologyName = 'ERODE' | 'DILATE' | 'OPEN' | 'CLOSE' | 'GRADIENT' | 'TOPHAT' | 'BLACKHAT'

/** OpenCV's morphologyEx, channel by channel. What lies outside the image counts as absent. */
export function morphology(
  name: MorphologyName,
  image: Mat,
  { size, shape, iterations }: StructuringValues,
  { openCv: { cv }, scope }: OperationContext,
): Mat {
  const shapes = { rect: cv.MORPH_RECT, ellipse: cv.MORPH_ELLIPSE, cross: cv.MORPH_CROSS }
  const kernel = scope.own(cv.getStructuringElement(Number(shapes[shape]), new cv.Size(size, size)))
  const operation = {
    ERODE: cv.MORPH_ERODE,
    DILATE: cv.MORPH_DILATE,
    OPEN: cv.MORPH_OPEN,
    CLOSE: cv.MORPH_CLOSE,
    GRADIENT: cv.MORPH_GRADIENT,
    TOPHAT: cv.MORPH_TOPHAT,
    BLACKHAT: cv.MORPH_BLACKHAT,
  }[name]
  const result = scope.mat()
  cv.morphologyEx(image, result, operation, kernel, new cv.Point(-1, -1), iterations)
  return result
}
