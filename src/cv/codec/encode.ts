/**
 * Samples to encoded bytes, with every setting pinned: equal peers give equal bytes.
 *
 * Gray stays gray where the format knows gray (jpg png tif). jpg: colour at full resolution from quality 90 up, so that a
 * thin green edge keeps its colour (20 % more bytes), and without a second pass for its code tables (0.9 ms instead of
 * 2.5 ms for a gray photo). avif and webp: effort 2, a tenth and a half of the default's time for 2 % more bytes. png, tif:
 * lossless, quality has no meaning. gif: a palette of 256 colours, as the format has no more.
 * Metadata that an image carries never keeps it from being encoded: where libvips cannot write it, it is left out.
 *
 * jpg cannot hold alpha: where every pixel is opaque nothing is lost and it is left out, otherwise the image is refused.
 */

import type { Sharp as SharpImage } from 'sharp'
import { MurmurationError } from '../../base/errors.ts'
import type { ImageFormat } from '../formats.ts'
import { hasAlpha, type Pixels } from '../pixels.ts'
import { readFrom } from './header.ts'
import { encodeWithTurbo } from './jpeg-turbo.ts'
import { type ImageMetadata, tiffAddition, withMetadata } from './metadata.ts'
import { libvipsText, loadSharp } from './sharp.ts'
import { DIRECTORY_POINTER_AT } from './tiff-tags.ts'

export interface EncodeOptions {
  readonly format: ImageFormat
  /** 1 to 100; jpg, webp and avif. */
  readonly quality: number
  /** libvips gives up encoding after this long. */
  readonly timeoutMs: number
  /** What the output is to carry, as far as its format can. */
  readonly metadata?: ImageMetadata | undefined
}

interface Encoder {
  /** The format's own bound on width and height. */
  readonly maxSidePx: number
  readonly encode: (image: SharpImage, quality: number) => SharpImage
}

const keepsFullColour = (quality: number): boolean => quality >= 90

/** The settings of every output, from memory and from files; JPEGs of up to 95 are made by jpeg-turbo.ts likewise. */
export const ENCODERS: Readonly<Record<ImageFormat, Encoder>> = {
  jpg: {
    // of libjpeg; the format itself holds 65,535
    maxSidePx: 65_500,
    encode: (image, quality) =>
      image.jpeg({ quality, chromaSubsampling: keepsFullColour(quality) ? '4:4:4' : '4:2:0', optimiseCoding: false }),
  },
  png: { maxSidePx: 1_000_000, encode: (image) => image.png({ compressionLevel: 6, palette: false }) },
  webp: { maxSidePx: 16_383, encode: (image, quality) => image.webp({ quality, effort: 2 }) },
  tif: {
    maxSidePx: 1_000_000,
    encode: (image) => image.tiff({ compression: 'deflate', predictor: 'horizontal' }),
  },
  gif: { maxSidePx: 65_535, encode: (image) => image.gif({ effort: 1, dither: 1 }) },
  avif: {
    maxSidePx: 16_384,
    encode: (image, quality) => image.avif({ quality, effort: 2, chromaSubsampling: '4:4:4', bitdepth: 8 }),
  },
}

/**
 * Encodes samples. The bytes have a buffer of their own.
 * @throws MurmurationError ERR_UNSUPPORTED_IMAGE (the format cannot hold this image), ERR_OPERATION, ERR_TASK_TIMEOUT
 */
export async function encodeImage(pixels: Pixels, options: EncodeOptions): Promise<Uint8Array> {
  const { format, timeoutMs, metadata } = options
  const stored = format === 'jpg' ? withoutAlpha(pixels) : pixels
  refuseLongSides(format, stored.widthPx, stored.heightPx)
  if (format === 'jpg' && metadata === undefined) {
    const { quality } = options
    const bytes = encodeWithTurbo(stored, { quality, fullColour: keepsFullColour(quality) })
    if (bytes !== undefined) return bytes
  }
  try {
    return await encodeStored(stored, options)
  } catch (error) {
    const text = libvipsText(error)
    if (/timeout/i.test(text)) {
      throw new MurmurationError('ERR_TASK_TIMEOUT', `encoding was expected within ${timeoutMs} ms`, { cause: error })
    }
    if (metadata !== undefined) return await encodeImage(pixels, { ...options, metadata: undefined })
    throw new MurmurationError('ERR_OPERATION', `the result could not be encoded as ${format}: ${text}`, {
      cause: error,
    })
  }
}

async function encodeStored(
  { widthPx, heightPx, data, channels }: Pixels,
  { format, quality, timeoutMs, metadata }: EncodeOptions,
): Promise<Uint8Array> {
  const image = loadSharp()(data, { raw: { width: widthPx, height: heightPx, channels }, limitInputPixels: false })
  const carrying = await withMetadata(image, format, metadata)
  const encoded = await ENCODERS[format]
    .encode(carrying.toColourspace(channels <= 2 ? 'b-w' : 'srgb'), quality)
    .timeout({ seconds: Math.ceil(timeoutMs / 1000) })
    .toBuffer()
  const addition =
    format === 'tif' && metadata ? await tiffAddition(readFrom(encoded), encoded.length, metadata) : undefined
  // sharp's own buffers cannot be transferred between threads
  if (addition === undefined) return new Uint8Array(encoded)
  const result = new Uint8Array(encoded.length + addition.tail.length)
  result.set(encoded)
  result.set(addition.tail, encoded.length)
  result.set(addition.pointer, DIRECTORY_POINTER_AT)
  return result
}

/** @throws MurmurationError ERR_UNSUPPORTED_IMAGE when the format cannot count so many pixels */
export function refuseLongSides(format: ImageFormat, widthPx: number, heightPx: number): void {
  const { maxSidePx } = ENCODERS[format]
  if (Math.max(widthPx, heightPx) <= maxSidePx) return
  throw new MurmurationError(
    'ERR_UNSUPPORTED_IMAGE',
    `a ${format} holds at most ${maxSidePx} pixels a side, and the image has ${widthPx} x ${heightPx}`,
  )
}

/** What is said of a jpg that would lose transparency. */
export const transparencyLost = (): MurmurationError =>
  new MurmurationError(
    'ERR_UNSUPPORTED_IMAGE',
    'a jpg cannot hold transparency, and the image has transparent pixels: choose png, webp, tif or avif',
  )

/** The same image without its alpha, which must be opaque everywhere. */
function withoutAlpha(pixels: Pixels): Pixels {
  const { widthPx, heightPx, channels, data } = pixels
  if (!hasAlpha(channels)) return pixels
  const colourChannels = channels === 2 ? 1 : 3
  const result = new Uint8Array(widthPx * heightPx * colourChannels)
  for (let from = 0, to = 0; from < data.length; from += channels) {
    for (let channel = 0; channel < colourChannels; channel++) result[to++] = data[from + channel] ?? 0
    if (data[from + colourChannels] !== 255) {
      throw transparencyLost()
    }
  }
  return { widthPx, heightPx, channels: colourChannels, data: result }
}
