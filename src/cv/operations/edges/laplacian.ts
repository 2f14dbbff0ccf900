import { defineOperation } from '../operation.ts'
import { exactDepth, SCALE_PARAMETER } from './derivative.ts'

export const laplacian = defineOperation({
  name: 'laplacian',
  summary: 'Gives the size of the second derivative (Laplacian), channel by channel.',
  suffix: '',
  reach: ({ size }) => Math.max(1, Math.floor(size / 2)),
  parameters: {
    size: {
      type: 'integer',
      default: 3,
      min: 1,
      max: 7,
      isOdd: true,
      unit: 'px',
      summary: 'Side of the kernel; 1 is the plain difference to the four neighbours. Values grow with it.',
    },
    scale: SCALE_PARAMETER,
  },
  example: 'laplacian:5,scale=0.2',
  version: 1,
  apply(image, { size, scale }, { openCv: { cv }, scope }) {
    const derivative = scope.mat()
    cv.Laplacian(image, derivative, exactDepth(cv, size), size)
    const result = scope.mat()
    cv.convertScaleAbs(derivative, result, scale, 0)
    return result
  },
})
