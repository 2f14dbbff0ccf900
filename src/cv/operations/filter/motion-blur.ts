/**
 * Mean over the pixels of a straight line, one per column of a flat line and one per row of a steep one, centred on the
 * pixel.
 *
 * OpenCV's filter2D computes kernels of this size by Fourier transforms, whose last bits depend on the image's size. The
 * result does not: the number of pixels is odd, so a mean is never nearer to a half than 1 / (2 x 63), a hundred times
 * the transforms' error.
 */

import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'

export const motionBlur = defineOperation({
  name: 'motion-blur',
  summary: 'Blurs along a straight line, as a moving camera does.',
  suffix: '',
  reach: ({ length }) => Math.floor(length / 2),
  parameters: {
    length: {
      type: 'integer',
      default: 15,
      min: 1,
      max: 63,
      isOdd: true,
      unit: 'px',
      summary: 'Columns that the line covers, or rows where it is steep; 1 leaves the image as it is.',
    },
    angle: {
      type: 'number',
      default: 0,
      min: -180,
      max: 180,
      unit: 'degrees',
      summary: 'Direction of the line, counter-clockwise from the horizontal.',
    },
  },
  example: 'motion-blur:21,angle=45',
  version: 1,
  apply(image, { length, angle }, context) {
    const { openCv, scope } = context
    const result = scope.mat()
    openCv.cv.filter2D(image, result, -1, lineKernel(length, angle, context))
    return result
  },
})

function lineKernel(length: number, angle: number, { openCv: { cv }, scope }: OperationContext): Mat {
  // cosine and sine as OpenCV computes them: those of JavaScript differ between engines in their last bits
  const rotation = scope.own(cv.getRotationMatrix2D(new cv.Point(0, 0), angle, 1))
  const [cosine = 1, sine = 0] = rotation.data64F
  const isFlat = Math.abs(cosine) >= Math.abs(sine)
  const slope = isFlat ? sine / cosine : cosine / sine
  const half = Math.floor(length / 2)
  const values = new Array<number>(length * length).fill(0)
  for (let step = -half; step <= half; step++) {
    const aside = Math.round(step * slope)
    const x = half + (isFlat ? step : aside)
    const y = half - (isFlat ? aside : step)
    values[y * length + x] = 1 / length
  }
  return scope.own(cv.matFromArray(length, length, cv.CV_32FC1, values))
}
