/** The way back from grayscale: three equal channels, so that later steps can bring color in. */

import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'

/** A gray image with its channel three times; an rgb image itself. */
export function toRgb(image: Mat, { openCv: { cv }, scope }: OperationContext): Mat {
  if (image.channels() === 3) return image
  const rgb = scope.mat()
  cv.cvtColor(image, rgb, cv.COLOR_GRAY2RGB)
  return rgb
}

export const rgb = defineOperation({
  name: 'rgb',
  summary: 'Gives a gray image three equal channels; an rgb image stays as it is.',
  suffix: '',
  gives: 'rgb',
  reach: 0,
  parameters: {},
  example: 'rgb',
  version: 1,
  apply: (image, _values, context) => toRgb(image, context),
})
