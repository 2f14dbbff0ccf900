import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeImage } from '../../../src/cv/codec/decode.ts'
import { decodeWithTurbo } from '../../../src/cv/codec/jpeg-turbo.ts'
import { readPlainJpeg } from '../../../src/cv/codec/plain-jpeg.ts'

const OPTIONS = { maxPixels: 50_000_000, timeoutMs: 60_000 }
const PHOTO = readFileSync(join(import.meta.dirname, '../../../data/images/rocket.jpg'))

const photo = (): ReturnType<typeof sharp> => sharp(PHOTO).resize(161, 107).toColourspace('srgb')
const plainPhoto = async (options = {}): Promise<Buffer> => await photo().jpeg(options).toBuffer()

/** The same file with one more segment behind its start. */
function withSegment(jpeg: Buffer, marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(content.length + 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)])
}

describe('plain JPEGs', () => {
  it.each(['4:2:0', '4:4:4'])('are read without libvips: colour at %s', async (chromaSubsampling) => {
    expect(readPlainJpeg(await plainPhoto({ chromaSubsampling }))).toEqual({ widthPx: 161, heightPx: 107, channels: 3 })
  })

  it('are read without libvips: gray', async () => {
    const gray = await photo().toColourspace('b-w').jpeg().toBuffer()
    expect(readPlainJpeg(gray)).toEqual({ widthPx: 161, heightPx: 107, channels: 1 })
  })

  it.each(['4:2:0', '4:4:4', 'gray'])('have nearly the samples that libvips gives: %s', async (kind) => {
    const image = kind === 'gray' ? photo().toColourspace('b-w') : photo()
    const jpeg = await image.jpeg(kind === 'gray' ? {} : { chromaSubsampling: kind }).toBuffer()
    const ours = (await decodeImage(jpeg, OPTIONS)).pixels
    const { data, info } = await sharp(jpeg)
      .toColourspace(kind === 'gray' ? 'b-w' : 'srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([ours.widthPx, ours.heightPx, ours.channels]).toEqual([info.width, info.height, info.channels])
    const differences = ours.data.map((sample, at) => Math.abs(sample - (data[at] ?? 0)))
    expect(Math.max(...differences)).toBeLessThanOrEqual(8)
    expect(differences.reduce((sum, difference) => sum + difference, 0) / data.length).toBeLessThan(1.5)
  })

  it('are upright: an orientation leaves a photo to libvips, which turns it', async () => {
    const oriented = async (orientation: number): Promise<Buffer> => {
      const tiff = Buffer.from('II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0', 'latin1')
      tiff[18] = orientation
      return withSegment(await plainPhoto(), 0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]))
    }
    const turned = await oriented(6)
    expect(readPlainJpeg(await oriented(1))).toMatchObject({ widthPx: 161 })
    expect(readPlainJpeg(turned)).toBeUndefined()
    expect((await decodeImage(turned, OPTIONS)).pixels).toMatchObject({ widthPx: 107, heightPx: 161 })
  })

  it.each([
    ['a colour profile', async () => await photo().withIccProfile('p3').jpeg().toBuffer()],
    ['several scans', () => plainPhoto({ progressive: true })],
    ['CMYK', async () => await photo().toColourspace('cmyk').jpeg().toBuffer()],
    [
      'an Adobe marker',
      async () => withSegment(await plainPhoto(), 0xee, Buffer.from('Adobe\0d\0\0\0\0\0\x01', 'latin1')),
    ],
    [
      'EXIF that cannot be read',
      async () => withSegment(await plainPhoto(), 0xe1, Buffer.from('Exif\0\0II', 'latin1')),
    ],
    ['a second scan', async () => Buffer.concat([await plainPhoto(), Buffer.from([0xff, 0xda, 0, 8])])],
    ['no scan', async () => (await plainPhoto()).subarray(0, 200)],
    ['another format', async () => await photo().png().toBuffer()],
  ])('have not %s', async (_what, make) => {
    expect(readPlainJpeg(await make())).toBeUndefined()
  })

  it('never make their reader fail, wherever they are cut and whatever is in them', async () => {
    const jpeg = await photo()
      .withExif({ IFD0: { Make: 'Murmur' } })
      .jpeg()
      .toBuffer()
    for (let at = 0; at < 700; at++) {
      readPlainJpeg(jpeg.subarray(0, at))
      const damaged = Buffer.from(jpeg)
      damaged[at] = (damaged[at] ?? 0) ^ 0xff
      const header = readPlainJpeg(damaged)
      if (header) decodeWithTurbo(damaged, { ...header, widthPx: Math.min(header.widthPx, 4096) })
    }
  })

  it('that are cut off are refused as by libvips', async () => {
    const jpeg = await plainPhoto()
    await expect(decodeImage(jpeg.subarray(0, jpeg.length - 900), OPTIONS)).rejects.toMatchObject({
      code: 'ERR_NOT_AN_IMAGE',
    })
  })

  it('that libjpeg only warns about are decoded all the same', async () => {
    const jpeg = await plainPhoto()
    const garbage = Buffer.concat([jpeg.subarray(0, -2), Buffer.from([0xab, 0xcd, 0xef]), jpeg.subarray(-2)])
    expect((await decodeImage(garbage, OPTIONS)).pixels.widthPx).toBe(161)
  })
})
