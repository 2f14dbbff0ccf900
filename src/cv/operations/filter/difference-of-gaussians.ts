import { defineOperation } from '../operation.ts'
import { gaussianOf, gaussianReachPx } from './gaussian-of-sigma.ts'

export const differenceOfGaussians = defineOperation({
  name: 'difference-of-gaussians',
  summary: 'Keeps what lies between two scales: a narrow Gaussian minus a wide one, around middle gray (128).',
  suffix: '',
  reach: ({ narrow, wide }) => gaussianReachPx(Math.max(narrow, wide)),
  parameters: {
    narrow: {
      type: 'number',
      default: 1,
      min: 0.3,
      max: 20,
      unit: 'px',
      summary: 'Standard deviation of the Gaussian that is kept.',
    },
    wide: {
      type: 'number',
      default: 2,
      min: 0.3,
      max: 20,
      unit: 'px',
      summary: 'Standard deviation of the Gaussian that is taken away.',
    },
    gain: { type: 'number', default: 4, min: 0, max: 20, unit: '', summary: 'Factor of the difference.' },
  },
  example: 'difference-of-gaussians:1,1.6,gain=10',
  version: 1,
  apply(image, { narrow, wide, gain }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    const result = scope.mat()
    cv.addWeighted(gaussianOf(image, narrow, context), gain, gaussianOf(image, wide, context), -gain, 128, result)
    return result
  },
})
