/** TIFF 6.0 and BigTIFF: directories without end, strips and tiles that lie, samples of every kind. */

import { deflateSync } from 'node:zlib'
import { ascii, join, noise, u16le, u32le, u64le, zeros } from './binary.ts'
import { type HostileImage, hostile } from './hostile-image.ts'
import { type Samples, sampleImage } from './samples.ts'

const SHORT = 3
const LONG = 4
const TAGS = {
  subfile: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  offsets: 273,
  channels: 277,
  rowsPerStrip: 278,
  sizes: 279,
  planar: 284,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileSizes: 325,
  subDirectories: 330,
  sampleFormat: 339,
} as const
type Tag = keyof typeof TAGS

const START = 8
const SIDE_PX = 16

/** A gray image of 16 x 16 with some tags changed; its directory is the first thing, its samples follow. */
function tiff(
  changes: Partial<Record<Tag, number>> = {},
  { data = zeros(SIDE_PX * SIDE_PX), next = 0 }: { data?: Uint8Array; next?: number } = {},
): Buffer {
  const { tileWidth } = changes
  const usual = { width: SIDE_PX, height: SIDE_PX, bits: 8, compression: 1, photometric: 1, channels: 1 }
  const places = tileWidth === undefined ? { offsets: -1, rowsPerStrip: SIDE_PX, sizes: data.length } : {}
  const tags: Partial<Record<Tag, number>> = { ...usual, ...places, ...changes }
  const names = (Object.keys(TAGS) as Tag[]).filter((name) => tags[name] !== undefined)
  const dataAt = START + 2 + names.length * 12 + 4
  const entries = names.map((name) => {
    const value = tags[name] === -1 ? dataAt : (tags[name] ?? 0)
    return join(u16le(TAGS[name]), u16le(value > 65_535 ? LONG : SHORT), u32le(1), u32le(value))
  })
  return join(ascii('II*\0'), u32le(START), u16le(names.length), ...entries, u32le(next), data)
}

const tiles = (changes: Partial<Record<Tag, number>>): Buffer =>
  tiff({ tileWidth: 16, tileHeight: 16, tileOffsets: -1, tileSizes: 256, ...changes })

/** The same small image, `count` directories long. */
function pages(count: number): Buffer {
  const sizeBytes = START + 2 + 9 * 12 + 4
  const page = tiff().subarray(START, sizeBytes)
  const directories = Array.from({ length: count }, (_, index) => {
    const copy = Buffer.from(page)
    const isLast = index === count - 1
    copy.writeUInt32LE(isLast ? 0 : START + (index + 1) * page.length, page.length - 4)
    // all share the samples behind the last one
    const offsetAt = copy.indexOf(u16le(TAGS.offsets)) + 8
    copy.writeUInt16LE(0, offsetAt)
    return copy
  })
  return join(ascii('II*\0'), u32le(START), ...directories, zeros(SIDE_PX * SIDE_PX))
}

const bigTiff = (widthPx: number): Buffer =>
  join(
    ...[ascii('II+\0'), u16le(8), u16le(0), u64le(16), u64le(2)],
    ...[TAGS.width, TAGS.height].map((tag) => join(u16le(tag), u16le(LONG), u64le(1), u64le(widthPx))),
    u64le(0),
  )

