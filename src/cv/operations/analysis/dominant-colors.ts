/**
 * The colors of `quantize` as a list: k-means over a regular sample of the image's pixels (OpenCV's, begun by k-means++ with
 * the step's seed). Centers that round to one color are one.
 */

import { rounded } from '../../canonical-json.ts'
import { clusterColors } from '../color/color-clusters.ts'
import { defineDataOperation } from '../operation.ts'

export const dominantColors = defineDataOperation({
  name: 'dominant-colors',
  summary: 'Gives the most important colors (k-means over a regular sample of the pixels) by their share of the image.',
  parameters: {
    colors: { type: 'integer', default: 5, min: 1, max: 64, unit: '', summary: 'How many, at most.' },
  },
  example: 'dominant-colors:8',
  version: 1,
  analyze(image, { colors }, context) {
    const channels = image.channels()
    const { centers, labels } = clusterColors(image, colors, context)
    const counts = new Map<string, number>()
    for (const label of labels) {
      const color = hexOf(centers.subarray(label * channels, (label + 1) * channels))
      counts.set(color, (counts.get(color) ?? 0) + 1)
    }
    const byShare = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    return { colors: byShare.map(([color, count]) => ({ color, share: rounded(count / labels.length, 6) })) }
  },
})

function hexOf(levels: Uint8Array): string {
  const [red = 0, green = red, blue = red] = levels
  return `#${[red, green, blue].map((level) => level.toString(16).padStart(2, '0')).join('')}`
}
