/**
 * What is special about image files, from bytes to bytes through the real worker pool: each is handled, or refused by name.
 */

import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeImage } from '../../../src/cv/codec/decode.ts'
import type { OutputImageFormat } from '../../../src/cv/formats.ts'
import type { ImageResult } from '../../../src/cv/image-runner.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { createWorkerPool } from '../../../src/cv/worker/pool.ts'
import { plainTiff } from '../../support/plain-tiff.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { flat, gradient, sampleAt, sharpOf } from '../../support/sample-images.ts'

const pool = createWorkerPool({ slots: 1, taskTimeoutMs: 60_000 })
afterAll(() => pool.close())

const LIMITS = { maxPixels: 1_000_000, timeoutMs: 60_000 }

/** An operation that changes every sample and moves none, so that a result shows what it was made of. */
const run = (bytes: Uint8Array, format: OutputImageFormat = 'keep'): Promise<ImageResult> =>
  pool.run({ bytes: new Uint8Array(bytes), pipeline: 'invert', seed: 1n, format, quality: 90, maxPixels: 1_000_000 })

const decoded = async ({ bytes }: ImageResult): Promise<Pixels> => (await decodeImage(bytes, LIMITS)).pixels

/** What `invert` makes of an image: alpha stays. */
function inverted({ widthPx, heightPx, channels, data }: Pixels): Pixels {
  const isAlpha = (index: number): boolean => channels % 2 === 0 && index % channels === channels - 1
  return { widthPx, heightPx, channels, data: data.map((sample, index) => (isAlpha(index) ? sample : 255 - sample)) }
}

describe('EXIF orientation', () => {
  // how upright pixels are stored under each orientation
  const STORED = {
    1: (image: Pixels) => sharpOf(image),
    2: (image: Pixels) => sharpOf(image).flop(),
    3: (image: Pixels) => sharpOf(image).rotate(180),
    4: (image: Pixels) => sharpOf(image).flip(),
    6: (image: Pixels) => sharpOf(image).rotate(270),
    8: (image: Pixels) => sharpOf(image).rotate(90),
  } as const

  it.each([1, 2, 3, 4, 6, 8] as const)('%i is applied, and gone from the output', async (orientation) => {
    const upright = gradient(24, 16, 3)
    const samples = await STORED[orientation](upright).raw().toBuffer({ resolveWithObject: true })
    const { width, height } = samples.info
    const bytes = await sharp(samples.data, { raw: { width, height, channels: 3 } })
      .withMetadata({ orientation })
      .png()
      .toBuffer()
    const result = await run(bytes)
    expect([result.widthPx, result.heightPx]).toEqual([24, 16])
    expect(Buffer.compare((await decoded(result)).data, inverted(upright).data)).toBe(0)
    expect((await sharp(result.bytes).metadata()).orientation ?? 1).toBe(1)
  })
})

describe('a color profile', () => {
  it('is converted to sRGB, and gone from the output', async () => {
    const red = { r: 200, g: 40, b: 40 }
    const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: red } })
      .withIccProfile('p3')
      .png()
      .toBuffer()
    const result = await run(bytes)
    const pixels = await decoded(result)
    for (const [channel, value] of [200, 40, 40].entries()) {
      expect(Math.abs(sampleAt(pixels, 4, 4, channel) - (255 - value))).toBeLessThanOrEqual(3)
    }
    expect((await sharp(result.bytes).metadata()).icc).toBeUndefined()
  })

  it('of CMYK too: the result is rgb', async () => {
    for (const format of ['jpeg', 'tiff'] as const) {
      const bytes = await sharpOf(flat(16, 16, 3, 200))
        .toColourspace('cmyk')
        .toFormat(format)
        .toBuffer()
      expect((await sharp(bytes).metadata()).space).toBe('cmyk')
      const pixels = await decoded(await run(bytes, 'png'))
      expect(pixels.channels).toBe(3)
      for (const channel of [0, 1, 2]) expect(Math.abs(sampleAt(pixels, 8, 8, channel) - 55)).toBeLessThanOrEqual(20)
    }
  })
})

