import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeImage } from '../../../src/cv/codec/decode.ts'
import { encodeImage } from '../../../src/cv/codec/encode.ts'
import { isCameraRaw } from '../../../src/cv/codec/tiff-directory.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { gradient } from '../../support/sample-images.ts'

/** A TIFF whose first directory has these entries of one LONG each. */
function tiffOf(entries: readonly (readonly [tag: number, value: number])[], isLittle: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(10 + entries.length * 12 + 4))
  view.setUint16(0, isLittle ? 0x4949 : 0x4d4d)
  view.setUint16(2, 42, isLittle)
  view.setUint32(4, 8, isLittle)
  view.setUint16(8, entries.length, isLittle)
  for (const [index, [tag, value]] of entries.entries()) {
    const entry = 10 + index * 12
    view.setUint16(entry, tag, isLittle)
    view.setUint16(entry + 2, 4, isLittle)
    view.setUint32(entry + 4, 1, isLittle)
    view.setUint32(entry + 8, value, isLittle)
  }
  return new Uint8Array(view.buffer)
}

describe('isCameraRaw', () => {
  it.each([true, false])(
    'knows a thumbnail in front, and a DNG, in either byte order (little endian: %s)',
    (isLittle) => {
      expect(
        isCameraRaw(
          tiffOf(
            [
              [0xfe, 1],
              [0x100, 160],
            ],
            isLittle,
          ),
        ),
      ).toBe(true)
      expect(
        isCameraRaw(
          tiffOf(
            [
              [0xfe, 0],
              [0xc612, 0x01040000],
            ],
            isLittle,
          ),
        ),
      ).toBe(true)
      expect(
        isCameraRaw(
          tiffOf(
            [
              [0xfe, 0],
              [0x100, 160],
            ],
            isLittle,
          ),
        ),
      ).toBe(false)
      expect(
        isCameraRaw(
          tiffOf(
            [
              [0xfe, 2],
              [0x100, 160],
            ],
            isLittle,
          ),
        ),
      ).toBe(false)
    },
  )

  it('takes no ordinary TIFF for one', async () => {
    expect(isCameraRaw(await encodeImage(gradient(9, 9, 3), { format: 'tif', quality: 90, timeoutMs: 60_000 }))).toBe(
      false,
    )
  })

  it('reads nothing beyond the end of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (tail, isLittle) => {
        const bytes = Uint8Array.from([...tiffOf([], isLittle).subarray(0, 4), ...tail])
        expect(typeof isCameraRaw(bytes)).toBe('boolean')
      }),
    )
  })

  it('has such a file refused by name instead of decoded as its thumbnail', async () => {
    const error = await rejectionOf(
      decodeImage(
        tiffOf(
          [
            [0xfe, 1],
            [0x100, 160],
          ],
          true,
        ),
        { maxPixels: 1e6, timeoutMs: 60_000 },
      ),
    )
    expect([error.code, error.message]).toEqual([
      'ERR_UNSUPPORTED_IMAGE',
      'the tif is expected to be an image and is a camera raw file, of which only the preview could be read: convert it first',
    ])
  })
})
