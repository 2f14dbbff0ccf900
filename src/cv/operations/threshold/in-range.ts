import { defineOperation } from '../operation.ts'
import { rgbOf, scalarOf } from '../rgb-color.ts'

export const inRange = defineOperation({
  name: 'in-range',
  summary:
    'White where every channel lies between those of two colors, both included, else black; gray is compared with their luma.',
  suffix: '',
  gives: 'gray',
  reach: 0,
  parameters: {
    low: { type: 'color', default: '#000000', summary: 'Least red, green and blue.' },
    high: { type: 'color', default: '#7f7f7f', summary: 'Most red, green and blue.' },
  },
  conflict: ({ low, high }) =>
    rgbOf(low).every((least, channel) => least <= (rgbOf(high)[channel] ?? 0))
      ? undefined
      : `no channel of low above that of high, got ${low} and ${high}`,
  example: 'in-range:#800000,#ff8080',
  version: 1,
  apply(image, { low, high }, { openCv: { cv }, scope }) {
    const channels = image.channels()
    const boundOf = (color: string) =>
      scope.own(cv.matFromArray(channels, 1, cv.CV_64FC1, scalarOf(cv, image, color).slice(0, channels)))
    const result = scope.mat()
    cv.inRange(image, boundOf(low), boundOf(high), result)
    return result
  },
})
