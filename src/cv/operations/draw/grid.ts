import { defineOperation } from '../operation.ts'
import { scalarOf } from '../rgb-color.ts'

export const grid = defineOperation({
  name: 'grid',
  summary: 'Draws straight lines over the image at equal distances, from the top left corner on.',
  suffix: '',
  reach: 'whole image',
  parameters: {
    step: {
      type: 'integer',
      default: 100,
      min: 2,
      max: 10_000,
      unit: 'px',
      summary: 'Distance of the lines: a line begins at column (row) step, 2 step, and so on.',
    },
    color: { type: 'color', default: '#ffffff', summary: 'Colour of the lines; its luma on a gray image.' },
    width: {
      type: 'integer',
      default: 1,
      min: 1,
      max: 100,
      unit: 'px',
      summary: 'Width of the lines, to the right and below.',
    },
  },
  example: 'grid:50,yellow',
  version: 1,
  apply(image, { step, color, width }, { openCv: { cv }, scope }) {
    const result = scope.mat()
    image.copyTo(result)
    const paint = scalarOf(cv, image, color)
    const [endX, endY] = [image.cols - 1, image.rows - 1]
    for (let x = step; x <= endX; x += step) {
      cv.rectangle(result, new cv.Point(x, 0), new cv.Point(x + width - 1, endY), paint, cv.FILLED)
    }
    for (let y = step; y <= endY; y += step) {
      cv.rectangle(result, new cv.Point(0, y), new cv.Point(endX, y + width - 1), paint, cv.FILLED)
    }
    return result
  },
})
