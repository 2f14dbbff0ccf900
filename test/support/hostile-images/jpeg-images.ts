/** JPEG: ITU-T T.81. Scans without end, lies in headers, corrupt metadata. */

import sharp from 'sharp'
import { ascii, join, noise, patched, placeOf, u16be, u16le, u32le, zeros } from './binary.ts'
import { type HostileImage, hostile } from './hostile-image.ts'
import { type Samples, sampleImage } from './samples.ts'

const BASELINE = Buffer.from([0xff, 0xc0])
const SCAN = Buffer.from([0xff, 0xda])
const END = Buffer.from([0xff, 0xd9])

const segment = (marker: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = join(...parts)
  return join(Buffer.from([0xff, marker]), u16be(body.length + 2), body)
}

/** With more segments before its own. */
const withSegments = (sample: Buffer, ...segments: readonly Uint8Array[]): Buffer =>
  join(sample.subarray(0, 2), ...segments, sample.subarray(2))

/** With other sides in its frame header. */
const sized = (sample: Buffer, widthPx: number, heightPx: number): Buffer =>
  patched(sample, placeOf(sample, BASELINE) + 5, join(u16be(heightPx), u16be(widthPx)))

const exif = (...parts: readonly Uint8Array[]): Buffer => segment(0xe1, ascii('Exif\0\0'), ...parts)
const entry = (tag: number, type: number, count: number, value: number): Buffer =>
  join(u16le(tag), u16le(type), u32le(count), u32le(value))
const TIFF_START = join(ascii('II*\0'), u32le(8))
const profile = (part: number, parts: number, body: Uint8Array): Buffer =>
  segment(0xe2, ascii('ICC_PROFILE\0'), Buffer.from([part, parts]), body)

/** The last scan of a progressive image again and again, each as if it were the first: each costs a pass over all blocks. */
function manyScans(progressive: Buffer, count: number): Buffer {
  const last = progressive.subarray(progressive.lastIndexOf(SCAN), -2)
  const precisionAt = 2 + last.readUInt16BE(2) - 1
  const scan = patched(last, precisionAt, Buffer.from([0]))
  return join(progressive.subarray(0, -2), ...Array<Buffer>(count).fill(scan), END)
}

