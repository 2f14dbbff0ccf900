import { createStream, drawAt } from '../../random/counter-random.ts'
import { cachedNormalTable } from '../../random/normal-table.ts'
import { defineOperation } from '../operation.ts'
import { clampLevel, copyByRows, highHalf, lowHalf } from './rows.ts'

export const gaussianNoise = defineOperation({
  name: 'gaussian-noise',
  summary: 'Adds normally distributed noise to every sample and clamps; channels get independent noise.',
  suffix: '',
  reach: 0,
  parameters: {
    sd: { type: 'number', default: 10, min: 0, max: 255, unit: 'levels', summary: 'Standard deviation.' },
    mean: { type: 'integer', default: 0, min: -255, max: 255, unit: 'levels', summary: 'Added to every sample too.' },
  },
  example: 'gaussian-noise:25',
  version: 1,
  apply(image, { sd, mean }, context) {
    const table = cachedNormalTable(sd)
    const first = createStream(context.seed, 'gaussian-noise first')
    const second = createStream(context.seed, 'gaussian-noise second')
    return copyByRows(image, context, (row, y, channels, left) => {
      const firstKey = first.row(y)
      const secondKey = second.row(y)
      for (let x = 0, at = 0; at < row.length; x++, at += channels) {
        const draw = drawAt(firstKey, left + x)
        row[at] = clampLevel((row[at] ?? 0) + mean + (table[lowHalf(draw)] ?? 0))
        if (channels === 1) continue
        row[at + 1] = clampLevel((row[at + 1] ?? 0) + mean + (table[highHalf(draw)] ?? 0))
        row[at + 2] = clampLevel((row[at + 2] ?? 0) + mean + (table[lowHalf(drawAt(secondKey, left + x))] ?? 0))
      }
    })
  },
})
