import { defineOperation } from '../operation.ts'
import { gaussianOf, gaussianReachPx } from './gaussian-of-sigma.ts'

export const highPass = defineOperation({
  name: 'high-pass',
  summary: 'Keeps only what is finer than a scale: the difference to the blurred image, around middle gray (128).',
  suffix: '',
  reach: ({ radius }) => gaussianReachPx(radius),
  parameters: {
    radius: {
      type: 'number',
      default: 3,
      min: 0.3,
      max: 20,
      unit: 'px',
      summary: 'Standard deviation of the Gaussian: the scale of what is kept.',
    },
    gain: { type: 'number', default: 1, min: 0, max: 20, unit: '', summary: 'Factor of the difference.' },
  },
  example: 'high-pass:2,gain=3',
  version: 1,
  apply(image, { radius, gain }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    const result = scope.mat()
    cv.addWeighted(image, gain, gaussianOf(image, radius, context), -gain, 128, result)
    return result
  },
})
