import { defineOperation } from '../operation.ts'
import { mapLevels } from './lookup.ts'

export const brightnessContrast = defineOperation({
  name: 'brightness-contrast',
  summary: 'Multiplies the distance from middle gray (128) by the contrast, then adds the brightness.',
  suffix: '',
  reach: 0,
  parameters: {
    brightness: { type: 'number', default: 0, min: -255, max: 255, unit: 'levels', summary: 'Added to every sample.' },
    contrast: { type: 'number', default: 100, min: 0, max: 1_000, unit: '%', summary: 'Factor; 100 changes nothing.' },
  },
  example: 'brightness-contrast:10,120',
  version: 1,
  apply: (image, { brightness, contrast }, context) =>
    mapLevels(image, (level) => ((level - 128) * contrast) / 100 + 128 + brightness, context),
})
