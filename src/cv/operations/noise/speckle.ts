/**
 * Multiplicative noise, as in radar and ultrasound images. The normal numbers come from a table of deviation 200, so they
 * are multiples of 1/200 of a standard deviation: far finer than the levels that come out.
 */

import { createStream, drawAt } from '../../random/counter-random.ts'
import { cachedNormalTable } from '../../random/normal-table.ts'
import { defineOperation } from '../operation.ts'
import { clampLevel, copyByRows, highHalf, lowHalf } from './rows.ts'

const UNIT = 200

export const speckle = defineOperation({
  name: 'speckle',
  summary:
    'Multiplies every sample by 1 + normally distributed noise and clamps: light parts get more noise than dark.',
  suffix: '',
  reach: 0,
  parameters: {
    sd: {
      type: 'number',
      default: 20,
      min: 0,
      max: 200,
      unit: '%',
      summary: 'Standard deviation as a share of the sample.',
    },
  },
  example: 'speckle:10',
  version: 1,
  apply(image, { sd }, context) {
    const table = cachedNormalTable(UNIT)
    const factor = sd / 100 / UNIT
    const first = createStream(context.seed, 'speckle first')
    const second = createStream(context.seed, 'speckle second')
    const factors = Float64Array.from(table, (normal) => 1 + factor * normal)
    const speckled = (value: number, index: number): number => clampLevel(Math.round(value * (factors[index] ?? 1)))
    return copyByRows(image, context, (row, y, channels, left) => {
      const firstKey = first.row(y)
      const secondKey = second.row(y)
      for (let x = 0, at = 0; at < row.length; x++, at += channels) {
        const draw = drawAt(firstKey, left + x)
        row[at] = speckled(row[at] ?? 0, lowHalf(draw))
        if (channels === 1) continue
        row[at + 1] = speckled(row[at + 1] ?? 0, highHalf(draw))
        row[at + 2] = speckled(row[at + 2] ?? 0, lowHalf(drawAt(secondKey, left + x)))
      }
    })
  },
})
