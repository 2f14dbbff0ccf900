import { mapLevels } from '../color/lookup.ts'
import { defineOperation } from '../operation.ts'
import { countSamples, rangeOf } from './sample-counts.ts'

const level = (value: number, summary: string) =>
  ({ type: 'integer', default: value, min: 0, max: 255, unit: 'levels', summary }) as const

export const normalize = defineOperation({
  name: 'normalize',
  summary:
    'Stretches the samples linearly so that the darkest and the brightest reach the ends of a range; a flat image stays as it is.',
  suffix: '',
  reach: 'whole image',
  parameters: {
    clip: {
      type: 'number',
      default: 0,
      min: 0,
      max: 49,
      unit: '%',
      summary: 'Share of the samples at each end that may be clipped.',
    },
    low: level(0, 'What the darkest become.'),
    high: level(255, 'What the brightest become.'),
    per: {
      type: 'choice',
      default: 'image',
      choices: ['image', 'channel'],
      summary: 'One stretch for the image, which keeps its hues, or one for each channel, which removes a cast.',
    },
  },
  example: 'normalize:clip=1',
  version: 1,
  apply(image, { clip, low, high, per }, context) {
    const ofChannels = countSamples(image)
    const ofImage = new Uint32Array(256).map((_, at) => ofChannels.reduce((sum, counts) => sum + (counts[at] ?? 0), 0))
    const maps = (per === 'image' ? [ofImage] : ofChannels).map((counts) => {
      const samples = counts.reduce((sum, count) => sum + count, 0)
      const range = rangeOf(counts, Math.floor((samples * clip) / 100))
      if (range.low >= range.high) return (sample: number) => sample
      return (sample: number) => {
        const share = Math.max(0, Math.min(1, (sample - range.low) / (range.high - range.low)))
        return low + share * (high - low)
      }
    })
    return mapLevels(image, maps, context)
  },
})
