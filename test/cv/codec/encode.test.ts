import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeImage } from '../../../src/cv/codec/decode.ts'
import { encodeImage } from '../../../src/cv/codec/encode.ts'
import { IMAGE_FORMATS, type ImageFormat } from '../../../src/cv/formats.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { flat, gradient, sampleAt } from '../../support/sample-images.ts'

const encode = (pixels: Pixels, format: ImageFormat, quality = 90): Promise<Uint8Array> =>
  encodeImage(pixels, { format, quality, timeoutMs: 60_000 })
const decode = async (bytes: Uint8Array): Promise<Pixels> =>
  (await decodeImage(bytes, { maxPixels: 10_000_000, timeoutMs: 60_000 })).pixels

describe('encodeImage', () => {
  it.each(IMAGE_FORMATS)('gives the same bytes every time as %s', async (format) => {
    const pixels = gradient(60, 40, 3)
    const [one, other] = await Promise.all([encode(pixels, format), encode(pixels, format)])
    expect(Buffer.compare(one, other)).toBe(0)
  })

  it.each(['jpg', 'png', 'tif'] as const)('keeps gray as one channel in a %s', async (format) => {
    expect((await sharp(await encode(gradient(20, 20, 1), format)).metadata()).channels).toBe(1)
  })

  it.each(['png', 'tif', 'webp', 'avif'] as const)('keeps the alpha of a %s', async (format) => {
    for (const channels of [2, 4] as const) {
      const pixels = gradient(40, 40, channels)
      const decoded = await decode(await encode(pixels, format, 100))
      const alphaOf = ({ data, channels: count }: Pixels) => data.filter((_, index) => index % count === count - 1)
      expect(decoded.channels).toBeGreaterThanOrEqual(channels)
      expect(Buffer.compare(alphaOf(decoded), alphaOf(pixels))).toBe(0)
    }
  })

  it('drops alpha for jpg only where every pixel is opaque', async () => {
    const opaque = gradient(20, 20, 4)
    for (let index = 3; index < opaque.data.length; index += 4) opaque.data[index] = 255
    expect((await decode(await encode(opaque, 'jpg'))).channels).toBe(3)
    opaque.data[3] = 254
    const error = await rejectionOf(encode(opaque, 'jpg'))
    expect([error.code, error.message]).toEqual([
      'ERR_UNSUPPORTED_IMAGE',
      'a jpg cannot hold transparency, and the image has transparent pixels: choose png, webp, tif or avif',
    ])
  })

  it('keeps thin green lines green in a jpg of the default quality', async () => {
    const pixels = flat(64, 64, 3, 60)
    for (let y = 0; y < 64; y++) pixels.data.set([0, 255, 0], (y * 64 + 31) * 3)
    const meanGreen = async (quality: number): Promise<number> => {
      const decoded = await decode(await encode(pixels, 'jpg', quality))
      return sampleAt(decoded, 31, 32, 1) - sampleAt(decoded, 31, 32, 0)
    }
    expect(await meanGreen(90)).toBeGreaterThan(235)
    expect(await meanGreen(89)).toBeLessThan(220)
  })

  it('lets quality decide about size where the format is lossy', async () => {
    for (const format of ['jpg', 'webp', 'avif'] as const) {
      const [low, high] = await Promise.all([
        encode(gradient(80, 80, 3), format, 20),
        encode(gradient(80, 80, 3), format, 95),
      ])
      expect(low.length).toBeLessThan(high.length)
    }
  })

  it('names the bound of a format that cannot hold an image of that size', async () => {
    const error = await rejectionOf(encode(flat(17_000, 1, 3, 0), 'webp'))
    expect([error.code, error.message]).toEqual([
      'ERR_UNSUPPORTED_IMAGE',
      'a webp holds at most 16383 pixels a side, and the image has 17000 x 1',
    ])
  })

  it('gives bytes whose buffer holds nothing else and can be transferred', async () => {
    const bytes = await encode(gradient(10, 10, 3), 'png')
    expect(bytes.byteLength).toBe(bytes.buffer.byteLength)
    expect(() => structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] })).not.toThrow()
  })
})
