/**
 * Every feature of an input beside every output format, from bytes to bytes through the real worker pool: each cell is handled,
 * with the size, channels and pixels that it says, or refused with the sentence that it says.
 */

import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeImage } from '../../../src/cv/codec/decode.ts'
import { IMAGE_FORMATS, type ImageFormat, type OutputImageFormat } from '../../../src/cv/formats.ts'
import type { ImageResult } from '../../../src/cv/image-runner.ts'
import type { ChannelCount, Pixels } from '../../../src/cv/pixels.ts'
import { createWorkerPool } from '../../../src/cv/worker/pool.ts'
import { plainTiff } from '../../support/plain-tiff.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { flat, sharpOf } from '../../support/sample-images.ts'

const pool = createWorkerPool({ slots: 1, taskTimeoutMs: 60_000 })
afterAll(() => pool.close())

const LIMITS = { maxPixels: 1_000_000, timeoutMs: 60_000 }
const WIDTH = 32
const HEIGHT = 24

/** Smooth, and different in every corner, so that neither a codec nor a wrong turn goes unnoticed; alpha is 0, 255 and between. */
function picture(channels: ChannelCount): Pixels {
  const data = new Uint8Array(WIDTH * HEIGHT * channels)
  const isAlpha = (channel: number): boolean => channels % 2 === 0 && channel === channels - 1
  for (let index = 0; index < data.length; index++) {
    const pixel = Math.floor(index / channels)
    const [x, y, channel] = [pixel % WIDTH, Math.floor(pixel / WIDTH), index % channels]
    data[index] = isAlpha(channel)
      ? Math.min(255, Math.max(0, (x - 4) * 12))
      : 20 + (channel === 1 ? 9 * y : 6 * x) + (channel === 2 ? 20 : 0)
  }
  return { widthPx: WIDTH, heightPx: HEIGHT, channels, data }
}

/** `invert` of an image: it changes every colour and moves none. */
function inverted({ data, channels, ...size }: Pixels): Pixels {
  const isAlpha = (index: number): boolean => channels % 2 === 0 && index % channels === channels - 1
  return { ...size, channels, data: data.map((sample, index) => (isAlpha(index) ? sample : 255 - sample)) }
}

interface Handled {
  /** What is in the file for a person who looks at it. */
  readonly shows: Pixels
  /** What conversion of colours may add to a codec's own error, in levels. */
  readonly slack?: number
}

interface Feature {
  readonly make: () => Promise<Uint8Array>
  readonly format: ImageFormat
  readonly expected: Handled | { readonly refused: string }
}

const opaque = (rgba: Pixels): Pixels => ({
  ...rgba,
  data: rgba.data.map((sample, at) => (at % 4 === 3 ? 255 : sample)),
})

const rgb = picture(3)
const gray = picture(1)

/** By EXIF orientation: which upright pixel is stored in a row and a column. The side that row 0 and column 0 are of: Exif 2.32, 4.6.4. */
const STORED = {
  1: (row, column) => [column, row],
  2: (row, column) => [WIDTH - 1 - column, row],
  3: (row, column) => [WIDTH - 1 - column, HEIGHT - 1 - row],
  4: (row, column) => [column, HEIGHT - 1 - row],
  5: (row, column) => [row, column],
  6: (row, column) => [WIDTH - 1 - row, column],
  7: (row, column) => [WIDTH - 1 - row, HEIGHT - 1 - column],
  8: (row, column) => [row, HEIGHT - 1 - column],
} as const satisfies Record<number, (row: number, column: number) => readonly [x: number, y: number]>

function storedUnder(orientation: keyof typeof STORED): Pixels {
  const [widthPx, heightPx] = orientation <= 4 ? [WIDTH, HEIGHT] : [HEIGHT, WIDTH]
  const data = new Uint8Array(rgb.data.length)
  for (let pixel = 0; pixel < widthPx * heightPx; pixel++) {
    const [x, y] = STORED[orientation](Math.floor(pixel / widthPx), pixel % widthPx)
    data.set(rgb.data.subarray((y * WIDTH + x) * 3, (y * WIDTH + x + 1) * 3), pixel * 3)
  }
  return { widthPx, heightPx, channels: 3, data }
}

const orientations = ([1, 2, 3, 4, 5, 6, 7, 8] as const).map((orientation): [string, Feature] => [
  `EXIF orientation ${orientation}`,
  {
    format: 'png',
    expected: { shows: rgb },
    make: () => sharpOf(storedUnder(orientation)).withMetadata({ orientation }).png().toBuffer(),
  },
])

/** Of a level of its own each: equal ones would be joined. */
const twoFrames = (): Uint8Array => new Uint8Array(WIDTH * HEIGHT * 2 * 3).fill(40, 0, WIDTH * HEIGHT * 3)
const FRAMES = { width: WIDTH, height: HEIGHT * 2, channels: 3, pageHeight: HEIGHT } as const

