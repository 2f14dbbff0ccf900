/**
 * Images that are too large for one buffer: decoded from a file into a file of raw samples, and encoded from one, row by
 * row on libuv's threads. The rules are those of decode.ts and encode.ts.
 *
 * Raw samples are written in libvips' own format, the only uncompressed one that sharp writes to a file without holding it
 * all: 64 bytes, then the samples as Pixels has them.
 */

import { type FileHandle, open } from 'node:fs/promises'
import { MurmurationError } from '../../base/errors.ts'
import { SNIFF_BYTES } from '../../base/limits.ts'
import type { ImageFormat } from '../formats.ts'
import { type ChannelCount, hasAlpha } from '../pixels.ts'
import { damagedImage } from './damage.ts'
import { refuseDeep, refuseLongSide } from './decode.ts'
import { ENCODERS, type EncodeOptions, refuseLongSides } from './encode.ts'
import { refuseEndless } from './endless-images.ts'
import { headerOf, type ImageHeader, notAnImage, readMetadata, refuseCameraRaw } from './header.ts'
import { type ImageMetadata, readImageMetadata, tiffAddition, withMetadata } from './metadata.ts'
import { decodeStrictly, libvipsText, libvipsWords, loadSharp } from './sharp.ts'
import { sniffImageFormat } from './sniff.ts'
import { DIRECTORY_POINTER_AT, type ReadBytes } from './tiff-tags.ts'

/** Of libvips' format: where the samples begin. */
const VIPS_HEADER_BYTES = 64
/** Enough for any first directory of a TIFF but a contrived one. */
const DIRECTORY_BYTES = 4096

/** The header of a file on the disk, whatever its size. @throws MurmurationError ERR_READ, and as of readImageHeader */
export async function readFileHeader(path: string): Promise<ImageHeader> {
  const { format, tiffStart } = await sniffFile(path)
  if (tiffStart !== undefined) refuseCameraRaw(tiffStart)
  return headerOf(await readMetadata(path, format), format)
}

async function sniffFile(path: string): Promise<{ format: ImageFormat; tiffStart: Uint8Array | undefined }> {
  try {
    await using file = await open(path)
    const read = readerOf(file)
    const start = await read(0, SNIFF_BYTES)
    const format = sniffImageFormat(start)
    if (format === undefined) throw notAnImage(start)
    await refuseEndless(format, read)
    if (format !== 'tif' || start.length < 8) return { format, tiffStart: undefined }
    // the directory may lie at the file's end: moved behind the header it is what refuseCameraRaw reads
    const isLittle = start[0] === 0x49
    const directory = await read(new DataView(start.buffer).getUint32(4, isLittle), DIRECTORY_BYTES)
    const moved = new Uint8Array(8 + directory.length)
    moved.set(start.subarray(0, 4))
    new DataView(moved.buffer).setUint32(4, 8, isLittle)
    moved.set(directory, 8)
    return { format, tiffStart: moved }
  } catch (error) {
    throw error instanceof MurmurationError ? error : unreadable(error)
  }
}

function unreadable(error: unknown): MurmurationError {
  const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  return new MurmurationError('ERR_READ', `the file cannot be read: ${why}`, { cause: error })
}

/** A file of raw samples. */
export interface RawFile {
  readonly path: string
  readonly widthPx: number
  readonly heightPx: number
  /** Of the image. */
  readonly channels: ChannelCount
  /** Of the file: gray with alpha is kept as rgba. */
  readonly storedChannels: ChannelCount
  /** Where the samples begin. */
  readonly offset: number
}

/** What `decodeToRawFile` makes of an image with this header. */
export function rawFileOf(path: string, { widthPx, heightPx, channels }: ImageHeader): RawFile {
  const storedChannels = channels === 2 ? 4 : channels
  return { path: `${path}.v`, widthPx, heightPx, channels, storedChannels, offset: VIPS_HEADER_BYTES }
}

/**
 * Decodes a file into one of raw samples, named `path` with an ending of its own.
 * @throws MurmurationError ERR_NOT_AN_IMAGE, ERR_UNSUPPORTED_IMAGE, ERR_WRITE, ERR_TASK_TIMEOUT
 */
