import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { encodeRawTiff, parseRawTiff, rawTiffBytes, rawTiffShape } from '../../../src/cv/codec/raw-tiff.ts'
import { gradient } from '../../support/sample-images.ts'

describe('a raw tiff', () => {
  it.each([1, 2, 3, 4] as const)('of %i channels comes back as it was, here and from libvips', async (channels) => {
    // more than one strip
    const pixels = gradient(601, 447, channels)
    const bytes = encodeRawTiff(pixels)
    expect(bytes.length).toBe(rawTiffBytes(pixels))
    expect(parseRawTiff(bytes)).toEqual(pixels)
    const metadata = await sharp(bytes).metadata()
    expect(metadata).toMatchObject({ format: 'tiff', width: 601, height: 447, channels, hasAlpha: channels % 2 === 0 })
    if (channels !== 2) {
      const samples = await sharp(bytes)
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .raw()
        .toBuffer()
      expect(samples.equals(pixels.data)).toBe(true)
    }
  })

  it('is refused when it is cut off, longer, changed in its header, or another tiff', async () => {
    const bytes = encodeRawTiff(gradient(60, 40, 3))
    const changed = bytes.slice()
    changed[30] = 9
    const other = await sharp(bytes).tiff({ compression: 'lzw', bigtiff: true }).toBuffer()
    for (const wrong of [bytes.subarray(0, -1), Buffer.concat([bytes, bytes]), changed, other, new Uint8Array(0)]) {
      expect(() => parseRawTiff(wrong)).toThrow(/uncompressed tiff/)
    }
  })

  it('makes no header for a size that its bytes cannot hold', () => {
    const bytes = encodeRawTiff(gradient(60, 40, 3)).slice()
    new DataView(bytes.buffer).setUint32(56, 0xffff_ffff, true)
    expect(rawTiffShape(bytes)).toBeUndefined()
  })
})
