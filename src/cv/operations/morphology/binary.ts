/** Black and white for operations on shapes. */

import type { Mat } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'

/** 255 where a gray image is 128 or lighter, 0 elsewhere: where black and white were blurred by a jpg, what they were. */
export function toBinary(gray: Mat, { openCv: { cv }, scope }: OperationContext): Mat {
  const binary = scope.mat()
  cv.threshold(gray, binary, 127, 255, cv.THRESH_BINARY)
  return binary
}
