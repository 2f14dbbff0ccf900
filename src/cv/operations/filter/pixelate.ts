/**
 * Mean colour of blocks, which begin at the top left corner; blocks at the right and the bottom may be smaller. Sums are
 * whole numbers, so the mean is exact before it is rounded.
 */

import { defineOperation } from '../operation.ts'

export const pixelate = defineOperation({
  name: 'pixelate',
  summary: 'Fills square blocks with their mean colour.',
  suffix: '',
  // blocks begin at the image's corner, not at a tile's
  reach: 'whole image',
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
  version: 1,
  apply(image, { block }, { scope }) {
    const result = scope.mat()
    image.copyTo(result)
    const channels = result.channels()
    const { data, cols, rows } = result
    for (let top = 0; top < rows; top += block) {
      const bottom = Math.min(rows, top + block)
      for (let left = 0; left < cols; left += block) {
        const right = Math.min(cols, left + block)
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
