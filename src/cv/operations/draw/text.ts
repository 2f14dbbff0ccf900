/** A line of text, as a caption or a watermark, its size relative to the image so that it fits images of any size. */

import type { OpenCV } from '@opencvjs/web'
import type { Mat } from '../../scope.ts'
import { defineOperation } from '../operation.ts'
import { scalarOf } from '../rgb-color.ts'
import { measureText, textMask } from './text-mask.ts'

/** Where the rest of the space goes: 0 left or top, 0.5 both sides, 1 right or bottom. */
const ANCHORS = {
  'top-left': [0, 0],
  top: [0.5, 0],
  'top-right': [1, 0],
  left: [0, 0.5],
  center: [0.5, 0.5],
  right: [1, 0.5],
  'bottom-left': [0, 1],
  bottom: [0.5, 1],
  'bottom-right': [1, 1],
} as const

/** Letters smaller than this are no letters. */
const MIN_CAPITAL_PX = 3
/** Fonts have whole sizes: one size less makes capitals this much lower. */
const FONT_STEP_PX = 0.7

export const text = defineOperation({
  name: 'text',
  summary: 'Writes a line of text over the image, smaller where it would not fit; letters below 3 px are left out.',
  suffix: '',
  reach: 'whole image',
  parameters: {
    text: {
      type: 'text',
      default: 'Murmuration',
      maxLength: 200,
      summary: 'The text: Latin and Cyrillic letters; what the font does not have appears as a question mark.',
    },
    position: {
      type: 'choice',
      default: 'bottom-right',
      choices: ['top-left', 'top', 'top-right', 'left', 'center', 'right', 'bottom-left', 'bottom', 'bottom-right'],
      summary: 'Where in the image it stands.',
    },
    size: {
      type: 'number',
      default: 4,
      min: 0.5,
      max: 50,
      unit: '%',
      summary: "Height of a capital letter as a share of the image's shorter side.",
    },
    color: { type: 'color', default: '#ffffff', summary: 'Colour of the letters; its luma on a gray image.' },
    opacity: {
      type: 'number',
      default: 60,
      min: 0,
      max: 100,
      unit: '%',
      summary: 'How much of the image the letters cover; 0 leaves it as it is.',
    },
    margin: {
      type: 'number',
      default: 3,
      min: 0,
      max: 49,
      unit: '%',
      summary: "Distance to the image's border as a share of its shorter side.",
    },
    bold: { type: 'boolean', default: false, summary: 'Writes thicker letters.' },
  },
  example: "text:'(c) Ada, 2024',bottom-left,size=6,opacity=80",
  version: 1,
  apply(image, { text: line, position, size, color, opacity, margin, bold }, context) {
    const { openCv, scope } = context
    const result = scope.mat()
    image.copyTo(result)
    const shorterPx = Math.min(image.cols, image.rows)
    const marginPx = Math.round((margin / 100) * shorterPx)
    const ofLine = { text: line, isBold: bold }
    const box = measureText(ofLine, context)
    if (box === undefined) return result
    const roomPx = image.cols - 2 * marginPx
    let capitalPx = Math.min((size / 100) * shorterPx, roomPx / box.width)
    if (capitalPx < MIN_CAPITAL_PX) return result
    let mask = textMask(ofLine, box, capitalPx, context)
    // the measure is not exact
    while (mask !== undefined && mask.cols > roomPx) {
      capitalPx -= FONT_STEP_PX
      if (capitalPx < MIN_CAPITAL_PX) return result
      mask = textMask(ofLine, box, capitalPx, context)
    }
    if (mask === undefined) return result
    const [right, down] = ANCHORS[position]
    const x = marginPx + Math.round((image.cols - 2 * marginPx - mask.cols) * right)
    const y = marginPx + Math.round((image.rows - 2 * marginPx - mask.rows) * down)
    blend(result, mask, { x, y }, scalarOf(openCv.cv, image, color), opacity / 100)
    return result
  },
})

/** Moves each sample towards the colour by its coverage; what lies outside the image is left out. */
function blend(
  image: Mat,
  mask: Mat,
  { x: left, y: top }: { readonly x: number; readonly y: number },
  color: OpenCV.Scalar,
  opacity: number,
): void {
  const channels = image.channels()
  const { data, cols, rows } = image
  for (let row = 0; row < mask.rows; row++) {
    const y = top + row
    if (y < 0 || y >= rows) continue
    const coverage: Uint8Array = mask.ucharPtr(row)
    for (let column = 0; column < mask.cols; column++) {
      const x = left + column
      if (x < 0 || x >= cols) continue
      const share = ((coverage[column] ?? 0) / 255) * opacity
      const at = (y * cols + x) * channels
      for (let channel = 0; channel < channels; channel++) {
        const before = data[at + channel] ?? 0
        data[at + channel] = Math.round(before + ((color[channel] ?? 0) - before) * share)
      }
    }
  }
}
