import { findComponents } from '../morphology/components.ts'
import { defineOperation } from '../operation.ts'
import { FOREGROUND_PARAMETERS, foregroundOf } from './foreground.ts'

export const connectedComponents = defineOperation({
  name: 'connected-components',
  summary: 'Fills every thing that a threshold tells from the background with a colour of its own, on black.',
  suffix: '',
  gives: 'rgb',
  reach: 'whole image',
  parameters: {
    ...FOREGROUND_PARAMETERS,
    area: {
      type: 'integer',
      default: 1,
      min: 1,
      max: 100_000_000,
      unit: 'px',
      summary: 'Things with fewer pixels are left out.',
    },
  },
  example: 'connected-components:dark=true,area=20',
  version: 1,
  apply(image, { level, dark, area }, context) {
    const { openCv, scope } = context
    const foreground = foregroundOf(image, { level, dark }, context)
    const { labels, areasPx } = findComponents(foreground, 8, context)
    const result = scope.matOf(image.rows, image.cols, openCv.cv.CV_8UC3)
    const colors = new Uint8Array(3 * areasPx.length)
    for (const [label, areaPx] of areasPx.entries()) {
      if (label > 0 && areaPx >= area) colors.set(colorOf(label), 3 * label)
    }
    // nothing is allocated in the heap from here on: the views stay valid
    const { data } = result
    const numbers = labels.data32S
    for (let index = 0, at = 0; index < numbers.length; index++) {
      const from = 3 * (numbers[index] ?? 0)
      data[at++] = colors[from] ?? 0
      data[at++] = colors[from + 1] ?? 0
      data[at++] = colors[from + 2] ?? 0
    }
    return result
  },
})

/** Steps of the colour circle, 255 to each of its six sides. */
const SIDE = 255
const HUES = 6 * SIDE
/** About HUES divided by the golden ratio, and prime to HUES: neighbours differ much, and all hues come in turn. */
const HUE_STEP = 947

/** A full colour of the colour circle, by number; colours come again after 1,530 numbers. */
function colorOf(label: number): readonly [number, number, number] {
  const hue = (label * HUE_STEP) % HUES
  const rest = hue % SIDE
  switch (Math.floor(hue / SIDE)) {
    case 0:
      return [255, rest, 0]
    case 1:
      return [255 - rest, 255, 0]
    case 2:
      return [0, 255, rest]
    case 3:
      return [0, 255 - rest, 255]
    case 4:
      return [rest, 0, 255]
    default:
      return [255, 0, 255 - rest]
  }
}
