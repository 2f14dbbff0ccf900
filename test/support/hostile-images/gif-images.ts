/** GIF: CompuServe's specification of 1989. Frames and canvases. */

import { ascii, join, patched, u8, u16le, zeros } from './binary.ts'
import { type HostileImage, hostile } from './hostile-image.ts'
import { type Samples, sampleImage } from './samples.ts'

const PALETTE = Buffer.from([0, 0, 0, 255, 255, 255])
const END = u8(0x3b)

const screen = (widthPx: number, heightPx: number): Buffer =>
  join(ascii('GIF89a'), u16le(widthPx), u16le(heightPx), Buffer.from([0x80, 0, 0]), PALETTE)

/** A frame of codes that say less, or more, than its pixels. */
const frame = (left: number, top: number, widthPx: number, heightPx: number, codes: Uint8Array = ONE_PIXEL): Buffer =>
  join(u8(0x2c), u16le(left), u16le(top), u16le(widthPx), u16le(heightPx), u8(0), u8(2), u8(codes.length), codes, u8(0))

/** Clear, white, end. */
const ONE_PIXEL = Buffer.from([0x4c, 0x01])
const COMMENT = join(Buffer.from([0x21, 0xfe, 0xff]), zeros(255), u8(0))

export async function gifImages({ gif: sample }: Samples): Promise<HostileImage[]> {
  const of = (name: string, bytes: Uint8Array, fate?: HostileImage['fate']) =>
    hostile(`gif-${name}`, 'gif', bytes, fate)
  const one = frame(0, 0, 1, 1)
  return [
    // where a canvas is absurd, the decoder goes by the frame
    of('says-50000x50000', patched(sample, 6, join(u16le(50_000), u16le(50_000))), 'either'),
    of('canvas-of-65535x65535', join(screen(65_535, 65_535), one, END), 'either'),
    of('canvas-of-7000x7000', join(screen(7_000, 7_000), one, END), 'either'),
    of('frame-of-65535x65535', join(screen(16, 16), frame(0, 0, 65_535, 65_535), END)),
    of('frame-outside-its-canvas', join(screen(16, 16), frame(60_000, 60_000, 16, 16), END), 'either'),
    of('no-width', join(screen(0, 16), one, END), 'either'),
    of('frame-of-no-width', join(screen(16, 16), frame(0, 0, 0, 0), END), 'either'),
    of('no-frame', join(screen(16, 16), END)),
    of('10000-frames', join(screen(1, 1), ...Array<Buffer>(10_000).fill(one), END), 'done'),
    of('10000-frames-of-a-megapixel', join(screen(1_000, 1_000), ...Array<Buffer>(10_000).fill(one), END), 'either'),
    of('frames-larger-and-larger', join(screen(1, 1), one, frame(0, 0, 60_000, 60_000), END), 'either'),
    of('no-codes', join(screen(16, 16), frame(0, 0, 16, 16, zeros(0)), END), 'either'),
    of('codes-without-an-end', join(screen(16, 16), frame(0, 0, 16, 16, Buffer.alloc(255, 0xff)), END)),
    of(
      'codes-of-12-bits-at-once',
      patched(join(screen(4, 4), frame(0, 0, 4, 4), END), 6 + 7 + 6 + 10, u8(12)),
      'either',
    ),
    of('20000-comments', join(screen(1, 1), ...Array<Buffer>(20_000).fill(COMMENT), one, END), 'done'),
    of('1x65535', await sampleImage(1, 65_535).gif().toBuffer(), 'done'),
    of('65535x1', await sampleImage(65_535, 1).gif().toBuffer(), 'done'),
    of('script', join(ascii('GIF89a/*'), sample.subarray(8), ascii('*/=1;alert(1)')), 'either'),
    of('html-behind-it', join(sample, ascii('<html><script>alert(1)</script></html>')), 'done'),
  ]
}
