/** Mirrors: a permutation of the pixels, so nothing is lost. */

import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'

const CODES = { horizontal: 1, vertical: 0, both: -1 } as const

function flipped(
  image: Mat,
  { direction }: { readonly direction: keyof typeof CODES },
  { openCv: { cv }, scope }: OperationContext,
): Mat {
  const result = scope.mat()
  cv.flip(image, result, CODES[direction])
  return result
}

export const flip = defineOperation({
  name: 'flip',
  summary: 'Mirrors the image.',
  suffix: '',
  reach: 'whole image',
  parameters: {
    direction: {
      type: 'choice',
      default: 'horizontal',
      choices: ['horizontal', 'vertical', 'both'],
      summary: 'Horizontal swaps left and right, vertical top and bottom; both is half a turn.',
    },
  },
  example: 'flip:vertical',
  version: 1,
  apply: flipped,
  applyToAlpha: flipped,
})
