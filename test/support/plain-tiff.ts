/** Uncompressed TIFF files of any depth, all samples 0: what sharp's encoder does not write. */

export interface PlainTiff {
  readonly bits: 8 | 16 | 32
  readonly channels: 1 | 3
  /** 1 unsigned integers, 3 floating point. */
  readonly sampleFormat: 1 | 3
}

const SIDE_PX = 8
const SHORT = 3
const LONG = 4

/** 8 x 8 pixels in one strip. */
export function plainTiff({ bits, channels, sampleFormat }: PlainTiff): Uint8Array {
  const stripBytes = (SIDE_PX * SIDE_PX * channels * bits) / 8
  const entries = [
    [256, SHORT, SIDE_PX],
    [257, SHORT, SIDE_PX],
    // one value for all channels is written where several are asked for: a reader takes it for each
    [258, SHORT, bits],
    [259, SHORT, 1],
    [262, SHORT, channels === 3 ? 2 : 1],
    [273, LONG, 8],
    [277, SHORT, channels],
    [278, SHORT, SIDE_PX],
    [279, LONG, stripBytes],
    [339, SHORT, sampleFormat],
  ] as const
  const directoryAt = 8 + stripBytes
  const file = Buffer.alloc(directoryAt + 2 + entries.length * 12 + 4)
  file.write('II*\0', 'latin1')
  file.writeUInt32LE(directoryAt, 4)
  file.writeUInt16LE(entries.length, directoryAt)
  for (const [index, [tag, type, value]] of entries.entries()) {
    const at = directoryAt + 2 + index * 12
    file.writeUInt16LE(tag, at)
    file.writeUInt16LE(type, at + 2)
    file.writeUInt32LE(1, at + 4)
    file.writeUInt32LE(value, at + 8)
  }
  return file
}
