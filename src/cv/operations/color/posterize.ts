import { defineOperation } from '../operation.ts'
import { mapLevels } from './lookup.ts'

export const posterize = defineOperation({
  name: 'posterize',
  summary: 'Rounds every sample to the nearest of a few levels, evenly spaced from 0 to 255.',
  suffix: '',
  reach: 0,
  parameters: {
    levels: { type: 'integer', default: 4, min: 2, max: 256, unit: 'levels', summary: 'Levels per channel.' },
  },
  example: 'posterize:3',
  version: 1,
  apply: (image, { levels }, context) =>
    mapLevels(image, (level) => (Math.round((level * (levels - 1)) / 255) * 255) / (levels - 1), context),
})