const deep = (what: string): Feature['expected'] => ({
  refused: `is expected to have 8 bits a sample, and has ${what}`,
})

const FEATURES: Readonly<Record<string, Feature>> = {
  'plain rgb': { format: 'png', expected: { shows: rgb }, make: () => sharpOf(rgb).png().toBuffer() },
  ...Object.fromEntries(orientations),
  'a colour profile': {
    format: 'png',
    expected: { shows: rgb, slack: 5 },
    // sharp converts the samples to the profile's space when it writes them
    make: () => sharpOf(rgb).withIccProfile('p3').png().toBuffer(),
  },
  'CMYK in a jpg': {
    format: 'jpg',
    expected: { shows: flat(WIDTH, HEIGHT, 3, 200), slack: 20 },
    make: () =>
      sharpOf(flat(WIDTH, HEIGHT, 3, 200))
        .toColourspace('cmyk')
        .jpeg()
        .toBuffer(),
  },
  'CMYK in a tif': {
    format: 'tif',
    expected: { shows: flat(WIDTH, HEIGHT, 3, 200), slack: 20 },
    make: () =>
      sharpOf(flat(WIDTH, HEIGHT, 3, 200))
        .toColourspace('cmyk')
        .tiff({ compression: 'lzw' })
        .toBuffer(),
  },
  alpha: { format: 'png', expected: { shows: picture(4) }, make: () => sharpOf(picture(4)).png().toBuffer() },
  'opaque alpha': {
    format: 'png',
    expected: { shows: opaque(picture(4)) },
    make: () => sharpOf(rgb).ensureAlpha().png().toBuffer(),
  },
  gray: { format: 'png', expected: { shows: gray }, make: () => sharpOf(gray).toColourspace('b-w').png().toBuffer() },
  'gray with alpha': {
    format: 'png',
    expected: { shows: picture(2) },
    make: () => sharpOf(picture(2)).toColourspace('b-w').png().toBuffer(),
  },
  'a gray jpg': {
    format: 'jpg',
    expected: { shows: gray, slack: 2 },
    make: () => sharpOf(gray).toColourspace('b-w').jpeg({ quality: 100 }).toBuffer(),
  },
  'a palette': {
    format: 'png',
    expected: { shows: flat(WIDTH, HEIGHT, 3, 77) },
    make: () =>
      sharpOf(flat(WIDTH, HEIGHT, 3, 77))
        .png({ palette: true })
        .toBuffer(),
  },
  'one bit a sample': {
    format: 'tif',
    expected: { shows: flat(WIDTH, HEIGHT, 1, 255) },
    make: () =>
      sharpOf(flat(WIDTH, HEIGHT, 1, 255))
        .toColourspace('b-w')
        .tiff({ bitdepth: 1 })
        .toBuffer(),
  },
  '16 bits in a png': {
    format: 'png',
    expected: deep('16'),
    make: () => sharpOf(rgb).toColourspace('rgb16').png().toBuffer(),
  },
  '16 bits of gray in a png': {
    format: 'png',
    expected: deep('16'),
    make: () => sharpOf(gray).toColourspace('grey16').png().toBuffer(),
  },
  '16 bits in a tif': {
    format: 'tif',
    expected: deep('16'),
    make: async () => plainTiff({ bits: 16, channels: 3, sampleFormat: 1 }),
  },
  '16 bits of gray in a tif': {
    format: 'tif',
    expected: deep('16'),
    make: async () => plainTiff({ bits: 16, channels: 1, sampleFormat: 1 }),
  },
  'floating point in a tif': {
    format: 'tif',
    expected: deep('32'),
    make: async () => plainTiff({ bits: 32, channels: 1, sampleFormat: 3 }),
  },
  '10 bits in an avif': {
    format: 'avif',
    expected: deep('10'),
    make: () => sharpOf(rgb).avif({ bitdepth: 10 }).toBuffer(),
  },
  'several frames': {
    format: 'gif',
    // libvips reads a gif with alpha wherever its palette has a place for it
    expected: { shows: opaque(flat(WIDTH, HEIGHT, 4, 40)) },
    make: () =>
      sharp(twoFrames(), { raw: FRAMES })
        .gif({ delay: [100, 100] })
        .toBuffer(),
  },
  'several frames in a webp': {
    format: 'webp',
    expected: { shows: flat(WIDTH, HEIGHT, 3, 40), slack: 2 },
    make: () =>
      sharp(twoFrames(), { raw: FRAMES })
        .webp({ delay: [100, 100], lossless: true })
        .toBuffer(),
  },
  'several pages': {
    format: 'tif',
    expected: { shows: flat(WIDTH, HEIGHT, 3, 40) },
    make: () => sharp(twoFrames(), { raw: FRAMES }).tiff({ compression: 'lzw' }).toBuffer(),
  },
}

