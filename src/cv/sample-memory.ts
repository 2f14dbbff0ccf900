/** Where a decoder puts the samples of an image. */

import type { Pixels } from './pixels.ts'

/** Memory for all samples of an image without alpha, with anything in it. */
export type SampleMemory = (shape: Omit<Pixels, 'data' | 'channels'> & { readonly channels: 1 | 3 }) => Uint8Array

export const freshMemory: SampleMemory = ({ widthPx, heightPx, channels }) =>
  new Uint8Array(widthPx * heightPx * channels)
