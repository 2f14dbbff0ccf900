/** What `--keep-metadata` keeps, from bytes to bytes, for each format that can hold it. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { MAX_METADATA_BYTES } from '../../../src/base/limits.ts'
import { decodeImage } from '../../../src/cv/codec/decode.ts'
import { encodeImage } from '../../../src/cv/codec/encode.ts'
import { readFrom } from '../../../src/cv/codec/header.ts'
import { encodeFromRawFile, readFileMetadata } from '../../../src/cv/codec/huge-file.ts'
import { type ImageMetadata, readImageMetadata } from '../../../src/cv/codec/metadata.ts'
import { encodeRawTiff } from '../../../src/cv/codec/raw-tiff.ts'
import { sniffImageFormat } from '../../../src/cv/codec/sniff.ts'
import { IMAGE_FORMATS, type ImageFormat } from '../../../src/cv/formats.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { makeExif, readExif } from '../../support/exif-fields.ts'
import { iptcRecord, jpegWith, pngWith, XMP_TEXT } from '../../support/images-with-metadata.ts'
import { flat, gradient } from '../../support/sample-images.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const XMP = Buffer.from(XMP_TEXT)
const UPRIGHT_XMP = XMP_TEXT.replace('tiff:Orientation="6"', 'tiff:Orientation="1"')
const EXIF = makeExif({ orientation: 6, copyright: 'somebody', colorSpace: 65535, latitude: 52 })
const KEPT_EXIF = { copyright: 'somebody', colorSpace: 1, latitude: 52, isThumbnailThere: false }
const IPTC = iptcRecord('headline')

function formatOf(bytes: Uint8Array): ImageFormat {
  const format = sniffImageFormat(bytes)
  if (format === undefined) throw new Error('no image')
  return format
}

const metadataOf = (bytes: Uint8Array): Promise<ImageMetadata> =>
  readImageMetadata(bytes, formatOf(bytes), readFrom(bytes))

/** A TIFF says nothing of it: upright. */
function keptExif(exif: Uint8Array | undefined): ReturnType<typeof readExif> {
  if (exif === undefined) throw new Error('no EXIF')
  const fields = readExif(exif)
  expect(fields.orientation ?? 1).toBe(1)
  return fields
}

/** Encodes pixels of its own with the metadata of an image. */
async function carried(input: Uint8Array, format: ImageFormat, pixels = gradient(24, 16, 3)): Promise<Uint8Array> {
  return await encodeImage(pixels, { format, quality: 90, timeoutMs: 60_000, metadata: await metadataOf(input) })
}

const decoded = async (bytes: Uint8Array): Promise<Pixels> =>
  (await decodeImage(bytes, { maxPixels: 1_000_000, timeoutMs: 60_000 })).pixels

const full = (): Promise<Buffer> => jpegWith(gradient(30, 20, 3), { exif: EXIF, xmp: XMP, iptc: IPTC })

