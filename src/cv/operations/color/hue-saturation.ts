/**
 * Turns the hue and scales saturation and value in HSV. In floating point: OpenCV's 8-bit HSV has 180 hues, and an image
 * would not survive the way there and back.
 */

import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'
import { mapLevels } from './lookup.ts'
import { inRowBands } from './row-bands.ts'

interface Change {
  readonly hue: number
  readonly saturation: number
  readonly value: number
}

function changed(image: Mat, { hue, saturation, value }: Change, { openCv: { cv }, scope }: OperationContext): Mat {
  const rgb = scope.mat()
  image.convertTo(rgb, cv.CV_32F, 1 / 255)
  const hsv = scope.mat()
  cv.cvtColor(rgb, hsv, cv.COLOR_RGB2HSV)
  const samples = hsv.data32F
  for (let at = 0; at < samples.length; at += 3) {
    samples[at] = ((samples[at] ?? 0) + hue + 360) % 360
    samples[at + 1] = Math.min(1, ((samples[at + 1] ?? 0) * saturation) / 100)
    samples[at + 2] = Math.min(1, ((samples[at + 2] ?? 0) * value) / 100)
  }
  cv.cvtColor(hsv, rgb, cv.COLOR_HSV2RGB)
  const result = scope.mat()
  rgb.convertTo(result, cv.CV_8U, 255)
  return result
}

export const hueSaturation = defineOperation({
  name: 'hue-saturation',
  summary: 'Turns the hue and scales saturation and value (HSV); of a gray image only the value.',
  suffix: '',
  reach: 0,
  parameters: {
    hue: {
      type: 'number',
      default: 0,
      min: -180,
      max: 180,
      unit: 'degrees',
      summary: 'Turn of the color circle; 120 makes red green.',
    },
    saturation: {
      type: 'number',
      default: 130,
      min: 0,
      max: 1_000,
      unit: '%',
      summary: 'Factor; 0 is gray, 100 as it was.',
    },
    value: { type: 'number', default: 100, min: 0, max: 1_000, unit: '%', summary: 'Brightness; 100 as it was.' },
  },
  example: 'hue-saturation:20,150',
  version: 1,
  apply(image, values, context) {
    if (image.channels() === 1) return mapLevels(image, (level) => (level * values.value) / 100, context)
    return inRowBands(image, context, (band, bandContext) => changed(band, values, bandContext))
  },
})
