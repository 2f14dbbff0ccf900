/** Decoded images as the image layer hands them about. */

/** 1 gray, 2 gray + alpha, 3 rgb, 4 rgba. Alpha is not premultiplied. */
export type ChannelCount = 1 | 2 | 3 | 4

/** 8-bit samples, row-major, channels interleaved: `widthPx * heightPx * channels` bytes, no padding. */
export interface Pixels {
  readonly widthPx: number
  readonly heightPx: number
  readonly channels: ChannelCount
  readonly data: Uint8Array
}

export const isChannelCount = (count: number): count is ChannelCount =>
  count === 1 || count === 2 || count === 3 || count === 4

export const hasAlpha = (channels: ChannelCount): boolean => channels === 2 || channels === 4
