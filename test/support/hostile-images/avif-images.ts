/** AVIF: ISO/IEC 23008-12 in ISO/IEC 14496-12 boxes. Boxes that lie, and other things in such boxes. */

import { ascii, join, noise, patched, placeOf, u32be, zeros } from './binary.ts'
import { type HostileImage, hostile } from './hostile-image.ts'
import type { Samples } from './samples.ts'

const box = (type: string, ...parts: readonly Uint8Array[]): Buffer => {
  const body = join(...parts)
  return join(u32be(body.length + 8), ascii(type), body)
}
const brands = (...names: readonly string[]): Buffer =>
  box('ftyp', ascii(names[0] ?? ''), zeros(4), ascii(names.join('')))

/** Boxes in boxes. */
function nested(depth: number): Buffer {
  const heads = Array.from({ length: depth }, (_, index) => join(u32be((depth - index) * 12), ascii('meta'), zeros(4)))
  return join(...heads)
}

export function avifImages({ avif: sample }: Samples, seed: number): HostileImage[] {
  const of = (name: string, bytes: Uint8Array, fate?: HostileImage['fate']) =>
    hostile(`avif-${name}`, 'avif', bytes, fate)
  const sizeAt = placeOf(sample, ascii('ispe')) + 8
  const bodyAt = sample.lastIndexOf(ascii('mdat')) + 4
  const place = placeOf(sample, ascii('iloc')) + 4
  const start = brands('avif', 'mif1', 'miaf')
  return [
    of('says-50000x50000', patched(sample, sizeAt, join(u32be(50_000), u32be(50_000)))),
    of('says-2-32-squared', patched(sample, sizeAt, Buffer.alloc(8, 0xff))),
    of('says-7000x7000', patched(sample, sizeAt, join(u32be(7_000), u32be(7_000)))),
    of('says-0x0', patched(sample, sizeAt, zeros(8))),
    of('samples-of-noise', patched(sample, bodyAt, noise(`${seed}/mdat`, Math.min(200, sample.length - bodyAt)))),
    of('samples-of-zeros', patched(sample, bodyAt, zeros(sample.length - bodyAt))),
    of('samples-somewhere-else', patched(sample, place + 8, noise(`${seed}/iloc`, 12)), 'either'),
    of('called-a-sequence', patched(sample, 8, ascii('avis')), 'either'),
    of('only-brands', start),
    of('brands-of-length-0', patched(sample, 0, zeros(4)), 'either'),
    of('brands-of-4-gigabytes', patched(sample, 0, Buffer.alloc(4, 0xff)), 'either'),
    of('10000-boxes-in-each-other', join(start, nested(10_000))),
    of('100000-empty-boxes', join(start, ...Array<Buffer>(100_000).fill(box('free'))), 'failed'),
    of('box-of-4-gigabytes', join(start, u32be(0xffff_ffff), ascii('meta'), zeros(100))),
    of('hevc-in-it', patched(sample, placeOf(sample, ascii('av01')), ascii('hvc1'))),
    of('heic', join(brands('heic', 'mif1'), sample.subarray(sample.readUInt32BE(0)))),
    of('mp4', join(brands('isom', 'mp42'), box('moov', box('mvhd', zeros(100))))),
    of('another-item', patched(sample, placeOf(sample, ascii('pitm')) + 8, Buffer.from([0xff, 0xff]))),
  ]
}
