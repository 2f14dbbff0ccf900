/**
 * Samples behind a TIFF header: what tiles travel as and images are stitched into. Lossless, and made and read without a
 * codec: the samples lie in one piece behind the header, whose length follows from the size. BigTIFF (little-endian), so
 * that 4 GB are no border; strips of whole rows, so that libvips reads it row by row.
 */

import { MurmurationError } from '../../base/errors.ts'
import { hasAlpha, isChannelCount, type Pixels } from '../pixels.ts'

type Shape = Omit<Pixels, 'data'>

const SHORT = 3
const LONG = 4
const LONG8 = 16
const TYPE_BYTES: Readonly<Record<number, number>> = { [SHORT]: 2, [LONG]: 4, [LONG8]: 8 }
const STRIP_BYTES = 262_144
const DIRECTORY_AT = 16
const ENTRY_BYTES = 20

interface Entry {
  readonly tag: number
  readonly type: number
  readonly values: readonly number[]
}

/** The header for samples of this shape; they follow it at once. */
export function rawTiffHeader(shape: Shape): Uint8Array {
  const { widthPx, heightPx, channels } = shape
  const rowBytes = widthPx * channels
  const rowsPerStrip = Math.max(1, Math.floor(STRIP_BYTES / rowBytes))
  const strips = Math.ceil(heightPx / rowsPerStrip)
  const entriesFor = (dataAt: number): Entry[] => [
    { tag: 256, type: LONG, values: [widthPx] },
    { tag: 257, type: LONG, values: [heightPx] },
    { tag: 258, type: SHORT, values: Array<number>(channels).fill(8) },
    { tag: 259, type: SHORT, values: [1] },
    { tag: 262, type: SHORT, values: [channels <= 2 ? 1 : 2] },
    { tag: 273, type: LONG8, values: range(strips, (index) => dataAt + index * rowsPerStrip * rowBytes) },
    { tag: 277, type: SHORT, values: [channels] },
    { tag: 278, type: LONG, values: [rowsPerStrip] },
    {
      tag: 279,
      type: LONG8,
      values: range(strips, (index) => Math.min(rowsPerStrip, heightPx - index * rowsPerStrip) * rowBytes),
    },
    { tag: 284, type: SHORT, values: [1] },
    // alpha that is not multiplied into the colours
    ...(hasAlpha(channels) ? [{ tag: 338, type: SHORT, values: [2] }] : []),
  ]
  const entryCount = entriesFor(0).length
  const arraysAt = DIRECTORY_AT + 8 + entryCount * ENTRY_BYTES + 8
  const headerBytes = arraysAt + (strips > 1 ? 2 * 8 * strips : 0)
  return written(entriesFor(headerBytes), arraysAt, headerBytes)
}

const range = (count: number, numberAt: (index: number) => number): number[] =>
  Array.from({ length: count }, (_, index) => numberAt(index))

function written(entries: readonly Entry[], arraysAt: number, headerBytes: number): Uint8Array {
  const header = new Uint8Array(headerBytes)
  const view = new DataView(header.buffer)
  header.set([0x49, 0x49, 43, 0, 8, 0, 0, 0, DIRECTORY_AT])
  view.setBigUint64(DIRECTORY_AT, BigInt(entries.length), true)
  let nextArray = arraysAt
  for (const [index, { tag, type, values }] of entries.entries()) {
    const at = DIRECTORY_AT + 8 + index * ENTRY_BYTES
    const sizeBytes = TYPE_BYTES[type] ?? 8
    view.setUint16(at, tag, true)
    view.setUint16(at + 2, type, true)
    view.setBigUint64(at + 4, BigInt(values.length), true)
    const isInline = sizeBytes * values.length <= 8
    let to = isInline ? at + 12 : nextArray
    if (!isInline) {
      view.setBigUint64(at + 12, BigInt(nextArray), true)
      nextArray += sizeBytes * values.length
    }
    for (const value of values) {
      if (type === SHORT) view.setUint16(to, value, true)
      else if (type === LONG) view.setUint32(to, value, true)
      else view.setBigUint64(to, BigInt(value), true)
      to += sizeBytes
    }
  }
  return header
}

/** A file with its header written and its samples zero, which are a view of it. */
export function createRawTiff(shape: Shape): { readonly bytes: Uint8Array<ArrayBuffer>; readonly samples: Uint8Array } {
  const header = rawTiffHeader(shape)
  const bytes = new Uint8Array(header.length + shape.widthPx * shape.heightPx * shape.channels)
  bytes.set(header)
  return { bytes, samples: bytes.subarray(header.length) }
}

/** Header and samples in a buffer of their own. */
export function encodeRawTiff(pixels: Pixels): Uint8Array<ArrayBuffer> {
  const { bytes, samples } = createRawTiff(pixels)
  samples.set(pixels.data)
  return bytes
}

/** The length of `encodeRawTiff` for samples of this shape. */
export const rawTiffBytes = (shape: Shape): number =>
  rawTiffHeader(shape).length + shape.widthPx * shape.heightPx * shape.channels

const WIDTH_AT = DIRECTORY_AT + 8 + 12
const HEIGHT_AT = WIDTH_AT + ENTRY_BYTES
const CHANNELS_AT = WIDTH_AT + 6 * ENTRY_BYTES

/** The shape that the first bytes of a raw tiff name, unchecked; undefined for anything else. */
export function rawTiffShape(bytes: Uint8Array): Shape | undefined {
  if (bytes.length < CHANNELS_AT + 8 || bytes[0] !== 0x49 || bytes[1] !== 0x49 || bytes[2] !== 43) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const channels = view.getUint16(CHANNELS_AT, true)
  const widthPx = view.getUint32(WIDTH_AT, true)
  const heightPx = view.getUint32(HEIGHT_AT, true)
  if (!isChannelCount(channels) || widthPx === 0 || heightPx === 0) return undefined
  // before a header is made for it: its strips are as many as its bytes could hold
  if (widthPx * heightPx * channels > bytes.length) return undefined
  return { widthPx, heightPx, channels }
}

/**
 * The pixels of what `encodeRawTiff` made; the samples stay a view of `bytes`.
 * @throws MurmurationError ERR_NOT_AN_IMAGE for any other file, other tiffs included
 */
export function parseRawTiff(bytes: Uint8Array): Pixels {
  const shape = rawTiffShape(bytes)
  const header = shape && rawTiffHeader(shape)
  const isWhole =
    shape !== undefined &&
    header !== undefined &&
    bytes.length === header.length + shape.widthPx * shape.heightPx * shape.channels &&
    header.every((byte, index) => bytes[index] === byte)
  if (!isWhole) {
    throw new MurmurationError('ERR_NOT_AN_IMAGE', 'a tile is expected as an uncompressed tiff of this program')
  }
  return { ...shape, data: bytes.subarray(header.length) }
}