export async function jpegImages({ jpg: sample }: Samples, seed: number): Promise<HostileImage[]> {
  const of = (name: string, bytes: Uint8Array, fate?: HostileImage['fate']) =>
    hostile(`jpg-${name}`, 'jpg', bytes, fate)
  const frameAt = placeOf(sample, BASELINE)
  const scanAt = placeOf(sample, SCAN)
  const progressive = await sampleImage().jpeg({ progressive: true }).toBuffer()
  const large = sharp({ create: { width: 4_000, height: 4_000, channels: 3, background: 'gray' } })
  const largeProgressive = await large.jpeg({ progressive: true }).toBuffer()
  return [
    of('says-50000x50000', sized(sample, 50_000, 50_000)),
    of('says-7000x7000', sized(sample, 7_000, 7_000)),
    of('says-65535x700', sized(sample, 65_535, 700)),
    of('no-width', sized(sample, 0, 48)),
    of('no-height', sized(sample, 64, 0)),
    of('1x65500', await sampleImage(1, 65_500).jpeg().toBuffer(), 'done'),
    of('65500x1', await sampleImage(65_500, 1).jpeg().toBuffer(), 'done'),
    // more than libjpeg takes, though the format holds it
    of('1x65535', sized(await sampleImage(1, 65_500).jpeg().toBuffer(), 1, 65_535)),
    of('65535x1', sized(await sampleImage(65_500, 1).jpeg().toBuffer(), 65_535, 1)),
    of('progressive', progressive, 'done'),
    of('cmyk', await sampleImage().toColourspace('cmyk').jpeg().toBuffer(), 'done'),
    of('5000-scans', manyScans(progressive, 5_000), 'either'),
    of('1000-scans-of-16-megapixels', manyScans(largeProgressive, 1_000), 'either'),
    of('80-scans-of-16-megapixels', manyScans(largeProgressive, 80), 'either'),
    of('12-bit', patched(sample, frameAt + 4, Buffer.from([12]))),
    of('arithmetic', patched(sample, frameAt + 1, Buffer.from([0xc9])), 'either'),
    of('lossless', patched(sample, frameAt + 1, Buffer.from([0xc3]))),
    of('hierarchical', patched(sample, frameAt + 1, Buffer.from([0xc5]))),
    of('255-components', patched(sample, frameAt + 9, Buffer.from([255]))),
    of('sampling-of-15x15', patched(sample, frameAt + 11, Buffer.from([0xff]))),
    of('sampling-of-0', patched(sample, frameAt + 11, Buffer.from([0]))),
    of('two-frames', join(sample.subarray(0, scanAt), sample.subarray(frameAt, scanAt), sample.subarray(scanAt))),
    of('no-frame', join(sample.subarray(0, frameAt), sample.subarray(scanAt))),
    of('no-scan', join(sample.subarray(0, scanAt), END)),
    of('no-tables', join(sample.subarray(0, 2), sample.subarray(frameAt)), 'either'),
    of('scan-of-noise', join(sample.subarray(0, scanAt + 14), noise(`${seed}/scan`, 2_000), END), 'either'),
    of(
      'scan-of-restarts',
      join(sample.subarray(0, scanAt + 14), Buffer.alloc(4_000, Buffer.from([0xff, 0xd0])), END),
      'either',
    ),
    of('segment-of-length-0', withSegments(sample, Buffer.from([0xff, 0xe5, 0, 0])), 'either'),
    of('2000-segments', withSegments(sample, ...Array<Buffer>(2_000).fill(segment(0xe9, zeros(100)))), 'done'),
    of(
      '300-comments-of-64-kilobytes',
      withSegments(sample, ...Array<Buffer>(30).fill(segment(0xfe, zeros(65_500)))),
      'done',
    ),
    of('exif-of-noise', withSegments(sample, exif(noise(`${seed}/exif`, 500))), 'done'),
    of(
      'exif-that-points-to-itself',
      withSegments(sample, exif(TIFF_START, u16le(1), entry(0x8769, 4, 1, 8), u32le(8))),
      'done',
    ),
    of(
      'exif-with-a-value-of-4-gigabytes',
      withSegments(sample, exif(TIFF_START, u16le(1), entry(0x010e, 2, 0xffff_ffff, 0xffff_fff0), u32le(0))),
      'done',
    ),
    of('exif-with-65535-entries', withSegments(sample, exif(TIFF_START, u16le(65_535), zeros(100))), 'done'),
    of(
      'exif-orientation-99',
      withSegments(sample, exif(TIFF_START, u16le(1), entry(0x0112, 3, 1, 99), u32le(0))),
      'done',
    ),
    of(
      'exif-orientation-6',
      withSegments(sample, exif(TIFF_START, u16le(1), entry(0x0112, 3, 1, 6), u32le(0))),
      'done',
    ),
    of('profile-of-noise', withSegments(sample, profile(1, 1, noise(`${seed}/icc`, 600))), 'either'),
    of('profile-with-254-parts-missing', withSegments(sample, profile(1, 255, noise(`${seed}/part`, 600))), 'either'),
    of(
      'profile-that-says-4-gigabytes',
      withSegments(sample, profile(1, 1, join(Buffer.alloc(4, 0xff), zeros(200)))),
      'either',
    ),
    of(
      'xmp-with-an-entity-bomb',
      withSegments(
        sample,
        segment(
          0xe1,
          ascii(
            'http://ns.adobe.com/xap/1.0/\0<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;&b;</x>',
          ),
        ),
      ),
      'done',
    ),
    of('gain-map-of-noise', withSegments(sample, segment(0xe2, ascii('MPF\0'), noise(`${seed}/mpf`, 200))), 'done'),
    of('zip-behind-it', join(sample, ascii('PK\u0003\u0004'), noise(`${seed}/zip`, 200)), 'done'),
    of(
      'script-in-a-comment',
      withSegments(sample, segment(0xfe, ascii('<?php system($_GET["x"]); ?><script>alert(1)</script>'))),
      'done',
    ),
    of('rest-of-it-twice', join(sample, sample), 'done'),
  ]
}