describe('alpha', () => {
  it.each(['png', 'tif', 'webp', 'avif'] as const)('is kept in a %s', async (format) => {
    const image = gradient(20, 10, 4)
    const pixels = await decoded(await run(await sharpOf(image).png().toBuffer(), format))
    expect(pixels.channels).toBe(4)
    const alphas = (data: Uint8Array): Uint8Array => data.filter((_, index) => index % 4 === 3)
    const worst = alphas(pixels.data).map((alpha, index) => Math.abs(alpha - (alphas(image.data)[index] ?? 0)))
    expect(Math.max(...worst)).toBeLessThanOrEqual(format === 'avif' ? 12 : 0)
  })

  it('beside gray stays beside gray', async () => {
    const image = gradient(20, 10, 2)
    const bytes = await sharpOf(image).toColourspace('b-w').png().toBuffer()
    const pixels = await decoded(await run(bytes))
    expect(pixels.channels).toBe(2)
    expect(Buffer.compare(pixels.data, inverted(image).data)).toBe(0)
  })

  it('is refused by name where a jpg cannot hold it, and left out where all is opaque', async () => {
    const error = await rejectionOf(
      run(
        await sharpOf(gradient(8, 8, 4))
          .png()
          .toBuffer(),
        'jpg',
      ),
    )
    expect(error.code).toBe('ERR_UNSUPPORTED_IMAGE')
    expect(error.message).toContain('a jpg cannot hold transparency')
    const opaque = await sharpOf(flat(8, 8, 4, 255))
      .png()
      .toBuffer()
    expect((await decoded(await run(opaque, 'jpg'))).channels).toBe(3)
  })
})

describe('more than 8 bits a sample', () => {
  const png = (space: 'rgb16' | 'grey16', channels: 1 | 3): Promise<Uint8Array> =>
    sharpOf(gradient(8, 8, channels))
      .toColourspace(space)
      .png()
      .toBuffer()

  it.each([
    ['16 in a png', () => png('rgb16', 3), 'the png is expected to have 8 bits a sample, and has 16'],
    ['16 of gray in a png', () => png('grey16', 1), 'the png is expected to have 8 bits a sample, and has 16'],
    ['16 in a tif', () => plainTiff({ bits: 16, channels: 3, sampleFormat: 1 }), 'the tif is expected to have 8 bits'],
    ['16 of gray in a tif', () => plainTiff({ bits: 16, channels: 1, sampleFormat: 1 }), 'and has 16'],
    ['32 of floating point', () => plainTiff({ bits: 32, channels: 1, sampleFormat: 3 }), 'and has 32'],
  ])('are refused by name: %s', async (_what, make, sentence) => {
    const error = await rejectionOf(run(await make()))
    expect(error.code).toBe('ERR_UNSUPPORTED_IMAGE')
    expect(error.message).toContain(sentence)
  })

  it('are not what a plain tif of 8 bits has', async () => {
    expect((await run(plainTiff({ bits: 8, channels: 1, sampleFormat: 1 }))).widthPx).toBe(8)
  })

  it('may be fewer: palettes and single bits', async () => {
    const bits = await sharpOf(flat(16, 16, 1, 255))
      .toColourspace('b-w')
      .tiff({ bitdepth: 1 })
      .toBuffer()
    expect(sampleAt(await decoded(await run(bits, 'png')), 8, 8)).toBe(0)
    const palette = await sharpOf(flat(16, 16, 3, 200))
      .png({ palette: true })
      .toBuffer()
    expect(sampleAt(await decoded(await run(palette, 'png')), 8, 8)).toBe(55)
  })
})

describe('a gray image', () => {
  it.each(['png', 'tif', 'jpg'] as const)('stays gray in a %s', async (format) => {
    const bytes = await sharpOf(gradient(20, 10, 1))
      .toColourspace('b-w')
      .png()
      .toBuffer()
    const result = await run(bytes, format)
    expect((await decoded(result)).channels).toBe(1)
    expect((await sharp(result.bytes).metadata()).channels).toBe(1)
  })
})

describe('several frames or pages', () => {
  it.each(['gif', 'webp', 'tiff'] as const)(
    'of a %s: the first is processed, and nothing else is in the output',
    async (format) => {
      const frames = new Uint8Array(8 * 24 * 3).fill(255, 0, 8 * 8 * 3)
      // a gray level of its own for each frame: equal ones would be joined
      frames.fill(90, 8 * 8 * 3, 8 * 16 * 3)
      const bytes = await sharp(frames, { raw: { width: 8, height: 24, channels: 3, pageHeight: 8 } })
        .toFormat(format, { delay: [100, 100, 100], loop: 0 })
        .toBuffer()
      expect((await sharp(bytes).metadata()).pages).toBe(3)
      const result = await run(bytes)
      expect([result.widthPx, result.heightPx]).toEqual([8, 8])
      expect((await sharp(result.bytes).metadata()).pages ?? 1).toBe(1)
      expect(sampleAt(await decoded(result), 4, 4)).toBeLessThanOrEqual(3)
    },
  )
})
