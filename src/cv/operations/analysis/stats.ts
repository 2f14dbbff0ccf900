/** Exact figures of the samples: all follow from the counts of the 256 levels, which are whole numbers. */

import { rounded } from '../../canonical-json.ts'
import { countSamples, rangeOf, sumOf } from '../histogram/sample-counts.ts'
import { defineDataOperation } from '../operation.ts'

const CHANNEL_NAMES = ['red', 'green', 'blue'] as const
const DECIMALS = 6

export const stats = defineDataOperation({
  name: 'stats',
  summary:
    'Gives mean, standard deviation, smallest and largest level of each channel, and how often each level occurs.',
  parameters: {
    histogram: { type: 'boolean', default: true, summary: 'Gives the counts of all 256 levels, too.' },
  },
  example: 'stats:histogram=false',
  version: 1,
  analyze(image, { histogram }) {
    const all = countSamples(image)
    const channels = all.map((counts, index) => {
      const { low, high } = rangeOf(counts, 0)
      return {
        channel: all.length === 1 ? 'gray' : (CHANNEL_NAMES[index] ?? ''),
        ...momentsOf(counts),
        min: low,
        max: high,
        ...(histogram ? { histogram: [...counts] } : {}),
      }
    })
    return { channels }
  },
})

/** Mean, and standard deviation of the whole population (divided by the count, as OpenCV's meanStdDev does). */
function momentsOf(counts: Uint32Array): { mean: number; deviation: number } {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const mean = sumOf(counts) / total
  const variance = counts.reduce((sum, count, level) => sum + count * (level - mean) ** 2, 0) / total
  return { mean: rounded(mean, DECIMALS), deviation: rounded(Math.sqrt(variance), DECIMALS) }
}
