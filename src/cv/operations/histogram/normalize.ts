import { type LevelMap, mapLevels } from '../color/lookup.ts'
import { defineOperation } from '../operation.ts'
import type { ParameterValues } from '../parameter.ts'
import { applyTables, joinTables, tableOfMap } from './level-tables.ts'
import { type Counts, countSamples, type LevelRange, rangeOf, rangeOfSamples } from './sample-counts.ts'

const level = (value: number, summary: string) =>
  ({ type: 'integer', default: value, min: 0, max: 255, unit: 'levels', summary }) as const

const PARAMETERS = {
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
} as const

type Values = ParameterValues<typeof PARAMETERS>

/** What stretches a range; one that is empty stays as it is. */
function mapOf(range: LevelRange, { low, high }: Pick<Values, 'low' | 'high'>): LevelMap {
  if (range.low >= range.high) return (sample) => sample
  return (sample) => {
    const share = Math.max(0, Math.min(1, (sample - range.low) / (range.high - range.low)))
    return low + share * (high - low)
  }
}

/** One map for all channels, or one for each. */
function mapsOf(ofChannels: readonly Counts[], values: Values): readonly LevelMap[] {
  const ofImage = new Float64Array(256).map((_, at) => ofChannels.reduce((sum, counts) => sum + (counts[at] ?? 0), 0))
  return (values.per === 'image' ? [ofImage] : ofChannels).map((counts): LevelMap => {
    let samples = 0
    for (const count of counts) samples += count
    return mapOf(rangeOf(counts, Math.floor((samples * values.clip) / 100)), values)
  })
}

const tablesOf = (counts: readonly Counts[], values: Values): Uint8Array =>
  joinTables(mapsOf(counts, values).map(tableOfMap))

export const normalize = defineOperation({
  name: 'normalize',
  summary:
    'Stretches the samples linearly so that the darkest and the brightest reach the ends of a range; a flat image stays as it is.',
  suffix: '',
  reach: 'whole image',
  parameters: PARAMETERS,
  twoPass: {
    kind: 'counts',
    reachPx: () => 0,
    collect: countSamples,
    combine: tablesOf,
    apply: (image, tables, _values, context) => applyTables(image, tables, context),
  },
  example: 'normalize:clip=1',
  version: 1,
  apply(image, values, context) {
    if (values.clip === 0 && values.per === 'image') {
      return mapLevels(image, mapOf(rangeOfSamples(image, context), values), context)
    }
    return applyTables(image, tablesOf(countSamples(image), values), context)
  },
})
