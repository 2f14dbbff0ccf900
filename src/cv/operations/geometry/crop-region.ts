/** Cuts a rectangle out, placed as ImageMagick places one: an anchor, and an offset from it. */

import { MurmurationError } from '../../../base/errors.ts'
import type { Mat } from '../../scope.ts'
import { defineOperation, type OperationContext } from '../operation.ts'

const ANCHORS = [
  'top-left',
  'top',
  'top-right',
  'left',
  'center',
  'right',
  'bottom-left',
  'bottom',
  'bottom-right',
] as const

const ASPECTS = ['any', '1:1', '5:4', '4:5', '4:3', '3:4', '3:2', '2:3', '16:9', '9:16', '21:9'] as const

interface Region {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
  readonly unit: 'px' | '%'
  readonly anchor: (typeof ANCHORS)[number]
  readonly aspect: (typeof ASPECTS)[number]
}

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly widthPx: number
  readonly heightPx: number
}

/** The part of an image of `widthPx` x `heightPx` that a region names; without pixels where it lies outside. */
export function regionOf(widthPx: number, heightPx: number, region: Region): Rectangle {
  const { x, y, w, h, unit, anchor, aspect } = region
  const toPx = (value: number, sidePx: number) => Math.round(unit === 'px' ? value : (value * sidePx) / 100)
  const box = {
    widthPx: w === 0 ? widthPx : Math.max(1, toPx(w, widthPx)),
    heightPx: h === 0 ? heightPx : Math.max(1, toPx(h, heightPx)),
  }
  const size = aspect === 'any' ? box : largestOf(aspect, box)
  const isRight = anchor.endsWith('right')
  const isBottom = anchor.startsWith('bottom')
  const isLeft = anchor.endsWith('left')
  const isTop = anchor.startsWith('top')
  const left = placed(widthPx, size.widthPx, toPx(x, widthPx), isLeft ? 'start' : isRight ? 'end' : 'middle')
  const top = placed(heightPx, size.heightPx, toPx(y, heightPx), isTop ? 'start' : isBottom ? 'end' : 'middle')
  const right = Math.min(widthPx, left + size.widthPx)
  const bottom = Math.min(heightPx, top + size.heightPx)
  return {
    x: Math.max(0, left),
    y: Math.max(0, top),
    widthPx: Math.max(0, right - Math.max(0, left)),
    heightPx: Math.max(0, bottom - Math.max(0, top)),
  }
}

/** Where a length begins in a side. From the end, an offset moves inwards: to the left or up. */
function placed(sidePx: number, lengthPx: number, offsetPx: number, at: 'start' | 'middle' | 'end'): number {
  switch (at) {
    case 'start':
      return offsetPx
    case 'middle':
      return Math.floor((sidePx - lengthPx) / 2) + offsetPx
    case 'end':
      return sidePx - lengthPx - offsetPx
  }
}

/** The largest size of an aspect ratio within a box, rounded down to whole pixels. */
function largestOf(aspect: string, { widthPx, heightPx }: { widthPx: number; heightPx: number }) {
  const [across = 1, down = 1] = aspect.split(':').map(Number)
  return widthPx * down <= heightPx * across
    ? { widthPx, heightPx: Math.max(1, Math.floor((widthPx * down) / across)) }
    : { widthPx: Math.max(1, Math.floor((heightPx * across) / down)), heightPx }
}

function cut(image: Mat, region: Region, { openCv: { cv }, scope }: OperationContext): Mat {
  const { x, y, widthPx, heightPx } = regionOf(image.cols, image.rows, region)
  if (widthPx === image.cols && heightPx === image.rows) return image
  if (widthPx === 0 || heightPx === 0) {
    throw new MurmurationError(
      'ERR_OPERATION',
      `operation "crop-region" expects a region within the image, and got one outside of its ${image.cols} x ${image.rows} pixels`,
    )
  }
  const view = scope.own(image.roi(new cv.Rect(x, y, widthPx, heightPx)))
  const result = scope.mat()
  view.copyTo(result)
  return result
}

export const cropRegion = defineOperation({
  name: 'crop-region',
  summary: 'Cuts a rectangle out; what of it lies outside the image is left off.',
  suffix: '',
  reach: 'whole image',
  parameters: {
    x: {
      type: 'number',
      default: 0,
      min: -100_000,
      max: 100_000,
      unit: '',
      summary: 'Offset from the anchor to the right (from a right anchor: to the left), in the unit.',
    },
    y: {
      type: 'number',
      default: 0,
      min: -100_000,
      max: 100_000,
      unit: '',
      summary: 'Offset from the anchor downwards (from a bottom anchor: upwards), in the unit.',
    },
    w: { type: 'number', default: 0, min: 0, max: 100_000, unit: '', summary: 'Width in the unit; 0 is all of it.' },
    h: { type: 'number', default: 0, min: 0, max: 100_000, unit: '', summary: 'Height in the unit; 0 is all of it.' },
    unit: {
      type: 'choice',
      default: 'px',
      choices: ['px', '%'],
      summary: "What x, y, w and h count: pixels, or percent of the image's width and height.",
    },
    anchor: {
      type: 'choice',
      default: 'top-left',
      choices: ANCHORS,
      summary: 'The corner, side or centre of the image at which the same one of the rectangle lies.',
    },
    aspect: {
      type: 'choice',
      default: 'any',
      choices: ASPECTS,
      summary: 'Takes the largest rectangle of this ratio of width to height that fits into w and h.',
    },
  },
  example: 'crop-region:aspect=1:1,anchor=center',
  version: 1,
  apply: cut,
  applyToAlpha: cut,
})
