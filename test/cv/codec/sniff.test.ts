import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SNIFF_BYTES } from '../../../src/base/limits.ts'
import { encodeImage } from '../../../src/cv/codec/encode.ts'
import { sniffImageFormat } from '../../../src/cv/codec/sniff.ts'
import { IMAGE_FORMATS } from '../../../src/cv/formats.ts'
import { gradient } from '../../support/sample-images.ts'

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

describe('sniffImageFormat', () => {
  it.each(IMAGE_FORMATS)('knows a %s by its first bytes alone', async (format) => {
    const bytes = await encodeImage(gradient(40, 30, 3), { format, quality: 90, timeoutMs: 60_000 })
    expect(sniffImageFormat(bytes.subarray(0, SNIFF_BYTES))).toBe(format)
    expect(sniffImageFormat(bytes)).toBe(format)
  })

  it('knows both byte orders of TIFF and BigTIFF', () => {
    for (const magic of ['II*\0', 'MM\0*', 'II+\0', 'MM\0+']) {
      expect(sniffImageFormat(latin1(`${magic}\u0010\0\0\0`))).toBe('tif')
    }
  })

  it('knows AVIF by a compatible brand where the major brand is a general one', () => {
    expect(sniffImageFormat(latin1('\0\0\0\u001cftypmif1\0\0\0\0mif1avifmiaf'))).toBe('avif')
    expect(sniffImageFormat(latin1('\0\0\0\u0018ftypavis\0\0\0\0avisavif'))).toBe('avif')
  })

  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['XML', '<?xml version="1.0"?><svg/>'],
    ['PDF', '%PDF-1.7\n'],
    ['HEIC', '\0\0\0\u0018ftypheic\0\0\0\0mif1heic'],
    ['Canon raw', 'II*\0\u0010\0\0\0CR\u0002\0'],
    ['a WAV file', 'RIFF\0\0\0\0WAVEfmt '],
    ['text', 'this is not an image'],
    ['nothing', ''],
    ['half a signature', '\u0089PN'],
  ])('does not take %s for an image', (_what, text) => {
    expect(sniffImageFormat(latin1(text))).toBeUndefined()
  })

  it('gives an answer for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const format = sniffImageFormat(bytes)
        expect(format === undefined || IMAGE_FORMATS.includes(format)).toBe(true)
      }),
    )
  })
})
