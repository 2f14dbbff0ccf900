/** First derivatives as images: absolute values, rounded and clamped to 8 bit, channel by channel. */

import type { CvLibrary } from '../../opencv.ts'
import type { Mat } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'

export const DIRECTION_PARAMETER = {
  type: 'choice',
  default: 'both',
  choices: ['both', 'x', 'y'],
  summary: "Derivative along the rows (x), along the columns (y), or the gradient's length (both).",
} as const

export const SCALE_PARAMETER = {
  type: 'number',
  default: 1,
  min: 0,
  max: 100,
  unit: '',
  summary: 'Factor of the result before it is clamped to 255.',
} as const

/** Kernels up to this side give 16 bits at most, of which half the memory has to be written and read. */
const MAX_SHORT_PX = 5

/** Numbers that hold the derivatives of 8-bit samples exactly. */
export const exactDepth = (cv: CvLibrary, sizePx: number): number => (sizePx <= MAX_SHORT_PX ? cv.CV_16S : cv.CV_32F)

/** Writes the derivative along x (1, 0) or y (0, 1) of 8-bit samples into a Mat of a depth where it is exact. */
export type Derive = (result: Mat, depth: number, dx: 0 | 1, dy: 0 | 1) => void

export function derivativeImage(
  derive: Derive,
  { direction, size, scale }: { readonly direction: 'both' | 'x' | 'y'; readonly size: number; readonly scale: number },
  { openCv: { cv }, scope }: OperationContext,
): Mat {
  const derivative = scope.mat()
  // a length is one of floats
  const depth = direction === 'both' ? cv.CV_32F : exactDepth(cv, size)
  derive(derivative, depth, direction === 'y' ? 0 : 1, direction === 'y' ? 1 : 0)
  if (direction === 'both') {
    const other = scope.mat()
    derive(other, depth, 0, 1)
    cv.magnitude(derivative, other, derivative)
  }
  const result = scope.mat()
  cv.convertScaleAbs(derivative, result, scale, 0)
  return result
}
