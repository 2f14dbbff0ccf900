import { defineOperation } from '../operation.ts'
import { DIRECTION_PARAMETER, derivativeImage, SCALE_PARAMETER } from './derivative.ts'

export const sobel = defineOperation({
  name: 'sobel',
  summary: 'Gives the size of the gradient that the Sobel kernels measure, channel by channel.',
  suffix: '',
  reach: ({ size }) => Math.max(1, Math.floor(size / 2)),
  parameters: {
    direction: DIRECTION_PARAMETER,
    size: {
      type: 'integer',
      default: 3,
      min: 1,
      max: 7,
      isOdd: true,
      unit: 'px',
      summary: 'Side of the kernels; 1 is a plain difference of the two neighbours. Gradients grow with it.',
    },
    scale: SCALE_PARAMETER,
  },
  example: 'sobel:x,size=5,scale=0.1',
  version: 1,
  apply(image, values, context) {
    const { cv } = context.openCv
    return derivativeImage(
      (result, depth, dx, dy) => cv.Sobel(image, result, depth, dx, dy, values.size),
      values,
      context,
    )
  },
})
