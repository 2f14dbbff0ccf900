import { defineOperation } from '../operation.ts'
import { mapLevels, powerCurve } from './lookup.ts'

export const gamma = defineOperation({
  name: 'gamma',
  summary: 'Turns every sample v into 255 (v / 255) ^ (1 / gamma): above 1 brightens, below 1 darkens.',
  suffix: '',
  reach: 0,
  parameters: {
    gamma: {
      type: 'number',
      default: 2.2,
      min: 0.05,
      max: 20,
      unit: '',
      summary: 'The exponent is its inverse; 1 changes nothing.',
    },
  },
  example: 'gamma:0.8',
  version: 1,
  apply(image, { gamma: value }, context) {
    const curve = powerCurve((level) => level / 255, 1 / value, context)
    return mapLevels(image, (level) => 255 * (curve[level] ?? 0), context)
  },
})
