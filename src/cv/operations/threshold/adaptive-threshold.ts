import { defineOperation } from '../operation.ts'

export const adaptiveThreshold = defineOperation({
  name: 'adaptive-threshold',
  summary: 'White where a pixel is brighter than the mean of its neighbourhood less an offset, else black.',
  suffix: '',
  accepts: 'gray',
  gives: 'gray',
  reach: ({ block }) => (block - 1) / 2,
  parameters: {
    block: {
      type: 'integer',
      default: 11,
      min: 3,
      max: 255,
      isOdd: true,
      unit: 'px',
      summary: 'Side of the neighbourhood.',
    },
    offset: {
      type: 'number',
      default: 2,
      min: -255,
      max: 255,
      unit: 'levels',
      summary: 'Subtracted from the mean: larger gives more white.',
    },
    mean: {
      type: 'choice',
      default: 'gaussian',
      choices: ['gaussian', 'box'],
      summary: 'Whether near pixels count more, or all the same.',
    },
    type: {
      type: 'choice',
      default: 'binary',
      choices: ['binary', 'binary-inv'],
      summary: 'Binary, or with black and white the other way round.',
    },
  },
  example: 'adaptive-threshold:31,10,mean=box',
  version: 1,
  apply(image, { block, offset, mean, type }, { openCv: { cv }, scope }) {
    const result = scope.mat()
    const method = mean === 'gaussian' ? cv.ADAPTIVE_THRESH_GAUSSIAN_C : cv.ADAPTIVE_THRESH_MEAN_C
    const flag = type === 'binary' ? cv.THRESH_BINARY : cv.THRESH_BINARY_INV
    cv.adaptiveThreshold(image, result, 255, method, flag, block, offset)
    return result
  },
})