export async function tiffImages({ tif: sample }: Samples, seed: number): Promise<HostileImage[]> {
  const of = (name: string, bytes: Uint8Array, fate?: HostileImage['fate']) =>
    hostile(`tif-${name}`, 'tif', bytes, fate)
  const bomb = deflateSync(zeros(64 * 1024 * 1024), { level: 9 })
  const DEFLATE = 8
  return [
    of('says-50000x50000', tiff({ width: 50_000, height: 50_000 })),
    of('says-50000x50000-in-tiles', tiles({ width: 50_000, height: 50_000 })),
    of('says-50000x50000-in-big', bigTiff(50_000)),
    of('sides-of-2-31', tiff({ width: 2 ** 31 - 1, height: 2 ** 31 - 1 })),
    of('no-width', tiff({ width: 0 })),
    of('no-directory', join(ascii('II*\0'), u32le(0))),
    of('directory-behind-its-end', join(ascii('II*\0'), u32le(0xffff_fff0))),
    of('directory-that-points-to-itself', tiff({}, { next: START }), 'either'),
    of('sub-directory-that-points-to-itself', tiff({ subDirectories: START }), 'either'),
    of('directory-of-65535-entries', join(ascii('II*\0'), u32le(8), u16le(65_535), zeros(500))),
    of('2-pages', pages(2), 'either'),
    of('10000-pages', pages(10_000), 'either'),
    of('1x65535', await sampleImage(1, 65_535).tiff({ compression: 'lzw' }).toBuffer(), 'done'),
    of('65535x1', await sampleImage(65_535, 1).tiff({ compression: 'lzw' }).toBuffer(), 'done'),
    of('plain', tiff(), 'done'),
    of('strip-behind-its-end', tiff({ offsets: 1_000_000 })),
    of('strip-of-4-gigabytes', tiff({ sizes: 0xffff_ffff }), 'either'),
    of('strip-of-7000x7000-in-one', tiff({ width: 7_000, height: 7_000, rowsPerStrip: 7_000, sizes: 256 })),
    of('strip-of-no-rows', tiff({ rowsPerStrip: 0 }), 'either'),
    of('strip-of-no-bytes', tiff({ sizes: 0 }), 'either'),
    of('tiles-of-2-billion', tiles({ tileWidth: 2 ** 31 - 16, tileHeight: 2 ** 31 - 16 })),
    of('tiles-of-65520', tiles({ tileWidth: 65_520, tileHeight: 65_520 })),
    of('tiles-of-6000', tiles({ tileWidth: 6_000, tileHeight: 6_000 }), 'either'),
    of('tiles-of-0', tiles({ tileWidth: 0, tileHeight: 0 })),
    of('tiles-of-15', tiles({ tileWidth: 15, tileHeight: 15 }), 'either'),
    of('tiles-behind-their-end', tiles({ tileOffsets: 1_000_000 })),
    of('deflate-bomb', tiff({ compression: DEFLATE }, { data: bomb }), 'either'),
    of(
      'deflate-bomb-within-the-limit',
      tiff(
        { compression: DEFLATE, width: 7_000, height: 7_000, rowsPerStrip: 7_000 },
        { data: deflateSync(zeros(49_000_000)) },
      ),
      'either',
    ),
    of('deflate-of-noise', tiff({ compression: DEFLATE }, { data: noise(`${seed}/deflate`, 300) })),
    of('lzw-of-noise', tiff({ compression: 5 }, { data: noise(`${seed}/lzw`, 300) }), 'either'),
    of('packbits-of-noise', tiff({ compression: 32_773 }, { data: noise(`${seed}/pack`, 300) }), 'either'),
    of(
      'fax-of-noise',
      tiff({ compression: 4, bits: 1, photometric: 0 }, { data: noise(`${seed}/fax`, 300) }),
      'either',
    ),
    of('jpeg-of-noise', tiff({ compression: 7 }, { data: noise(`${seed}/jpeg`, 300) })),
    of('old-jpeg', tiff({ compression: 6, photometric: 6, channels: 3 }, { data: noise(`${seed}/ojpeg`, 800) })),
    ...[34_712, 33_005, 34_887, 34_925, 50_000, 50_001, 50_002, 12_345].map((compression) =>
      of(`compression-${compression}`, tiff({ compression }, { data: noise(`${seed}/${compression}`, 300) })),
    ),
    of('16-bit', await sampleImage().toColourspace('rgb16').tiff({ compression: 'lzw' }).toBuffer()),
    of('32-bit', tiff({ bits: 32 }, { data: zeros(1_024) })),
    of('64-bit', tiff({ bits: 64 }, { data: zeros(2_048) })),
    of('float', tiff({ bits: 32, sampleFormat: 3 }, { data: zeros(1_024) })),
    of('complex', tiff({ bits: 64, sampleFormat: 6 }, { data: zeros(2_048) })),
    of('0-bit', tiff({ bits: 0 })),
    of('1-bit', tiff({ bits: 1 }), 'either'),
    of('3-bit', tiff({ bits: 3 }), 'either'),
    of('65535-bit', tiff({ bits: 65_535 })),
    of('no-channels', tiff({ channels: 0 })),
    of('65535-channels', tiff({ channels: 65_535 })),
    of('9-channels', tiff({ channels: 9 }, { data: zeros(256 * 9) })),
    of('palette-without-one', tiff({ photometric: 3 }), 'either'),
    of('unknown-colours', tiff({ photometric: 77 }), 'either'),
    of('ycbcr-of-one-channel', tiff({ photometric: 6 }), 'either'),
    of('cmyk', await sampleImage().toColourspace('cmyk').tiff().toBuffer(), 'done'),
    of('planes-apart', tiff({ planar: 2, channels: 3, photometric: 2 }), 'either'),
    of('camera-raw', tiff({ subfile: 1 })),
    of('samples-missing', sample.subarray(0, 200)),
  ]
}
