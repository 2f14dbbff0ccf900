import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { decodeImage } from '../../../src/cv/codec/decode.ts'
import { encodeImage } from '../../../src/cv/codec/encode.ts'
import { readImageHeader } from '../../../src/cv/codec/header.ts'
import { IMAGE_FORMATS, type ImageFormat } from '../../../src/cv/formats.ts'
import type { ChannelCount, Pixels } from '../../../src/cv/pixels.ts'
import { mutated } from '../../support/hostile-bytes.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { flat, gradient, readSample, sampleAt, sharpOf } from '../../support/sample-images.ts'

const LIMITS = { maxPixels: 1_000_000, timeoutMs: 60_000 }
const encode = (pixels: Pixels, format: ImageFormat): Promise<Uint8Array> =>
  encodeImage(pixels, { format, quality: 90, timeoutMs: 60_000 })

describe('readImageHeader', () => {
  it.each(IMAGE_FORMATS)('tells format, size, depth and pages of a %s', async (format) => {
    const header = await readImageHeader(await encode(gradient(40, 30, 3), format))
    expect(header).toMatchObject({ format, widthPx: 40, heightPx: 30, bitDepth: 8, orientation: 1, pages: 1 })
  })

  it('tells the size after EXIF orientation', async () => {
    const bytes = await sharpOf(gradient(40, 30, 3))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect(await readImageHeader(bytes)).toMatchObject({ widthPx: 30, heightPx: 40, orientation: 6 })
  })

  it('tells gray and alpha apart', async () => {
    for (const channels of [1, 2, 3, 4] as const) {
      const header = await readImageHeader(await encode(gradient(8, 8, channels), 'png'))
      // PNG's gray with alpha is known as such only where libvips keeps it so
      expect(header).toMatchObject({ channels, hasAlpha: channels === 2 || channels === 4 })
    }
  })

  it('tells how deep a 16-bit image is, and decoding refuses it by name', async () => {
    const bytes = await sharpOf(gradient(8, 8, 3))
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    expect(await readImageHeader(bytes)).toMatchObject({ bitDepth: 16, channels: 3 })
    const error = await rejectionOf(decodeImage(bytes, LIMITS))
    expect(error.code).toBe('ERR_UNSUPPORTED_IMAGE')
    expect(error.message).toBe('the png is expected to have 8 bits a sample, and has 16: convert it to 8 bits first')
  })

  it('counts the frames of an animation', async () => {
    const frames = sharp({ create: { width: 8, height: 24, channels: 3, background: 'red', pageHeight: 8 } })
    const bytes = await frames.gif({ delay: [100, 100, 100], keepDuplicateFrames: true }).toBuffer()
    expect(await readImageHeader(bytes)).toMatchObject({ format: 'gif', widthPx: 8, heightPx: 8, pages: 3 })
  })
})

