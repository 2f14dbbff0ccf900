import { defineOperation } from '../operation.ts'
import { mapLevels, powerCurve } from './lookup.ts'

const level = (value: number, summary: string) =>
  ({ type: 'integer', default: value, min: 0, max: 255, unit: 'levels', summary }) as const

export const levels = defineOperation({
  name: 'levels',
  summary:
    'Stretches the samples between a black and a white point over an output range; what lies outside is clipped.',
  suffix: '',
  reach: 0,
  parameters: {
    black: level(0, 'Becomes low, as does all below.'),
    white: level(255, 'Becomes high, as does all above.'),
    gamma: { type: 'number', default: 1, min: 0.05, max: 20, unit: '', summary: 'Above 1 brightens what is between.' },
    low: level(0, 'Output of the black point.'),
    high: level(255, 'Output of the white point; below low it inverts.'),
  },
  conflict: ({ black, white }) => (black < white ? undefined : `black to be below white, got ${black} and ${white}`),
  example: 'levels:20,230',
  version: 1,
  apply(image, { black, white, gamma, low, high }, context) {
    const share = (sample: number) => Math.max(0, Math.min(1, (sample - black) / (white - black)))
    const curve = powerCurve(share, 1 / gamma, context)
    return mapLevels(image, (sample) => low + (curve[sample] ?? 0) * (high - low), context)
  },
})
