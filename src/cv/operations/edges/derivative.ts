/** First derivatives as images: absolute values, rounded and clamped to 8 bit, channel by channel. */

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

/** Writes the derivative along x (1, 0) or y (0, 1) of 8-bit samples into a Mat of 32-bit floats, where it is exact. */
export type Derive = (result: Mat, dx: 0 | 1, dy: 0 | 1) => void

export function derivativeImage(
  derive: Derive,
  direction: 'both' | 'x' | 'y',
  scale: number,
  { openCv: { cv }, scope }: OperationContext,
): Mat {
  const derivative = scope.mat()
  derive(derivative, direction === 'y' ? 0 : 1, direction === 'y' ? 1 : 0)
  if (direction === 'both') {
    const other = scope.mat()
    derive(other, 0, 1)
    cv.magnitude(derivative, other, derivative)
  }
  const result = scope.mat()
  cv.convertScaleAbs(derivative, result, scale, 0)
  return result
}
