import { defineOperation, originOf } from '../operation.ts'
import { scalarOf } from '../rgb-color.ts'
import { fill } from './fill.ts'

export const grid = defineOperation({
  name: 'grid',
  summary: 'Draws straight lines over the image at equal distances, from the top left corner on.',
  suffix: '',
  reach: 0,
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
  version: 2,
  apply(image, { step, color, width }, context) {
    const { cv } = context.openCv
    const result = context.scope.mat()
    image.copyTo(result)
    const paint = scalarOf(cv, image, color)
    const { x: left, y: top } = originOf(context)
    const { cols, rows } = image
    for (const x of linesWithin(left, cols, step, width))
      fill(result, { x, y: 0, endX: x + width, endY: rows }, paint, cv)
    for (const y of linesWithin(top, rows, step, width))
      fill(result, { x: 0, y, endX: cols, endY: y + width }, paint, cv)
    return result
  },
})

/** Where lines begin that show in `lengthPx` from `startPx` of the whole image on, as seen from there. */
function* linesWithin(startPx: number, lengthPx: number, step: number, width: number): Generator<number> {
  const first = Math.max(1, Math.ceil((startPx - width + 1) / step))
  for (let at = first * step - startPx; at < lengthPx; at += step) yield at
}