describe('decodeImage', () => {
  it.each(['png', 'tif'] as const)('gives back the exact samples of a %s of any kind', async (format) => {
    for (const channels of [1, 2, 3, 4] as const) {
      const pixels = gradient(33, 21, channels)
      const decoded = await decodeImage(await encode(pixels, format), LIMITS)
      expect(decoded.pixels.channels).toBe(channels)
      expect(Buffer.compare(decoded.pixels.data, pixels.data)).toBe(0)
    }
  })

  it('applies EXIF orientation', async () => {
    const upright = gradient(16, 8, 3)
    const turned = await sharpOf(upright).rotate(90).withMetadata({ orientation: 8 }).png().toBuffer()
    const { pixels } = await decodeImage(turned, LIMITS)
    expect([pixels.widthPx, pixels.heightPx]).toEqual([16, 8])
    expect(Buffer.compare(pixels.data, upright.data)).toBe(0)
  })

  it('converts an embedded colour profile to sRGB', async () => {
    const bytes = await sharpOf(flat(8, 8, 3, 200))
      .withIccProfile('p3')
      .png()
      .toBuffer()
    const red = await sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 200, g: 40, b: 40 } } })
      .withIccProfile('p3')
      .png()
      .toBuffer()
    expect(Math.abs(sampleAt((await decodeImage(bytes, LIMITS)).pixels, 4, 4) - 200)).toBeLessThanOrEqual(1)
    // the file's own numbers are those of Display P3, in which this red is smaller than in sRGB
    const stored = await sharp(red, { ignoreIcc: true }).raw().toBuffer()
    expect(stored[0]).toBeLessThan(195)
    expect(Math.abs(sampleAt((await decodeImage(red, LIMITS)).pixels, 4, 4) - 200)).toBeLessThanOrEqual(2)
  })

  it('reads palettes and CMYK as rgb', async () => {
    const palette = await sharpOf(gradient(16, 16, 3))
      .png({ palette: true })
      .toBuffer()
    const cmyk = await sharpOf(flat(16, 16, 3, 128))
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer()
    for (const bytes of [palette, cmyk]) expect((await decodeImage(bytes, LIMITS)).pixels.channels).toBe(3)
  })

  it('takes the first frame of an animation', async () => {
    const two = new Uint8Array(8 * 16 * 3).fill(255, 0, 8 * 8 * 3)
    const bytes = await sharp(two, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
      .gif({ delay: [100, 100] })
      .toBuffer()
    const { pixels } = await decodeImage(bytes, LIMITS)
    expect([pixels.widthPx, pixels.heightPx, sampleAt(pixels, 3, 3)]).toEqual([8, 8, 255])
  })

  it('chooses the decoder by content: a PNG stays one whatever its file was called', async () => {
    const { header } = await decodeImage(readSample('chelsea.png'), LIMITS)
    expect(header.format).toBe('png')
  })

  it('refuses an empty file by name', async () => {
    const error = await rejectionOf(decodeImage(new Uint8Array(), LIMITS))
    expect([error.code, error.message]).toEqual([
      'ERR_NOT_AN_IMAGE',
      'the file is expected to be an image and is empty (0 bytes)',
    ])
  })

  it.each([
    ['text', Buffer.from('this is not an image, whatever its name says')],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['a PNG signature with nothing behind it', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
    ['a JPEG signature with nothing behind it', Buffer.from([0xff, 0xd8, 0xff, 0xe0])],
  ])('refuses %s as no image', async (_what, bytes) => {
    expect((await rejectionOf(decodeImage(bytes, LIMITS))).code).toBe('ERR_NOT_AN_IMAGE')
  })

  it.each(IMAGE_FORMATS)('refuses a truncated %s instead of decoding a part of it', async (format) => {
    const bytes = await encode(gradient(300, 200, 3), format)
    for (const share of [0.3, 0.6, 0.9]) {
      const error = await rejectionOf(decodeImage(bytes.slice(0, Math.floor(bytes.length * share)), LIMITS))
      expect(error.code).toBe('ERR_NOT_AN_IMAGE')
    }
  })

  it('refuses what is too large with size, limit and the way out, before decoding it', async () => {
    const bytes = await sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    // damaged behind the header: only a decoder would notice
    bytes.fill(0, 200)
    const error = await rejectionOf(decodeImage(bytes, { ...LIMITS, maxPixels: 10_000_000 }))
    expect(error.code).toBe('ERR_TOO_LARGE')
    expect(error.message).toBe(
      'the image has 12.0 MP (4000 x 3000), at most 10.0 MP are accepted: split it with --tile',
    )
    expect(error.facts).toEqual({ widthPx: 4000, heightPx: 3000, maxPixels: 10_000_000 })
  })

  it.each(['jpg', 'png', 'webp', 'gif', 'tif'] as const)(
    'answers any damage to a %s with an image or a named error',
    async (format) => {
      const channels: ChannelCount = 3
      const valid = await encode(gradient(32, 24, channels), format)
      await fc.assert(
        fc.asyncProperty(mutated(fc.constant(valid)), async (bytes) => {
          try {
            const { pixels } = await decodeImage(bytes, LIMITS)
            expect(pixels.data.length).toBe(pixels.widthPx * pixels.heightPx * pixels.channels)
          } catch (error) {
            if (!(error instanceof MurmurationError)) throw error
            expect(['ERR_NOT_AN_IMAGE', 'ERR_UNSUPPORTED_IMAGE', 'ERR_TOO_LARGE']).toContain(error.code)
          }
        }),
        { numRuns: 60 },
      )
    },
  )

  it('gives its memory back: sharp leaks with toUint8Array, which this would find', async () => {
    const bytes = await encode(gradient(1000, 1000, 3), 'jpg')
    const decodeMany = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) await decodeImage(bytes, LIMITS)
    }
    await decodeMany(20)
    const before = process.memoryUsage.rss()
    // 3 MB each: a leak is 600 MB
    await decodeMany(200)
    expect(process.memoryUsage.rss() - before).toBeLessThan(300_000_000)
  })
})
