/** WebP: RFC 9649. Containers that lie about their frames. */

import { ascii, join, noise, patched, u8, u24le, u32le, zeros } from './binary.ts'
import { type HostileImage, hostile } from './hostile-image.ts'
import { type Samples, sampleImage } from './samples.ts'

const chunk = (type: string, body: Uint8Array, size = body.length): Buffer =>
  join(ascii(type), u32le(size), body, zeros(body.length % 2))
const webp = (...chunks: readonly Uint8Array[]): Buffer => {
  const body = join(ascii('WEBP'), ...chunks)
  return join(ascii('RIFF'), u32le(body.length), body)
}
const canvas = (flags: number, widthPx: number, heightPx: number): Buffer =>
  chunk('VP8X', join(u8(flags), zeros(3), u24le(widthPx - 1), u24le(heightPx - 1)))

const ANIMATED = 0x02
const EXIF = 0x08
const ALPHA = 0x10
const PROFILE = 0x20

export async function webpImages({ webp: sample }: Samples, seed: number): Promise<HostileImage[]> {
  const of = (name: string, bytes: Uint8Array, fate?: HostileImage['fate']) =>
    hostile(`webp-${name}`, 'webp', bytes, fate)
  const lossless = await sampleImage().webp({ lossless: true }).toBuffer()
  const picture = sample.subarray(12)
  const animation = chunk('ANIM', zeros(6))
  const frame = chunk('ANMF', join(zeros(6), u24le(63), u24le(47), u24le(10), u8(0), picture))
  return [
    of('says-50000x50000', webp(canvas(0, 50_000, 50_000), picture)),
    of('says-50000x50000-animated', webp(canvas(ANIMATED, 50_000, 50_000), animation, frame)),
    of('says-16777216-squared', webp(canvas(0, 2 ** 24, 2 ** 24), picture)),
    of('canvas-larger-than-its-picture', webp(canvas(0, 4_000, 4_000), picture), 'either'),
    of('lossless', lossless, 'done'),
    of('lossless-says-16384x16384', patched(lossless, 21, Buffer.from([0xff, 0xff, 0xff, 0x0f]))),
    of('lossless-noise', patched(lossless, 40, noise(`${seed}/lossless`, 60)), 'either'),
    of('lossy-says-16383x16383', patched(sample, 26, Buffer.from([0xff, 0x3f, 0xff, 0x3f]))),
    of('lossy-says-0x0', patched(sample, 26, zeros(4))),
    of('animated', webp(canvas(ANIMATED, 64, 48), animation, frame, frame), 'done'),
    of('1000-frames', webp(canvas(ANIMATED, 64, 48), animation, ...Array<Buffer>(1_000).fill(frame)), 'done'),
    of('frame-outside-its-canvas', webp(canvas(ANIMATED, 8, 8), animation, frame)),
    of('animated-without-frames', webp(canvas(ANIMATED, 64, 48), animation)),
    of('length-of-4-gigabytes', patched(sample, 4, u32le(0xffff_fffe)), 'either'),
    of('length-of-0', patched(sample, 4, zeros(4)), 'either'),
    of('chunk-of-4-gigabytes', webp(canvas(EXIF, 64, 48), chunk('EXIF', noise(`${seed}/big`, 50), 0xffff_fff0))),
    of('alpha-of-noise', webp(canvas(ALPHA, 64, 48), chunk('ALPH', noise(`${seed}/alpha`, 90)), picture), 'either'),
    of('profile-of-noise', webp(canvas(PROFILE, 64, 48), chunk('ICCP', noise(`${seed}/icc`, 300)), picture), 'either'),
    of('exif-of-noise', webp(canvas(EXIF, 64, 48), picture, chunk('EXIF', noise(`${seed}/exif`, 300))), 'either'),
    of('no-picture', webp(canvas(0, 64, 48))),
    of(
      '10000-unknown-chunks',
      webp(canvas(0, 64, 48), ...Array<Buffer>(10_000).fill(chunk('JUNK', zeros(8))), picture),
      'either',
    ),
  ]
}
