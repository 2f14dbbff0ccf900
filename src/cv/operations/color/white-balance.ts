/** Removes a color cast by one factor per channel, found from the image as a whole. */

import { applyTables, joinTables, tableOfMap } from '../histogram/level-tables.ts'
import { type Counts, countSamples, rangeOf, sumOf } from '../histogram/sample-counts.ts'
import { defineOperation } from '../operation.ts'

/** Factors for red, green and blue; 1 for a channel that is black throughout. */
function factorsOf(counts: readonly Counts[], method: 'gray-world' | 'white-patch'): number[] {
  const measures = counts.map((count) => (method === 'white-patch' ? rangeOf(count, 0).high : sumOf(count)))
  const target = method === 'white-patch' ? 255 : measures.reduce((sum, measure) => sum + measure, 0) / measures.length
  return measures.map((measure) => (measure === 0 ? 1 : target / measure))
}

const tablesOf = (counts: readonly Counts[], method: 'gray-world' | 'white-patch'): Uint8Array =>
  joinTables(factorsOf(counts, method).map((factor) => tableOfMap((level) => level * factor)))

export const whiteBalance = defineOperation({
  name: 'white-balance',
  summary: 'Scales red, green and blue so that a color cast goes; a gray image stays as it is.',
  suffix: '',
  reach: 'whole image',
  parameters: {
    method: {
      type: 'choice',
      default: 'gray-world',
      choices: ['gray-world', 'white-patch'],
      summary: 'Gray-world makes the three means equal, white-patch the three brightest samples white.',
    },
  },
  twoPass: {
    kind: 'counts',
    reachPx: () => 0,
    collect: countSamples,
    combine: (counts, { method }) => tablesOf(counts, method),
    apply: (image, tables, _values, context) => (image.channels() === 1 ? image : applyTables(image, tables, context)),
  },
  example: 'white-balance:white-patch',
  version: 1,
  apply(image, { method }, context) {
    if (image.channels() === 1) return image
    return applyTables(image, tablesOf(countSamples(image), method), context)
  },
})
