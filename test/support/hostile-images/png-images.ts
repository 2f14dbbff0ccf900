/** PNG: W3C Portable Network Graphics (Third Edition). Bombs, lies and broken chunks. */

import { crc32, deflateSync } from 'node:zlib'
import { ascii, join, noise, u8, u16be, u32be, zeros } from './binary.ts'
import { type HostileImage, hostile } from './hostile-image.ts'
import { type Samples, sampleImage } from './samples.ts'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const GRAY = 0
const RGB = 2
const PALETTE = 3

function chunk(type: string, data: Uint8Array = zeros(0), crc?: number): Buffer {
  const body = join(ascii(type), data)
  return join(u32be(data.length), body, u32be(crc ?? crc32(body)))
}

const header = (widthPx: number, heightPx: number, bits = 8, colour = GRAY, interlace = 0): Buffer =>
  chunk('IHDR', join(u32be(widthPx), u32be(heightPx), Buffer.from([bits, colour, 0, 0, interlace])))

const samplesOf = (bytes: number): Buffer => chunk('IDAT', deflateSync(zeros(bytes), { level: 9 }))
const END = chunk('IEND')
const png = (...chunks: readonly Uint8Array[]): Buffer => join(SIGNATURE, ...chunks)

/** Of gray samples, whole. */
const SMALL = [header(16, 16), samplesOf(17 * 16), END] as const
const [SMALL_HEADER, SMALL_DATA] = SMALL
/** A small image with one more chunk before its samples. */
const withChunk = (extra: Uint8Array): Buffer => png(SMALL_HEADER, extra, SMALL_DATA, END)

const MIB = 1024 * 1024

export async function pngImages({ png: sample }: Samples, seed: number): Promise<HostileImage[]> {
  const of = (name: string, bytes: Uint8Array, fate?: HostileImage['fate']) =>
    hostile(`png-${name}`, 'png', bytes, fate)
  const frame = chunk('fcTL', join(u32be(0), u32be(16), u32be(16), zeros(8), u16be(1), u16be(10), zeros(2)))
  const bomb = deflateSync(zeros(64 * MIB), { level: 9 })
  return [
    of('says-50000x50000', png(header(50_000, 50_000, 8, RGB), samplesOf(1_000), END)),
    of('bomb-of-2500-megapixels', png(header(50_000, 50_000, 1), samplesOf(50_000 * 6_251), END)),
    of('bomb-within-the-limit', png(header(7_000, 7_000), samplesOf(7_001 * 7_000), END), 'done'),
    of(
      'bomb-within-the-limit-interlaced',
      png(header(7_000, 7_000, 8, GRAY, 1), samplesOf(7_001 * 7_100), END),
      'either',
    ),
    of('samples-without-end', png(SMALL_HEADER, samplesOf(256 * MIB), END), 'either'),
    of('samples-for-a-larger-image', png(header(8, 8), samplesOf(17 * 16), END), 'either'),
    of('samples-for-a-smaller-image', png(header(32, 32), samplesOf(17 * 16), END)),
    of('sides-of-2-31', png(header(2 ** 31 - 1, 2 ** 31 - 1), samplesOf(100), END)),
    of('sides-of-2-32', png(header(2 ** 32 - 1, 2 ** 32 - 1), samplesOf(100), END)),
    of('no-width', png(header(0, 16), samplesOf(100), END)),
    of('no-height', png(header(16, 0), samplesOf(100), END)),
    of('1x65535', png(header(1, 65_535), samplesOf(2 * 65_535), END), 'done'),
    of('65535x1', png(header(65_535, 1), samplesOf(65_536), END), 'done'),
    of('one-row-of-40-million', png(header(40_000_000, 1), samplesOf(40_000_001), END), 'either'),
    of('16-bit', await sampleImage().toColourspace('rgb16').png().toBuffer()),
    of('3-bit', png(header(16, 16, 3), samplesOf(17 * 16), END)),
    of('unknown-colour-type', png(header(16, 16, 8, 5), samplesOf(17 * 16), END)),
    of('no-palette', png(header(16, 16, 8, PALETTE), samplesOf(17 * 16), END)),
    of('palette-of-300', png(header(16, 16, 8, PALETTE), chunk('PLTE', zeros(900)), samplesOf(17 * 16), END)),
    of(
      'index-outside-its-palette',
      png(
        header(2, 2, 8, PALETTE),
        chunk('PLTE', zeros(3)),
        chunk('IDAT', deflateSync(Buffer.from([0, 9, 9, 0, 9, 9]))),
        END,
      ),
      'either',
    ),
    of('unknown-filter', png(header(2, 1), chunk('IDAT', deflateSync(Buffer.from([9, 1, 2]))), END)),
    of('wrong-crc-in-its-header', png(chunk('IHDR', SMALL_HEADER.subarray(8, 21), 1), SMALL_DATA, END)),
    of('wrong-crc-of-its-samples', png(SMALL_HEADER, chunk('IDAT', SMALL_DATA.subarray(8, -4), 1), END)),
    of('no-samples', png(SMALL_HEADER, END)),
    of('empty-samples', png(SMALL_HEADER, chunk('IDAT'), END)),
    of('samples-that-are-noise', png(SMALL_HEADER, chunk('IDAT', noise(`${seed}/idat`, 300)), END)),
    of('chunk-of-2-gigabytes', png(SMALL_HEADER, join(u32be(2 ** 31 - 1), ascii('tEXt'), zeros(100)))),
    of('unknown-critical-chunk', withChunk(chunk('ABCD', zeros(10)))),
    of('two-headers', png(SMALL_HEADER, header(50_000, 50_000), SMALL_DATA, END)),
    of('no-end', png(SMALL_HEADER, SMALL_DATA), 'either'),
    of('animated', png(SMALL_HEADER, chunk('acTL', join(u32be(1), u32be(0))), frame, SMALL_DATA, END), 'done'),
    of(
      'animated-with-2-billion-frames',
      png(SMALL_HEADER, chunk('acTL', join(u32be(2 ** 31 - 1), u32be(0))), frame, SMALL_DATA, END),
      'either',
    ),
    of(
      '10000-texts',
      png(SMALL_HEADER, ...Array<Buffer>(10_000).fill(chunk('tEXt', ascii('Comment\0hello'))), SMALL_DATA, END),
      'either',
    ),
    of('text-bomb', withChunk(chunk('zTXt', join(ascii('Comment\0\0'), bomb))), 'either'),
    of('profile-bomb', withChunk(chunk('iCCP', join(ascii('p\0\0'), bomb))), 'either'),
    of(
      'profile-of-noise',
      withChunk(chunk('iCCP', join(ascii('p\0\0'), deflateSync(noise(`${seed}/icc`, 400))))),
      'either',
    ),
    of('exif-of-noise', withChunk(chunk('eXIf', noise(`${seed}/exif`, 400))), 'either'),
    of('gamma-of-zero', withChunk(chunk('gAMA', u32be(0))), 'either'),
    of('chromaticities-of-noise', withChunk(chunk('cHRM', noise(`${seed}/chrm`, 32))), 'either'),
    of('transparency-of-another-kind', withChunk(chunk('tRNS', zeros(200))), 'either'),
    of('zip-behind-it', join(sample, ascii('PK\u0003\u0004'), noise(`${seed}/zip`, 200)), 'done'),
    of('megabytes-behind-it', join(sample, zeros(2 * MIB), u8(1)), 'done'),
  ]
}
