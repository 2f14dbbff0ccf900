/**
 * Small files that take a decoder hours: libjpeg passes over all blocks once for every scan of a JPEG, libtiff walks through
 * all directories of a TIFF, and neither can be interrupted. Both are counted here before libvips sees the file.
 */

import { MurmurationError } from '../../base/errors.ts'
import { MAX_JPEG_SCANS, MAX_TIFF_PAGES } from '../../base/limits.ts'
import type { ImageFormat } from '../formats.ts'
import type { ReadBytes } from './tiff-tags.ts'

/** @throws MurmurationError ERR_UNSUPPORTED_IMAGE for more scans or pages than any honest image has */
export async function refuseEndless(format: ImageFormat, read: ReadBytes): Promise<void> {
  if (format === 'jpg') await refuseManyScans(read)
  if (format === 'tif') await refuseManyPages(read)
}

const refused = (sentence: string): MurmurationError => new MurmurationError('ERR_UNSUPPORTED_IMAGE', sentence)

// ---- JPEG: ITU-T T.81, annex B ----

const SCAN_MARKER = 0xda
const SCAN = Buffer.from([0xff, SCAN_MARKER])
const CHUNK_BYTES = 1024 * 1024

async function refuseManyScans(read: ReadBytes): Promise<void> {
  let at = await firstScan(read)
  if (at === undefined) return
  // in what a scan holds, 0xff is followed by 0 or a restart; a table between two scans may look like one, which is no matter
  for (let scans = 0; ; ) {
    const chunk = bufferOf(await read(at, CHUNK_BYTES))
    for (let next = chunk.indexOf(SCAN); next !== -1; next = chunk.indexOf(SCAN, next + 2)) {
      if (++scans > MAX_JPEG_SCANS) {
        throw refused(`the jpg is expected to have at most ${MAX_JPEG_SCANS} scans, and has more: save it again`)
      }
    }
    if (chunk.length < CHUNK_BYTES) return
    // the marker may lie across two chunks
    at += chunk.length - 1
  }
}

/** For `indexOf` of several bytes; nothing is copied. */
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)

/** Where it begins, behind all segments: their metadata may hold whole JPEGs. Undefined where there is none. */
async function firstScan(read: ReadBytes): Promise<number | undefined> {
  for (let at = 2; ; ) {
    const head = await read(at, 4)
    const [first, marker, high, low] = head
    if (first !== 0xff || marker === undefined || high === undefined || low === undefined) return undefined
    if (marker === SCAN_MARKER) return at
    // any number of 0xff may stand before a marker
    at += marker === 0xff ? 1 : 2 + high * 256 + low
  }
}

// ---- TIFF 6.0, section 2; BigTIFF ----

async function refuseManyPages(read: ReadBytes): Promise<void> {
  const start = await read(0, 16)
  if (start.length < 16) return
  const isLittle = start[0] === 0x49
  const isBig = viewOfNumbers(start).getUint16(2, isLittle) === 43
  const layout = isBig
    ? { countBytes: 8, entryBytes: 20, pointerBytes: 8 }
    : { countBytes: 2, entryBytes: 12, pointerBytes: 4 }
  const numberIn = (bytes: Uint8Array, sizeBytes: number): number | undefined => {
    if (bytes.length < sizeBytes) return undefined
    const view = viewOfNumbers(bytes)
    if (sizeBytes === 2) return view.getUint16(0, isLittle)
    return sizeBytes === 4 ? view.getUint32(0, isLittle) : Number(view.getBigUint64(0, isLittle))
  }
  const { countBytes, entryBytes, pointerBytes } = layout
  let directory = numberIn(start.subarray(isBig ? 8 : 4), pointerBytes)
  for (let pages = 0; directory !== undefined && directory !== 0; pages++) {
    if (pages >= MAX_TIFF_PAGES) {
      throw refused(
        `the tif is expected to have at most ${MAX_TIFF_PAGES} pages, and has more, or goes round in circles`,
      )
    }
    const entries = numberIn(await read(directory, countBytes), countBytes)
    if (entries === undefined) return
    directory = numberIn(await read(directory + countBytes + entries * entryBytes, pointerBytes), pointerBytes)
  }
}

const viewOfNumbers = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)
