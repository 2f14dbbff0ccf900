import { defineOperation } from '../operation.ts'
import { rgbOf } from '../rgb-color.ts'
import { mapLevels } from './lookup.ts'
import { toRgb } from './rgb.ts'

export const tint = defineOperation({
  name: 'tint',
  summary: 'Mixes one color into every pixel; the result is always rgb.',
  suffix: '',
  gives: 'rgb',
  reach: 0,
  parameters: {
    color: { type: 'color', default: '#ffa500', summary: 'The color.' },
    strength: { type: 'number', default: 25, min: 0, max: 100, unit: '%', summary: 'Its share of every pixel.' },
  },
  example: 'tint:blue,10',
  version: 1,
  apply(image, { color, strength }, context) {
    const maps = rgbOf(color).map((ink) => (level: number) => (level * (100 - strength) + ink * strength) / 100)
    return mapLevels(toRgb(image, context), maps, context)
  },
})