export async function decodeToRawFile(
  source: string,
  path: string,
  header: ImageHeader,
  timeoutMs: number,
): Promise<RawFile> {
  refuseLongSide(header)
  refuseDeep(header)
  const { widthPx, heightPx, channels } = header
  const raw = rawFileOf(path, header)
  const { path: target, storedChannels } = raw
  try {
    const info = await decodeStrictly((failOn) =>
      loadSharp()(source, {
        failOn,
        limitInputPixels: false,
        pages: 1,
        // turned pixels are needed in another order than they come in: then all of them are held in memory (measured)
        sequentialRead: header.orientation === 1,
        autoOrient: true,
      })
        .timeout({ seconds: Math.ceil(timeoutMs / 1000) })
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .toFile(target),
    )
    if (info.width !== widthPx || info.height !== heightPx || info.channels !== storedChannels) {
      throw new MurmurationError(
        'ERR_UNSUPPORTED_IMAGE',
        `the image is expected to have ${widthPx} x ${heightPx} pixels of ${storedChannels} channels, and has ${info.width} x ${info.height} of ${info.channels}`,
      )
    }
    return raw
  } catch (error) {
    if (error instanceof MurmurationError) throw error
    throw codecError(error, header.format, 'decoding', timeoutMs)
  }
}

/**
 * Encodes a file that begins with a rawTiffHeader as another file.
 * @param shape of the samples; alpha is left out for a jpg, whose samples the caller found opaque
 * @throws MurmurationError ERR_UNSUPPORTED_IMAGE, ERR_OPERATION, ERR_WRITE, ERR_TASK_TIMEOUT
 */
export async function encodeFromRawFile(
  tiff: string,
  target: string,
  { widthPx, heightPx, channels }: { widthPx: number; heightPx: number; channels: ChannelCount },
  options: EncodeOptions,
): Promise<void> {
  const { format, quality, timeoutMs, metadata } = options
  refuseLongSides(format, widthPx, heightPx)
  try {
    const image = loadSharp()(tiff, { limitInputPixels: false, sequentialRead: true })
    const opaque = format === 'jpg' && hasAlpha(channels) ? image.removeAlpha() : image
    const carrying = await withMetadata(opaque, format, metadata)
    const encoded = ENCODERS[format].encode(carrying.toColourspace(channels <= 2 ? 'b-w' : 'srgb'), quality)
    await encoded.timeout({ seconds: Math.ceil(timeoutMs / 1000) }).toFile(target)
    if (format === 'tif' && metadata) await addToTiffFile(target, metadata)
  } catch (error) {
    const failure = codecError(error, format, 'encoding', timeoutMs)
    if (metadata === undefined || failure.code !== 'ERR_OPERATION') throw failure
    await encodeFromRawFile(tiff, target, { widthPx, heightPx, channels }, { ...options, metadata: undefined })
  }
}

async function addToTiffFile(path: string, metadata: ImageMetadata): Promise<void> {
  await using file = await open(path, 'r+')
  const { size } = await file.stat()
  const addition = await tiffAddition(readerOf(file), size, metadata)
  if (addition === undefined) return
  await file.write(addition.tail, 0, addition.tail.length, size)
  await file.write(addition.pointer, 0, addition.pointer.length, DIRECTORY_POINTER_AT)
}

/** What an output made of this file may carry. @throws MurmurationError ERR_READ, ERR_NOT_AN_IMAGE */
export async function readFileMetadata(path: string, format: ImageFormat): Promise<ImageMetadata> {
  try {
    await using file = await open(path)
    return await readImageMetadata(path, format, readerOf(file))
  } catch (error) {
    throw error instanceof MurmurationError ? error : unreadable(error)
  }
}

function readerOf(file: FileHandle): ReadBytes {
  return async (at, length) => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, at)
    return buffer.subarray(0, bytesRead)
  }
}

function codecError(
  error: unknown,
  format: ImageFormat,
  doing: 'decoding' | 'encoding',
  timeoutMs: number,
): MurmurationError {
  const text = libvipsText(error)
  if (/timeout/i.test(text)) {
    return new MurmurationError('ERR_TASK_TIMEOUT', `${doing} was expected within ${timeoutMs} ms`, { cause: error })
  }
  if (/no space|write error|unable to write/i.test(text)) {
    return new MurmurationError('ERR_WRITE', `${doing} a huge image expects room on the disk: ${text}`, {
      cause: error,
    })
  }
  return doing === 'decoding'
    ? damagedImage(format, libvipsWords(error), error)
    : new MurmurationError('ERR_OPERATION', `the result could not be encoded as ${format}: ${text}`, { cause: error })
}
