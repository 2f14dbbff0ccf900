import { defineOperation } from '../operation.ts'
import { mapLevels } from './lookup.ts'

export const solarize = defineOperation({
  name: 'solarize',
  summary: 'Inverts the samples at and above a level, as overexposed film does.',
  suffix: '',
  reach: 0,
  parameters: {
    level: { type: 'integer', default: 128, min: 0, max: 256, unit: 'levels', summary: 'From here on is inverted.' },
  },
  example: 'solarize:100',
  version: 1,
  apply: (image, { level: from }, context) =>
    mapLevels(image, (level) => (level < from ? level : 255 - level), context),
})
