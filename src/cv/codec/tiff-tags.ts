/**
 * Tags of TIFF directories, read from and added to files: EXIF is a TIFF of its own, and libvips neither reads nor writes the
 * EXIF of a TIFF. Classic TIFF only. TIFF 6.0, section 2.
 */

import { MAX_METADATA_BYTES } from '../../base/limits.ts'

/** Bytes of a file from a place; fewer where it ends. */
export type ReadBytes = (at: number, length: number) => Promise<Uint8Array>

/** The value is little-endian, whatever the file is. */
export interface TiffTag {
  readonly tag: number
  readonly type: number
  readonly count: number
  readonly value: Uint8Array
}

export const BYTE = 1
export const SHORT = 3
export const LONG = 4
export const UNDEFINED = 7

const ENTRY_BYTES = 12
/** Of a value of each type. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]
/** Of what changes places with the byte order: a rational is two numbers. */
const UNIT_BYTES = [0, 1, 1, 2, 4, 4, 1, 1, 2, 4, 4, 4, 8]

export interface TiffStart {
  readonly isLittle: boolean
  /** Where the first directory lies. */
  readonly directoryAt: number
}

/** Undefined for anything but a classic TIFF. */
export function parseTiffStart(bytes: Uint8Array): TiffStart | undefined {
  if (bytes.length < 8 || bytes[0] !== bytes[1] || (bytes[0] !== 0x49 && bytes[0] !== 0x4d)) return undefined
  const isLittle = bytes[0] === 0x49
  const view = viewOf(bytes)
  return view.getUint16(2, isLittle) === 42 ? { isLittle, directoryAt: view.getUint32(4, isLittle) } : undefined
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)

/** What can be read of a directory: tags that lie about themselves, or hold more than MAX_METADATA_BYTES, are left out. */
export async function readTags(read: ReadBytes, { isLittle, directoryAt }: TiffStart): Promise<TiffTag[]> {
  const counted = await read(directoryAt, 2)
  if (counted.length < 2) return []
  const entries = await read(directoryAt + 2, viewOf(counted).getUint16(0, isLittle) * ENTRY_BYTES)
  const view = viewOf(entries)
  const tags: TiffTag[] = []
  for (let at = 0; at + ENTRY_BYTES <= entries.length; at += ENTRY_BYTES) {
    const type = view.getUint16(at + 2, isLittle)
    const count = view.getUint32(at + 4, isLittle)
    const sizeBytes = count * (TYPE_BYTES[type] ?? 0)
    if (sizeBytes === 0 || sizeBytes > MAX_METADATA_BYTES) continue
    const isInline = sizeBytes <= 4
    const stored = isInline
      ? entries.subarray(at + 8, at + 8 + sizeBytes)
      : await read(view.getUint32(at + 8, isLittle), sizeBytes)
    if (stored.length !== sizeBytes) continue
    const value = isLittle ? stored : swapped(stored, UNIT_BYTES[type] ?? 1)
    tags.push({ tag: view.getUint16(at, isLittle), type, count, value })
  }
  return tags
}

function swapped(bytes: Uint8Array, unitBytes: number): Uint8Array {
  const result = new Uint8Array(bytes)
  for (let at = 0; at < result.length; at += unitBytes) result.subarray(at, at + unitBytes).reverse()
  return result
}

/** The number that a tag of one SHORT or LONG holds. */
export function numberOf({ type, count, value }: TiffTag): number | undefined {
  if (count !== 1) return undefined
  if (type === SHORT) return viewOf(value).getUint16(0, true)
  return type === LONG ? viewOf(value).getUint32(0, true) : undefined
}

export function longTag(tag: number, number: number): TiffTag {
  const value = new Uint8Array(4)
  viewOf(value).setUint32(0, number, true)
  return { tag, type: LONG, count: 1, value }
}

/** A little-endian directory that will lie at `directoryAt` (even), the values that do not fit into it behind it; of even length. */
export function writeDirectory(tags: readonly TiffTag[], directoryAt: number): Uint8Array {
  const sorted = tags.toSorted((one, other) => one.tag - other.tag)
  const headBytes = 2 + sorted.length * ENTRY_BYTES + 4
  const sizeBytes = sorted.reduce((sum, { value }) => sum + outsideBytes(value), headBytes)
  const bytes = new Uint8Array(sizeBytes)
  const view = viewOf(bytes)
  view.setUint16(0, sorted.length, true)
  let outside = headBytes
  for (const [index, { tag, type, count, value }] of sorted.entries()) {
    const at = 2 + index * ENTRY_BYTES
    view.setUint16(at, tag, true)
    view.setUint16(at + 2, type, true)
    view.setUint32(at + 4, count, true)
    if (value.length <= 4) bytes.set(value, at + 8)
    else {
      view.setUint32(at + 8, directoryAt + outside, true)
      bytes.set(value, outside)
      outside += outsideBytes(value)
    }
  }
  return bytes
}

const outsideBytes = ({ length }: Uint8Array): number => (length <= 4 ? 0 : length + (length % 2))

/** What is to be written into a little-endian TIFF so that its first directory has more tags. */
export interface TagAddition {
  /** Behind the file's last byte. */
  readonly tail: Uint8Array
  /** At DIRECTORY_POINTER_AT. */
  readonly pointer: Uint8Array
}

export const DIRECTORY_POINTER_AT = 4

/**
 * Adds to the first of its directories, whose own tags win. What it held stays where it is: values are told by their place.
 * @param makeTags the tags, for a place from which on sub-directories can lie, and the bytes that lie there; of even length
 * @returns undefined where the file is none that this can be done to
 */
export async function addTags(
  read: ReadBytes,
  fileBytes: number,
  makeTags: (at: number) => { readonly tags: readonly TiffTag[]; readonly before: Uint8Array },
): Promise<TagAddition | undefined> {
  const start = parseTiffStart(await read(0, 8))
  if (!start?.isLittle) return undefined
  const own = await readRawEntries(read, start.directoryAt)
  const taken = new Set(own.map(({ tag }) => tag))
  const gapBytes = fileBytes % 2
  const { tags, before } = makeTags(fileBytes + gapBytes)
  const directoryAt = fileBytes + gapBytes + before.length
  const added = tags.filter(({ tag }) => !taken.has(tag))
  const directory = writeDirectory([...own, ...added], directoryAt)
  if (directoryAt + directory.length > 0xffff_ffff) return undefined
  const tail = new Uint8Array(gapBytes + before.length + directory.length)
  tail.set(before, gapBytes)
  tail.set(directory, gapBytes + before.length)
  return { tail, pointer: longTag(0, directoryAt).value }
}

/** Entries as they stand, each with its value or the place of its value. */
async function readRawEntries(read: ReadBytes, directoryAt: number): Promise<TiffTag[]> {
  const counted = await read(directoryAt, 2)
  const entries = await read(directoryAt + 2, viewOf(counted).getUint16(0, true) * ENTRY_BYTES)
  const view = viewOf(entries)
  return Array.from({ length: entries.length / ENTRY_BYTES }, (_, index) => {
    const at = index * ENTRY_BYTES
    return {
      tag: view.getUint16(at, true),
      type: view.getUint16(at + 2, true),
      count: view.getUint32(at + 4, true),
      value: entries.subarray(at + 8, at + ENTRY_BYTES),
    }
  })
}
