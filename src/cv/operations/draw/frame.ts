import { defineOperation, placeOf } from '../operation.ts'
import { scalarOf } from '../rgb-color.ts'
import { fill } from './fill.ts'

export const frame = defineOperation({
  name: 'frame',
  summary: "Draws a frame over the image's border; the size stays (`pad` adds a border outside).",
  suffix: '',
  reach: 0,
  parameters: {
    width: {
      type: 'integer',
      default: 10,
      min: 1,
      max: 10_000,
      unit: 'px',
      summary: "Width of the frame; from half of the image's shorter side on it covers everything inside.",
    },
    color: { type: 'color', default: '#ffffff', summary: 'Colour of the frame; its luma on a gray image.' },
    inset: {
      type: 'integer',
      default: 0,
      min: 0,
      max: 10_000,
      unit: 'px',
      summary: "Distance between the frame and the image's border; where nothing is left inside, nothing is drawn.",
    },
  },
  example: 'frame:4,black,inset=12',
  version: 2,
  apply(image, { width, color, inset }, context) {
    const { cv } = context.openCv
    const result = context.scope.mat()
    image.copyTo(result)
    const place = placeOf(image, context)
    const [left, top, right, bottom] = [inset, inset, place.fullWidthPx - inset, place.fullHeightPx - inset]
    const across = Math.min(width, right - left)
    const down = Math.min(width, bottom - top)
    if (across < 1 || down < 1) return result
    const paint = scalarOf(cv, image, color)
    /** In the whole image: from the first column and row to the last, these excluded. */
    const bar = (fromX: number, fromY: number, endX: number, endY: number): void => {
      const [x, y] = [fromX - place.x, fromY - place.y]
      fill(result, { x, y, endX: endX - place.x, endY: endY - place.y }, paint, cv)
    }
    bar(left, top, right, top + down)
    bar(left, bottom - down, right, bottom)
    bar(left, top, left + across, bottom)
    bar(right - across, top, right, bottom)
    return result
  },
})
