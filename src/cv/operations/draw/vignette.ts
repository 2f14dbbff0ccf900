/** Darkens by the distance from the centre; only + - * / and square roots, which are equal on every engine. */

import { defineOperation, placeOf } from '../operation.ts'

export const vignette = defineOperation({
  name: 'vignette',
  summary: 'Darkens the image smoothly towards its corners.',
  suffix: '',
  reach: 0,
  parameters: {
    strength: {
      type: 'number',
      default: 60,
      min: 0,
      max: 100,
      unit: '%',
      summary: 'What the corners lose of their brightness; 0 leaves the image as it is.',
    },
    start: {
      type: 'number',
      default: 30,
      min: 0,
      max: 99,
      unit: '%',
      summary: 'Where it begins, as a share of the way from the centre to a corner.',
    },
  },
  example: 'vignette:40,start=50',
  version: 2,
  apply(image, { strength, start }, context) {
    const result = context.scope.mat()
    image.copyTo(result)
    const channels = result.channels()
    const { data, cols, rows } = result
    const { x: left, y: top, fullWidthPx, fullHeightPx } = placeOf(image, context)
    const centreX = (fullWidthPx - 1) / 2
    const centreY = (fullHeightPx - 1) / 2
    const corner = Math.sqrt(centreX * centreX + centreY * centreY)
    // of one pixel the centre is the corner
    if (corner === 0) return result
    const begin = start / 100
    for (let y = 0, at = 0; y < rows; y++) {
      const dy = top + y - centreY
      for (let x = 0; x < cols; x++, at += channels) {
        const dx = left + x - centreX
        const way = (Math.sqrt(dx * dx + dy * dy) / corner - begin) / (1 - begin)
        if (way <= 0) continue
        // smoothstep: no visible line where it begins
        const factor = 1 - (strength / 100) * way * way * (3 - 2 * way)
        for (let channel = 0; channel < channels; channel++) {
          data[at + channel] = Math.round((data[at + channel] ?? 0) * factor)
        }
      }
    }
    return result
  },
})