describe('metadata that is kept', () => {
  it.each(['jpg', 'png', 'webp', 'avif', 'tif'] as const)(
    'is in a %s: EXIF with its place, XMP, and true of upright sRGB pixels',
    async (format) => {
      const output = await carried(await full(), format)
      const { exif, xmp } = await metadataOf(output)
      expect(keptExif(exif)).toMatchObject(KEPT_EXIF)
      expect(Buffer.from(xmp ?? []).toString()).toBe(UPRIGHT_XMP)
      const { orientation, icc, width, height } = await sharp(output).metadata()
      expect([orientation ?? 1, icc, width, height]).toEqual([1, undefined, 24, 16])
    },
  )

  it.each(['jpg', 'tif'] as const)('is in a %s: IPTC', async (format) => {
    const { iptc } = await metadataOf(await carried(await full(), format))
    expect(Buffer.from(iptc ?? []).toString('latin1')).toBe(IPTC.toString('latin1'))
  })

  it('goes from any of these formats to any other', async () => {
    for (const from of ['png', 'webp', 'avif', 'tif'] as const) {
      const middle = await carried(await full(), from)
      for (const to of ['jpg', 'tif'] as const) {
        const { exif, xmp } = await metadataOf(await carried(middle, to))
        expect(keptExif(exif), `${from} to ${to}`).toMatchObject(KEPT_EXIF)
        expect(Buffer.from(xmp ?? []).toString(), `${from} to ${to}`).toBe(UPRIGHT_XMP)
      }
    }
  })

  it.each(IMAGE_FORMATS)('changes no pixel of a %s, whatever its channels', async (format) => {
    const metadata = await metadataOf(await full())
    for (const channels of [1, 2, 3, 4] as const) {
      const pixels = gradient(24, 16, channels)
      if (format === 'jpg') for (let at = channels - 1; at < pixels.data.length; at += channels) pixels.data[at] = 255
      // up to 95 a small jpg without metadata is made by another encoder
      const plain = await encodeImage(pixels, { format, quality: 96, timeoutMs: 60_000 })
      const carrying = await encodeImage(pixels, { format, quality: 96, timeoutMs: 60_000, metadata })
      expect(await decoded(carrying), `${channels} channels`).toEqual(await decoded(plain))
    }
  })

  it('is the same bytes every time', async () => {
    for (const format of IMAGE_FORMATS) {
      const [one, other] = [await carried(await full(), format), await carried(await full(), format)]
      expect(Buffer.compare(one, other), format).toBe(0)
    }
  })

  it('has the resolution of the input', async () => {
    const input = await sharp(await full())
      .keepMetadata()
      .withDensity(300)
      .jpeg()
      .toBuffer()
    for (const format of ['jpg', 'png', 'tif'] as const) {
      expect((await sharp(await carried(input, format)).metadata()).density, format).toBe(300)
    }
  })

  it('is read in either byte order, also of a tif', async () => {
    const input = await jpegWith(flat(9, 9, 3, 7), {
      exif: makeExif({ ...readExif(EXIF), byteOrder: 'MM', orientation: 8 }),
    })
    for (const format of ['jpg', 'tif'] as const) {
      const { exif } = await metadataOf(await carried(input, format))
      expect(keptExif(exif)).toMatchObject(KEPT_EXIF)
    }
  })

  it('has no thumbnail, which would show what was cropped away', async () => {
    const thumbnail = await jpegWith(flat(16, 16, 3, 200), {})
    const exif = makeExif({ copyright: 'me', thumbnail })
    expect(readExif(exif).isThumbnailThere).toBe(true)
    for (const format of ['jpg', 'png', 'webp', 'avif', 'tif'] as const) {
      const output = Buffer.from(await carried(await jpegWith(flat(9, 9, 3, 7), { exif }), format))
      expect(output.includes(thumbnail.subarray(0, 200)), format).toBe(false)
    }
  })

  it('is not what an encoder writes without it', async () => {
    for (const format of IMAGE_FORMATS) {
      const plain = await encodeImage(gradient(24, 16, 3), { format, quality: 90, timeoutMs: 60_000 })
      const { exif, xmp, iptc } = await metadataOf(plain)
      expect([exif, xmp, iptc], format).toEqual([undefined, undefined, undefined])
    }
  })

  it('goes onto a huge image in the same way, from file to file', async () => {
    const folder = await temporaryFolder()
    const pixels = gradient(40, 30, 3)
    const [source, stitched] = [join(folder, 'source.jpg'), join(folder, 'stitched.tif')]
    await writeFile(source, await full())
    await writeFile(stitched, encodeRawTiff(pixels))
    const metadata = await readFileMetadata(source, 'jpg')
    for (const format of ['jpg', 'png', 'webp', 'avif', 'tif'] as const) {
      const target = join(folder, `output.${format}`)
      await encodeFromRawFile(stitched, target, pixels, { format, quality: 90, timeoutMs: 60_000, metadata })
      const { exif, xmp } = await readFileMetadata(target, format)
      expect(keptExif(exif), format).toMatchObject(KEPT_EXIF)
      expect(Buffer.from(xmp ?? []).toString(), format).toBe(UPRIGHT_XMP)
      if (format === 'tif') expect(Buffer.compare(await sharp(target).raw().toBuffer(), pixels.data)).toBe(0)
    }
  })
})

describe('metadata that is broken', () => {
  const outputs = ['jpg', 'png', 'webp', 'tif'] as const

  it('never fails an image: any damage to EXIF, in any output', { timeout: 30_000 }, async () => {
    const damaged = fc.tuple(
      fc.constantFrom(...outputs),
      fc.oneof(
        fc.uint8Array({ maxLength: 80 }),
        fc.array(fc.tuple(fc.nat(EXIF.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }).map((changes) => {
          const bytes = new Uint8Array(EXIF)
          for (const [at, value] of changes) bytes[at] = value
          return bytes
        }),
        fc.nat(EXIF.length).map((length) => new Uint8Array(EXIF.subarray(0, length))),
      ),
    )
    await fc.assert(
      fc.asyncProperty(damaged, async ([format, exif]) => {
        const output = await carried(await pngWith(flat(8, 8, 3, 90), { exif }), format)
        const pixels = await decoded(output)
        expect([pixels.widthPx, pixels.heightPx]).toEqual([24, 16])
      }),
      { numRuns: 150 },
    )
  })

  it.each(['photographer\0editor', '\0'.repeat(12)])('never fails an image: the copyright %j', async (copyright) => {
    const exif = makeExif({ copyright })
    for (const format of outputs) {
      const output = await carried(await jpegWith(flat(8, 8, 3, 90), { exif }), format)
      expect((await decoded(output)).widthPx).toBe(24)
    }
  })

  it('is left out, and what is whole is kept', async () => {
    const input = await jpegWith(flat(8, 8, 3, 90), { exif: Buffer.from('II no directory at all'), xmp: XMP })
    const { exif, xmp } = await metadataOf(input)
    expect([exif, Buffer.from(xmp ?? []).toString()]).toEqual([undefined, UPRIGHT_XMP])
  })

  it('is left out where it is larger than the bound', async () => {
    const xmp = Buffer.concat([XMP, Buffer.alloc(MAX_METADATA_BYTES, ' ')])
    const input = await pngWith(flat(8, 8, 3, 90), { exif: EXIF, xmp })
    expect((await sharp(input).metadata()).xmp?.length).toBe(xmp.length)
    const kept = await metadataOf(input)
    expect(kept.xmp).toBeUndefined()
    expect(keptExif(kept.exif).copyright).toBe('somebody')
  })
})
