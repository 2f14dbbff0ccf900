/**
 * EXIF as outputs may carry it. It tells of the input's file, and three things of it are not true of the output: pixels are
 * upright and sRGB, and a thumbnail would show what was cropped away or blurred. The rest is kept as it stands; what cannot be
 * read is left out. CIPA DC-008 (Exif 2.32), section 4.
 */

import {
  addTags,
  longTag,
  numberOf,
  parseTiffStart,
  type ReadBytes,
  readTags,
  SHORT,
  type TiffStart,
  type TiffTag,
  writeDirectory,
} from './tiff-tags.ts'

const ORIENTATION = 0x0112
const EXIF_DIRECTORY = 0x8769
const GPS_DIRECTORY = 0x8825
const COLOR_SPACE = 0xa001
const INTEROPERABILITY_DIRECTORY = 0xa005
const MAKER_NOTE = 0x927c
/** Of a TIFF's own directory: those that tell about the picture, and not where its samples are. */
const DESCRIBING: ReadonlySet<number> = new Set([
  0x010e, // ImageDescription
  0x010f, // Make
  0x0110, // Model
  0x0131, // Software
  0x0132, // DateTime
  0x013b, // Artist
  0x8298, // Copyright
])
const PREFIX = Buffer.from('Exif\0\0', 'latin1')
const ENTRY_BYTES = 12

/** In a buffer of its own, without the prefix that some formats put before it; undefined for what is no EXIF. */
export function trueExif(exif: Uint8Array): Uint8Array | undefined {
  const isPrefixed = PREFIX.equals(exif.subarray(0, PREFIX.length))
  const bytes = new Uint8Array(isPrefixed ? exif.subarray(PREFIX.length) : exif)
  const start = parseTiffStart(bytes)
  if (start === undefined) return undefined
  const { isLittle } = start
  const view = new DataView(bytes.buffer)
  const exifAt = eachEntry(view, start, (tag, at) => {
    if (tag === ORIENTATION) setShort(view, at, 1, isLittle)
    return tag === EXIF_DIRECTORY ? view.getUint32(at + 8, isLittle) : undefined
  })
  if (exifAt === 'unreadable') return undefined
  if (exifAt !== undefined) {
    eachEntry(view, { isLittle, directoryAt: exifAt }, (tag, at) => {
      if (tag === COLOR_SPACE) setShort(view, at, 1, isLittle)
      return undefined
    })
  }
  const nextAt = start.directoryAt + 2 + view.getUint16(start.directoryAt, isLittle) * ENTRY_BYTES
  if (nextAt + 4 <= bytes.length) view.setUint32(nextAt, 0, isLittle)
  return bytes
}

/** Calls `look` with every entry that is there; the last answer of it. */
function eachEntry(
  view: DataView,
  { isLittle, directoryAt }: TiffStart,
  look: (tag: number, at: number) => number | undefined,
): number | undefined | 'unreadable' {
  if (directoryAt + 2 > view.byteLength) return 'unreadable'
  const count = view.getUint16(directoryAt, isLittle)
  if (directoryAt + 2 + count * ENTRY_BYTES > view.byteLength) return 'unreadable'
  let answer: number | undefined
  for (let index = 0; index < count; index++) {
    const at = directoryAt + 2 + index * ENTRY_BYTES
    answer = look(view.getUint16(at, isLittle), at) ?? answer
  }
  return answer
}

function setShort(view: DataView, at: number, value: number, isLittle: boolean): void {
  view.setUint16(at + 2, SHORT, isLittle)
  view.setUint32(at + 4, 1, isLittle)
  view.setUint16(at + 8, value, isLittle)
  view.setUint16(at + 10, 0, isLittle)
}

/** Tags by the directory that they belong to. */
interface ExifTags {
  readonly image: readonly TiffTag[]
  readonly exif: readonly TiffTag[]
  readonly gps: readonly TiffTag[]
}

async function readExifTags(read: ReadBytes): Promise<ExifTags | undefined> {
  const start = parseTiffStart(await read(0, 8))
  if (start === undefined) return undefined
  const all = await readTags(read, start)
  const below = async (pointer: number): Promise<TiffTag[]> => {
    const found = all.find(({ tag }) => tag === pointer)
    const directoryAt = found && numberOf(found)
    return directoryAt === undefined ? [] : readTags(read, { ...start, directoryAt })
  }
  const [exif, gps] = await Promise.all([below(EXIF_DIRECTORY), below(GPS_DIRECTORY)])
  return {
    image: all.filter(({ tag }) => DESCRIBING.has(tag)),
    // the places that a maker note names are those of its file, and its byte order may be too
    exif: exif.filter(({ tag }) => tag !== MAKER_NOTE && tag !== INTEROPERABILITY_DIRECTORY),
    gps,
  }
}

/** Sub-directories that will lie at `at`, and the tags of the directory above them. */
function placed({ image, exif, gps }: ExifTags, at: number): { tags: TiffTag[]; before: Uint8Array } {
  const exifBytes = exif.length > 0 ? writeDirectory(exif, at) : NO_BYTES
  const gpsAt = at + exifBytes.length
  const gpsBytes = gps.length > 0 ? writeDirectory(gps, gpsAt) : NO_BYTES
  const tags = [...image]
  if (exif.length > 0) tags.push(longTag(EXIF_DIRECTORY, at))
  if (gps.length > 0) tags.push(longTag(GPS_DIRECTORY, gpsAt))
  return { tags, before: new Uint8Array(Buffer.concat([exifBytes, gpsBytes])) }
}

const NO_BYTES = new Uint8Array(0)

/** EXIF made of a TIFF's own tags; undefined where it has none. */
export async function exifOfTiff(read: ReadBytes): Promise<Uint8Array | undefined> {
  const found = await readExifTags(read)
  if (found === undefined || found.image.length + found.exif.length + found.gps.length === 0) return undefined
  const start = new Uint8Array([0x49, 0x49, 42, 0, 0, 0, 0, 0])
  const { tags, before } = placed(found, start.length)
  const directoryAt = start.length + before.length
  start.set(longTag(0, directoryAt).value, 4)
  return trueExif(Buffer.concat([start, before, writeDirectory(tags, directoryAt)]))
}

/** Adds EXIF, and other tags, to a TIFF. @param exif as `trueExif` gave it */
export async function addToTiff(
  read: ReadBytes,
  fileBytes: number,
  exif: Uint8Array | undefined,
  others: readonly TiffTag[],
): ReturnType<typeof addTags> {
  const found = exif && (await readExifTags(async (at, length) => exif.subarray(at, at + length)))
  return await addTags(read, fileBytes, (at) => {
    const { tags, before } = placed(found ?? { image: [], exif: [], gps: [] }, at)
    return { tags: [...tags, ...others], before }
  })
}
