/** Removes a color cast by one factor per channel, found from the image as a whole. */

import type { Mat } from '../../scope.ts'
import { countSamples, rangeOf, sumOf } from '../histogram/sample-counts.ts'
import { defineOperation } from '../operation.ts'
import { mapLevels } from './lookup.ts'

/** Factors for red, green and blue; 1 for a channel that is black throughout. */
function factorsOf(image: Mat, method: 'gray-world' | 'white-patch'): number[] {
  const counts = countSamples(image)
  const measures = counts.map((count) => (method === 'white-patch' ? rangeOf(count, 0).high : sumOf(count)))
  const target = method === 'white-patch' ? 255 : measures.reduce((sum, measure) => sum + measure, 0) / measures.length
  return measures.map((measure) => (measure === 0 ? 1 : target / measure))
}

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
  example: 'white-balance:white-patch',
  version: 1,
  apply(image, { method }, context) {
    if (image.channels() === 1) return image
    const maps = factorsOf(image, method).map((factor) => (level: number) => level * factor)
    return mapLevels(image, maps, context)
  },
})
