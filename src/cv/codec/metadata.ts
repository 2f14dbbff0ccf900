/**
 * What an image file says about its picture besides the pixels: EXIF (with the place where it was taken), XMP, IPTC and the
 * resolution in dots per inch. Colour profiles are never kept: pixels are sRGB by then.
 *
 * libvips hands metadata on from every input of an operation: a black JPEG of one pixel that carries it is added to the
 * samples by a bitwise "or", which changes none of them. It neither reads nor writes the EXIF of a TIFF and cuts its IPTC short
 * (8.18.7): there our own tags are read, and written behind what it made. A part that is broken, or above MAX_METADATA_BYTES,
 * is left out; the image never fails for it.
 *
 * Held by jpg: all. By tif: all (no maker notes). By png, webp and avif: EXIF and XMP. By gif: nothing.
 */

import type { Sharp as SharpImage } from 'sharp'
import { MAX_METADATA_BYTES } from '../../base/limits.ts'
import type { ImageFormat } from '../formats.ts'
import { addToTiff, exifOfTiff, trueExif } from './exif.ts'
import { readMetadata } from './header.ts'
import { loadSharp } from './sharp.ts'
import {
  BYTE,
  parseTiffStart,
  type ReadBytes,
  readTags,
  type TagAddition,
  type TiffTag,
  UNDEFINED,
} from './tiff-tags.ts'

/** Each without the wrapping of a file format. */
export interface ImageMetadata {
  readonly exif: Uint8Array | undefined
  readonly xmp: Uint8Array | undefined
  /** IIM records. */
  readonly iptc: Uint8Array | undefined
  /** Dots per inch. */
  readonly density: number | undefined
}

const TIFF_XMP = 700
const TIFF_IPTC = 33723

/**
 * What an output may carry: true of upright sRGB pixels.
 * @param input the file's bytes, or its name on the disk
 * @param read the same as bytes from a place; @throws MurmurationError ERR_NOT_AN_IMAGE for a header that cannot be read
 */
export async function readImageMetadata(
  input: Uint8Array | string,
  format: ImageFormat,
  read: ReadBytes,
): Promise<ImageMetadata> {
  const { exif, xmp, iptc, density } = await readMetadata(input, format)
  const found =
    format === 'tif' ? await metadataOfTiff(read) : { exif: exif && trueExif(exif), xmp, iptc: iptc && recordsOf(iptc) }
  return {
    exif: ofBoundedSize(found.exif),
    xmp: ofBoundedSize(found.xmp && uprightXmp(found.xmp)),
    iptc: ofBoundedSize(found.iptc),
    // what libvips says of a file that says nothing
    density: density === 72 ? undefined : density,
  }
}

const ofBoundedSize = (part: Uint8Array | undefined): Uint8Array | undefined =>
  part === undefined || part.length === 0 || part.length > MAX_METADATA_BYTES ? undefined : part

async function metadataOfTiff(read: ReadBytes): Promise<Partial<Pick<ImageMetadata, 'exif' | 'xmp' | 'iptc'>>> {
  const start = parseTiffStart(await read(0, 8))
  if (start === undefined) return {}
  const tags = await readTags(read, start)
  const partOf = (wanted: number): Uint8Array | undefined => tags.find(({ tag }) => tag === wanted)?.value
  return { exif: await exifOfTiff(read), xmp: partOf(TIFF_XMP), iptc: partOf(TIFF_IPTC) }
}

/** As an attribute or an element; XMP is UTF-8, of which these are single bytes. */
function uprightXmp(xmp: Uint8Array): Uint8Array {
  const text = Buffer.from(xmp).toString('latin1')
  const upright = text.replace(/(tiff:Orientation(?:\s*=\s*["']|>)\s*)[2-8]/g, '$11')
  return new Uint8Array(Buffer.from(upright, 'latin1'))
}

// ---- Photoshop's wrapping of IPTC records in a JPEG ----

const RESOURCES = Buffer.from('Photoshop 3.0\0', 'latin1')
const RESOURCE = Buffer.from('8BIM', 'latin1')
const IPTC_RESOURCE = 0x0404

/** The IPTC records among the resources; what is wrapped in none is taken for records. */
function recordsOf(iptc: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(iptc)
  if (!RESOURCES.equals(bytes.subarray(0, RESOURCES.length))) return iptc
  for (let at = RESOURCES.length; RESOURCE.equals(bytes.subarray(at, at + 4)) && at + 12 <= bytes.length; ) {
    const nameBytes = evenly(1 + (bytes[at + 6] ?? 0))
    const sizeAt = at + 6 + nameBytes
    if (sizeAt + 4 > bytes.length) return undefined
    const sizeBytes = bytes.readUInt32BE(sizeAt)
    if (bytes.readUInt16BE(at + 4) === IPTC_RESOURCE) return bytes.subarray(sizeAt + 4, sizeAt + 4 + sizeBytes)
    at = sizeAt + 4 + evenly(sizeBytes)
  }
  return undefined
}

const evenly = (length: number): number => length + (length % 2)

function resourceOf(records: Uint8Array): Buffer {
  const head = Buffer.alloc(12)
  RESOURCE.copy(head)
  head.writeUInt16BE(IPTC_RESOURCE, 4)
  head.writeUInt32BE(records.length, 8)
  return Buffer.concat([RESOURCES, head, records, Buffer.alloc(records.length % 2)])
}

// ---- onto an output ----

function segment(marker: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}

/** A JPEG of one black pixel. */
async function carrierOf({ exif, xmp, iptc }: ImageMetadata): Promise<Buffer> {
  const raw = { width: 1, height: 1, channels: 1 } as const
  const pixel = await loadSharp()(Buffer.alloc(1), { raw }).toColourspace('b-w').jpeg().toBuffer()
  const afterStart = 2
  return Buffer.concat([
    pixel.subarray(0, afterStart),
    ...(exif ? [segment(0xe1, Buffer.from('Exif\0\0', 'latin1'), exif)] : []),
    ...(xmp ? [segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0', 'latin1'), xmp)] : []),
    ...(iptc ? [segment(0xed, resourceOf(iptc))] : []),
    pixel.subarray(afterStart),
  ])
}

/** The image with what libvips can write of its metadata. */
export async function withMetadata(
  image: SharpImage,
  format: ImageFormat,
  metadata: ImageMetadata | undefined,
): Promise<SharpImage> {
  if (metadata === undefined || format === 'gif') return image
  const { exif, xmp, iptc, density } = metadata
  const isCarried = format !== 'tif' && (exif ?? xmp ?? iptc) !== undefined
  const carrying = isCarried ? image.boolean(await carrierOf(metadata), 'or').keepMetadata() : image
  return density === undefined ? carrying : carrying.withDensity(density)
}

/** What is to be written into a TIFF of libvips' so that it has the metadata too; undefined where there is nothing. */
export async function tiffAddition(
  read: ReadBytes,
  fileBytes: number,
  { exif, xmp, iptc }: ImageMetadata,
): Promise<TagAddition | undefined> {
  const others: TiffTag[] = []
  if (xmp) others.push({ tag: TIFF_XMP, type: BYTE, count: xmp.length, value: xmp })
  if (iptc) others.push({ tag: TIFF_IPTC, type: UNDEFINED, count: iptc.length, value: iptc })
  return exif === undefined && others.length === 0 ? undefined : await addToTiff(read, fileBytes, exif, others)
}
