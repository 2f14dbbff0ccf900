import { defineOperation } from '../operation.ts'
import { DIRECTION_PARAMETER, derivativeImage, SCALE_PARAMETER } from './derivative.ts'

export const scharr = defineOperation({
  name: 'scharr',
  summary: 'Gives the size of the gradient that the 3x3 Scharr kernels measure, channel by channel.',
  suffix: '',
  reach: 1,
  parameters: { direction: DIRECTION_PARAMETER, scale: { ...SCALE_PARAMETER, default: 0.25 } },
  example: 'scharr:both,0.1',
  version: 1,
  apply(image, values, context) {
    const { cv } = context.openCv
    return derivativeImage(
      (result, depth, dx, dy) => cv.Scharr(image, result, depth, dx, dy),
      { ...values, size: 3 },
      context,
    )
  },
})
