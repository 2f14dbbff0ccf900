/**
 * Encoded bytes to 8-bit samples. The rule, which is part of pixelVersion (raise DECODER_RULE with any change):
 * the decoder is libvips' for the format that the content shows, and libjpeg-turbo itself for plain JPEGs; EXIF orientation is
 * applied; an embedded colour profile and CMYK become sRGB; of an animation or a multi-page file the first frame counts;
 * gray stays one channel and gray + alpha two; alpha is kept, not premultiplied; palettes and fewer bits become 8-bit samples.
 *
 * Refused by name instead of damaged: more than 8 bits a sample (the operations are 8-bit; cutting would lose silently),
 * more channels than gray or rgb with alpha, and whatever has samples missing.
 */

import { MurmurationError } from '../../base/errors.ts'
import { MAX_DECODED_SIDE_PX } from '../../base/limits.ts'
import { type ChannelCount, isChannelCount, type Pixels } from '../pixels.ts'
import type { SampleMemory } from '../sample-memory.ts'
import { damagedImage } from './damage.ts'
import { type ImageHeader, readImageHeader } from './header.ts'
import { decodeWithTurbo } from './jpeg-turbo.ts'
import { readPlainJpeg } from './plain-jpeg.ts'
import { decodeStrictly, libvipsWords, loadSharp, type Sharp } from './sharp.ts'

/** Version of the rule in this file's header. */
export const DECODER_RULE = 3

export interface DecodeOptions {
  /** Images with more pixels are refused before decoding. */
  readonly maxPixels: number
  /** libvips gives up decoding after this long. */
  readonly timeoutMs: number
  /** Where the samples of plain JPEGs go. Default: memory of their own. */
  readonly memoryFor?: SampleMemory
}

export interface DecodedImage {
  readonly header: ImageHeader
  readonly pixels: Pixels
}

/**
 * Decodes one image.
 * @throws MurmurationError ERR_NOT_AN_IMAGE (also truncated), ERR_UNSUPPORTED_IMAGE, ERR_TOO_LARGE, ERR_TASK_TIMEOUT
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions): Promise<DecodedImage> {
  const header = await readImageHeader(bytes)
  refuseTooLarge(header, options.maxPixels)
  refuseLongSide(header)
  refuseDeep(header)
  const plain = header.format === 'jpg' ? readPlainJpeg(bytes) : undefined
  const pixels = plain && decodeWithTurbo(bytes, plain, options.memoryFor)
  if (pixels !== undefined) return { header, pixels }
  const { data, widthPx, heightPx, channels } = await decodeSamples(loadSharp(), bytes, header, options)
  if (widthPx !== header.widthPx || heightPx !== header.heightPx) {
    throw new MurmurationError(
      'ERR_NOT_AN_IMAGE',
      `the image is expected to have the ${header.widthPx} x ${header.heightPx} pixels of its header, and has ${widthPx} x ${heightPx}`,
    )
  }
  if (header.channels === 2 && channels === 4) {
    return { header, pixels: { widthPx, heightPx, channels: 2, data: grayAndAlphaOf(data) } }
  }
  if (channels !== header.channels) {
    throw new MurmurationError(
      'ERR_UNSUPPORTED_IMAGE',
      `the image is expected to be gray or rgb, with or without alpha, and has ${channels} channels of another kind`,
    )
  }
  return { header, pixels: { widthPx, heightPx, channels, data } }
}

/** @throws MurmurationError ERR_TOO_LARGE */
export function refuseTooLarge(
  { widthPx, heightPx }: Pick<ImageHeader, 'widthPx' | 'heightPx'>,
  maxPixels: number,
): void {
  const pixels = widthPx * heightPx
  if (pixels <= maxPixels) return
  throw new MurmurationError(
    'ERR_TOO_LARGE',
    `the image has ${megapixels(pixels)} MP (${widthPx} x ${heightPx}), at most ${megapixels(maxPixels)} MP are accepted: split it with --tile`,
    { facts: { widthPx, heightPx, maxPixels } },
  )
}

/** @throws MurmurationError ERR_TOO_LARGE for a row or a column that takes much memory however few the pixels are */
export function refuseLongSide({ widthPx, heightPx }: Pick<ImageHeader, 'widthPx' | 'heightPx'>): void {
  if (Math.max(widthPx, heightPx) <= MAX_DECODED_SIDE_PX) return
  throw new MurmurationError(
    'ERR_TOO_LARGE',
    `the image has ${widthPx} x ${heightPx} pixels, and a side may have at most ${MAX_DECODED_SIDE_PX}: cut it into parts first`,
    { facts: { widthPx, heightPx } },
  )
}

/** One decimal, or as many as tell a small number from zero. */
const megapixels = (pixels: number): string =>
  pixels >= 1e6 ? (pixels / 1e6).toFixed(1) : String(Number((pixels / 1e6).toPrecision(2)))

/** @throws MurmurationError ERR_UNSUPPORTED_IMAGE for more than 8 bits a sample */
export function refuseDeep({ bitDepth, format }: ImageHeader): void {
  if (bitDepth <= 8) return
  throw new MurmurationError(
    'ERR_UNSUPPORTED_IMAGE',
    `the ${format} is expected to have 8 bits a sample, and has ${bitDepth}: convert it to 8 bits first`,
    { facts: { bitDepth } },
  )
}

interface Samples {
  readonly data: Uint8Array
  readonly widthPx: number
  readonly heightPx: number
  readonly channels: ChannelCount
}

async function decodeSamples(
  sharp: Sharp,
  bytes: Uint8Array,
  header: ImageHeader,
  { maxPixels, timeoutMs }: DecodeOptions,
): Promise<Samples> {
  // libvips' gray with alpha loses the alpha as raw samples: such an image is decoded as rgba
  const colourspace = header.channels === 1 ? 'b-w' : 'srgb'
  try {
    const { data, info } = await decodeStrictly((failOn) =>
      sharp(bytes, { failOn, limitInputPixels: maxPixels, pages: 1, sequentialRead: true, autoOrient: true })
        .timeout({ seconds: Math.ceil(timeoutMs / 1000) })
        .toColourspace(colourspace)
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true }),
    )
    if (!isChannelCount(info.channels)) throw new Error(`${info.channels} channels`)
    return { data, widthPx: info.width, heightPx: info.height, channels: info.channels }
  } catch (error) {
    const words = libvipsWords(error)
    if (/timeout/i.test(words)) {
      throw new MurmurationError('ERR_TASK_TIMEOUT', `decoding was expected within ${timeoutMs} ms`, { cause: error })
    }
    throw damagedImage(header.format, words, error)
  }
}

/** Of rgba samples whose colours are all gray. */
function grayAndAlphaOf(rgba: Uint8Array): Uint8Array {
  const result = new Uint8Array(rgba.length / 2)
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 2) {
    result[to] = rgba[from] ?? 0
    result[to + 1] = rgba[from + 3] ?? 0
  }
  return result
}
