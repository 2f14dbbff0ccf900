/** Rectangles in one colour, as far as they lie in the image. */

import type { OpenCV } from '@opencvjs/web'
import type { CvLibrary } from '../../opencv.ts'
import type { Mat } from '../../scope.ts'

interface Box {
  readonly x: number
  readonly y: number
  /** Exclusive, as is `endY`. */
  readonly endX: number
  readonly endY: number
}

/** Paints into `image`; a box may lie outside of it, also by far. */
export function fill(image: Mat, box: Box, paint: OpenCV.Scalar, cv: CvLibrary): void {
  const [x, y] = [Math.max(0, box.x), Math.max(0, box.y)]
  const [endX, endY] = [Math.min(image.cols, box.endX), Math.min(image.rows, box.endY)]
  if (x < endX && y < endY) cv.rectangle(image, new cv.Point(x, y), new cv.Point(endX - 1, endY - 1), paint, cv.FILLED)
}
