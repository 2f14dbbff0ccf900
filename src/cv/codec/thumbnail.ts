/** A small picture of an image file for people, not for tasks: what is broken in it is shown as far as it can be decoded. */

import { libvipsText, loadSharp } from './sharp.ts'

export interface ThumbnailLimits {
  /** The longer side of what comes; smaller images stay as they are. */
  readonly sidePx: number
  /** Larger sources are refused. */
  readonly maxSourcePx: number
  /** Whole seconds, of decoding and encoding; libvips looks at the clock between rows. */
  readonly seconds: number
}

export interface EncodedThumbnail {
  /** WebP. */
  readonly bytes: Uint8Array
  readonly widthPx: number
  readonly heightPx: number
}

/** Where they are made: in this process, or (`--isolate`) in one that a crash in libvips may end. */
export interface ThumbnailMaker {
  /** @throws Error with a sentence that fits behind "no picture: " */
  make(file: string, limits: ThumbnailLimits): Promise<EncodedThumbnail>
  close(): Promise<void>
}

export const thumbnailsInThisProcess: ThumbnailMaker = { make: makeThumbnail, close: async () => {} }

/** Works on libuv's threads. @throws Error with a sentence that fits behind "no picture: " */
export async function makeThumbnail(file: string, limits: ThumbnailLimits): Promise<EncodedThumbnail> {
  const { sidePx, maxSourcePx, seconds } = limits
  try {
    const { data, info } = await loadSharp()(file, { limitInputPixels: maxSourcePx, failOn: 'none', pages: 1 })
      .timeout({ seconds })
      .autoOrient()
      .resize({ width: sidePx, height: sidePx, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .webp({ quality: 72 })
      .toBuffer({ resolveWithObject: true })
    return { bytes: data, widthPx: info.width, heightPx: info.height }
  } catch (cause) {
    throw new Error(libvipsText(cause), { cause })
  }
}