/** What a format makes of an image: channels as decoded again, and how far samples may be off. */
function heldBy(
  format: ImageFormat,
  { shows }: Handled,
): { channels: readonly number[]; tolerance: number } | { refused: string } {
  const { channels, data } = shows
  const isTransparent = channels % 2 === 0 && data.some((sample, at) => at % channels === channels - 1 && sample < 255)
  const colours = channels <= 2 ? 1 : 3
  const alpha = channels % 2 === 0 ? 1 : 0
  switch (format) {
    case 'jpg':
      return isTransparent
        ? {
            refused:
              'a jpg cannot hold transparency, and the image has transparent pixels: choose png, webp, tif or avif',
          }
        : { channels: [colours], tolerance: 6 }
    case 'png':
    case 'tif':
      return { channels: [channels], tolerance: 0 }
    case 'webp':
      return { channels: [isTransparent ? 4 : 3], tolerance: 12 }
    case 'avif':
      return { channels: [3 + alpha], tolerance: 12 }
    case 'gif':
      // a palette, in which a pixel is transparent or not
      return { channels: isTransparent ? [4] : [3, 4], tolerance: 40 }
  }
}

const run = (bytes: Uint8Array, format: OutputImageFormat): Promise<ImageResult> =>
  pool.run({ bytes: new Uint8Array(bytes), pipeline: 'invert', seed: 1n, format, quality: 90, maxPixels: 1_000_000 })

/** The largest difference of what can be seen, channel by channel; gray is compared with each of three channels. */
function farthest(expected: Pixels, found: Pixels): { colour: number; alpha: number } {
  const [expectedColours, foundColours] = [expected, found].map(({ channels }) => (channels <= 2 ? 1 : 3))
  const opacityOf = ({ channels, data }: Pixels, pixel: number): number =>
    channels % 2 === 0 ? (data[(pixel + 1) * channels - 1] ?? 0) : 255
  let [colour, alpha] = [0, 0]
  for (let pixel = 0; pixel < expected.widthPx * expected.heightPx; pixel++) {
    const opacity = opacityOf(expected, pixel)
    alpha = Math.max(alpha, Math.abs(opacity - opacityOf(found, pixel)))
    if (opacity < 128) continue
    for (let channel = 0; channel < (foundColours ?? 1); channel++) {
      const sample = expected.data[pixel * expected.channels + (expectedColours === 1 ? 0 : channel)] ?? 0
      colour = Math.max(colour, Math.abs(sample - (found.data[pixel * found.channels + channel] ?? 0)))
    }
  }
  return { colour, alpha }
}

describe.each(Object.entries(FEATURES))('an image with %s', (_name, { make, format, expected }) => {
  it.each(['keep', ...IMAGE_FORMATS] as const)('as %s', async (asked) => {
    const output = asked === 'keep' ? format : asked
    const held = 'refused' in expected ? expected : heldBy(output, expected)
    const running = run(await make(), asked)
    if ('refused' in held) {
      const error = await rejectionOf(running)
      expect(error.code).toBe('ERR_UNSUPPORTED_IMAGE')
      expect(error.message).toContain(held.refused)
      return
    }
    if ('refused' in expected) throw new Error('what is refused as an input is in no output')
    const { bytes, widthPx, heightPx } = await running
    const { header, pixels } = await decodeImage(bytes, LIMITS)
    expect([header.format, widthPx, heightPx]).toEqual([output, WIDTH, HEIGHT])
    expect([pixels.widthPx, pixels.heightPx]).toEqual([WIDTH, HEIGHT])
    expect(held.channels).toContain(pixels.channels)
    const { orientation = 1, icc, pages = 1 } = await sharp(bytes).metadata()
    expect([orientation, icc, pages]).toEqual([1, undefined, 1])
    const { colour, alpha } = farthest(inverted(expected.shows), pixels)
    expect(colour).toBeLessThanOrEqual(held.tolerance + (expected.slack ?? 0))
    expect(alpha).toBeLessThanOrEqual(output === 'gif' ? 128 : output === 'avif' ? 12 : 0)
  })
})

describe('quality', () => {
  const sizeOf = async (format: ImageFormat, quality: number): Promise<number> => {
    const task = { pipeline: 'invert', seed: 1n, format, quality, maxPixels: 1_000_000 }
    return (await pool.run({ ...task, bytes: new Uint8Array(await sharpOf(rgb).png().toBuffer()) })).bytes.length
  }

  it.each(['jpg', 'webp', 'avif'] as const)('decides about the size of a %s', async (format) => {
    expect(await sizeOf(format, 20)).toBeLessThan(await sizeOf(format, 95))
  })

  it.each(['png', 'tif', 'gif'] as const)('means nothing to a %s', async (format) => {
    expect(await sizeOf(format, 20)).toBe(await sizeOf(format, 95))
  })
})
