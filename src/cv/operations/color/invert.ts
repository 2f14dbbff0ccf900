import { defineOperation } from '../operation.ts'

export const invert = defineOperation({
  name: 'invert',
  summary: 'Turns every sample v into 255 - v: a negative.',
  suffix: '',
  reach: 0,
  parameters: {},
  example: 'invert',
  version: 1,
  apply(image, _values, { openCv: { cv }, scope }) {
    const result = scope.mat()
    cv.bitwise_not(image, result)
    return result
  },
})
