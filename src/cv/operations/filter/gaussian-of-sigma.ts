/** A Gaussian by its standard deviation alone, for operations that compare an image with its blurred self. */

import type { Mat } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'

/** Kernels end at three standard deviations: 0.3 % of the weight lies beyond. */
export const gaussianReachPx = (sigma: number): number => Math.ceil(3 * sigma)

/** The image blurred with a Gaussian of `sigma` px, in 8 bit. */
export function gaussianOf(image: Mat, sigma: number, { openCv: { cv }, scope }: OperationContext): Mat {
  const size = 2 * gaussianReachPx(sigma) + 1
  const result = scope.mat()
  cv.GaussianBlur(image, result, new cv.Size(size, size), sigma)
  return result
}
