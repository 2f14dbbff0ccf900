/**
 * Mean colour of blocks, which begin at the top left corner; blocks at the right and the bottom may be smaller. Sums are
 * whole numbers, so the mean is exact before it is rounded.
 */

import { defineOperation, originOf } from '../operation.ts'

export const pixelate = defineOperation({
  name: 'pixelate',
  summary: 'Fills square blocks with their mean colour.',
  suffix: '',
  reach: ({ block }) => block - 1,
  parameters: {
    block: {
      type: 'integer',
      default: 16,
      min: 1,
      max: 1000,
      unit: 'px',
      summary: 'Side of a block; 1 leaves the image as it is.',
    },
  },
  example: 'pixelate:24',
  version: 2,
  apply(image, { block }, context) {
    const result = context.scope.mat()
    const { x, y } = originOf(context)
    image.copyTo(result)
    const channels = result.channels()
    const { data, cols, rows } = result
    // blocks begin at the image's corner, not at a tile's: those that a tile cuts lie outside of what it keeps
    for (let next = -(y % block); next < rows; next += block) {
      const top = Math.max(0, next)
      const bottom = Math.min(rows, next + block)
      for (let nextLeft = -(x % block); nextLeft < cols; nextLeft += block) {
        const left = Math.max(0, nextLeft)
        const right = Math.min(cols, nextLeft + block)
        for (let channel = 0; channel < channels; channel++) {
          fillWithMean(data, { left, right, top, bottom }, cols, channels, channel)
        }
      }
    }
    return result
  },
})

interface Block {
  readonly left: number
  /** Exclusive, as is `bottom`. */
  readonly right: number
  readonly top: number
  readonly bottom: number
}

function fillWithMean(data: Uint8Array, block: Block, widthPx: number, channels: number, channel: number): void {
  const { left, right, top, bottom } = block
  let sum = 0
  for (let y = top; y < bottom; y++) {
    const end = (y * widthPx + right) * channels
    for (let at = (y * widthPx + left) * channels + channel; at < end; at += channels) sum += data[at] ?? 0
  }
  const mean = Math.round(sum / ((right - left) * (bottom - top)))
  for (let y = top; y < bottom; y++) {
    const end = (y * widthPx + right) * channels
    for (let at = (y * widthPx + left) * channels + channel; at < end; at += channels) data[at] = mean
  }
}
