import { defineOperation } from '../operation.ts'
import { scalarOf } from '../rgb-color.ts'

export const frame = defineOperation({
  name: 'frame',
  summary: "Draws a frame over the image's border; the size stays (`pad` adds a border outside).",
  suffix: '',
  reach: 'whole image',
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
  version: 1,
  apply(image, { width, color, inset }, { openCv: { cv }, scope }) {
    const result = scope.mat()
    image.copyTo(result)
    const [left, top, right, bottom] = [inset, inset, image.cols - inset, image.rows - inset]
    const across = Math.min(width, right - left)
    const down = Math.min(width, bottom - top)
    if (across < 1 || down < 1) return result
    const paint = scalarOf(cv, image, color)
    /** From the first column and row to the last, these excluded. */
    const bar = (fromX: number, fromY: number, endX: number, endY: number): void => {
      cv.rectangle(result, new cv.Point(fromX, fromY), new cv.Point(endX - 1, endY - 1), paint, cv.FILLED)
    }
    bar(left, top, right, top + down)
    bar(left, bottom - down, right, bottom)
    bar(left, top, left + across, bottom)
    bar(right - across, top, right, bottom)
    return result
  },
})
