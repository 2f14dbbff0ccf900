/**
 * Gray, histogram equalised, adaptive threshold, then opened and closed: ends black and white, one channel. The name is
 * the mission's; `grayscale` is the plain conversion.
 */

import type { Mat } from '../../scope.ts'
import { toGray } from '../color/grayscale.ts'
import { applyTables, equalizingTable, joinTables } from '../histogram/level-tables.ts'
import { countSamples } from '../histogram/sample-counts.ts'
import { defineOperation, type OperationContext } from '../operation.ts'

interface Cleaning {
  readonly block: number
  readonly offset: number
  readonly kernel: number
}

/** What follows the equalisation. */
function cleaned(
  equalized: Mat,
  { block, offset, kernel }: Cleaning,
  { openCv: { cv }, scope }: OperationContext,
): Mat {
  const result = scope.mat()
  const spare = scope.mat()
  cv.adaptiveThreshold(equalized, result, 255, cv.ADAPTIVE_THRESH_GAUSSIAN_C, cv.THRESH_BINARY, block, offset)
  const square = scope.own(cv.getStructuringElement(cv.MORPH_RECT, new cv.Size(kernel, kernel)))
  cv.morphologyEx(result, spare, cv.MORPH_OPEN, square)
  cv.morphologyEx(spare, result, cv.MORPH_CLOSE, square)
  return result
}

export const gray = defineOperation({
  name: 'gray',
  summary: 'Equalises the gray image, thresholds it against its neighbourhood and cleans it up: black and white.',
  suffix: '_gray',
  gives: 'gray',
  reach: 'whole image',
  parameters: {
    block: {
      type: 'integer',
      default: 11,
      min: 3,
      max: 255,
      isOdd: true,
      unit: 'px',
      summary: 'Side of the neighbourhood whose Gaussian-weighted mean is the threshold.',
    },
    offset: {
      type: 'number',
      default: 2,
      min: -255,
      max: 255,
      unit: 'levels',
      summary: 'Subtracted from that mean: larger gives more white.',
    },
    kernel: {
      type: 'integer',
      default: 5,
      min: 1,
      max: 63,
      isOdd: true,
      unit: 'px',
      summary: 'Side of the square that opening and closing use.',
    },
  },
  twoPass: {
    kind: 'counts',
    // the threshold's neighbourhood, then four erosions and dilations
    reachPx: ({ block, kernel }) => (block - 1) / 2 + 2 * (kernel - 1),
    collect: (image, _values, context) => countSamples(toGray(image, context)),
    combine: (counts) => joinTables(counts.map(equalizingTable)),
    apply: (image, table, values, context) =>
      cleaned(applyTables(toGray(image, context), table, context), values, context),
  },
  example: 'gray:block=31,offset=5',
  version: 1,
  apply(image, values, context) {
    const equalized = context.scope.mat()
    context.openCv.cv.equalizeHist(toGray(image, context), equalized)
    return cleaned(equalized, values, context)
  },
})
