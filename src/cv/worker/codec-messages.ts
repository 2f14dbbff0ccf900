/**
 * What a peer and its codec process say to each other. Files are named, not sent. Both sides import this file, and both check
 * what arrives.
 */

import { isErrorCode, MurmurationError } from '../../base/errors.ts'
import { MAX_METADATA_BYTES, MAX_THUMBNAIL_BYTES } from '../../base/limits.ts'
import type { EncodeOptions } from '../codec/encode.ts'
import type { ImageHeader } from '../codec/header.ts'
import type { ImageMetadata } from '../codec/metadata.ts'
import type { EncodedThumbnail, ThumbnailLimits } from '../codec/thumbnail.ts'
import { IMAGE_FORMATS, type ImageFormat } from '../formats.ts'
import { isChannelCount, type Pixels } from '../pixels.ts'
import type { ThreadError } from './thread-messages.ts'

/** What can be asked of a codec process: each is one function of codec/. */
export type CodecWork =
  | { readonly kind: 'header'; readonly path: string }
  | { readonly kind: 'metadata'; readonly path: string; readonly format: ImageFormat }
  | {
      readonly kind: 'decode'
      readonly source: string
      readonly path: string
      readonly header: ImageHeader
      readonly timeoutMs: number
    }
  | {
      readonly kind: 'encode'
      readonly tiff: string
      readonly target: string
      readonly shape: Omit<Pixels, 'data'>
      readonly options: EncodeOptions
    }
  | { readonly kind: 'thumbnail'; readonly path: string; readonly limits: ThumbnailLimits }

/** Peer to process. Any number at once. */
export interface CodecRequest {
  readonly id: number
  readonly work: CodecWork
}

/** Process to peer. Which value it is follows from the work: whoever asked checks it by a parser below. */
export type CodecAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ThreadError }

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const isText = (value: unknown): value is string => typeof value === 'string'
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0
const isPositive = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY
const isFormat = (value: unknown): value is ImageFormat => IMAGE_FORMATS.some((format) => format === value)

/** @throws MurmurationError ERR_INTERNAL */
export function parseCodecRequest(value: unknown): CodecRequest {
  if (!isFields(value) || !isCount(value['id']) || !isFields(value['work'])) throw malformed('a request')
  return { id: value['id'], work: parseWork(value['work']) }
}

function parseWork(work: Fields): CodecWork {
  const { kind, path } = work
  if (kind === 'encode') return parseEncoding(work)
  if (isText(path)) {
    const { format, source, header, timeoutMs, limits } = work
    if (kind === 'header') return { kind, path }
    if (kind === 'metadata' && isFormat(format)) return { kind, path, format }
    if (kind === 'thumbnail' && isThumbnailLimits(limits)) return { kind, path, limits }
    if (kind === 'decode' && isText(source) && isPositive(timeoutMs)) {
      return { kind, source, path, header: parseHeader(header), timeoutMs }
    }
  }
  throw malformed('a request')
}

function parseEncoding({ tiff, target, shape, options }: Fields): CodecWork {
  if (isText(tiff) && isText(target) && isShape(shape) && isFields(options)) {
    const { format, quality, timeoutMs, metadata } = options
    if (isFormat(format) && isPositive(quality) && isPositive(timeoutMs)) {
      const carried = metadata === undefined ? undefined : parseMetadata(metadata)
      return { kind: 'encode', tiff, target, shape, options: { format, quality, timeoutMs, metadata: carried } }
    }
  }
  throw malformed('a request')
}

const isShape = (value: unknown): value is Omit<Pixels, 'data'> =>
  isFields(value) &&
  isPositive(value['widthPx']) &&
  isPositive(value['heightPx']) &&
  typeof value['channels'] === 'number' &&
  isChannelCount(value['channels'])

const isThumbnailLimits = (value: unknown): value is ThumbnailLimits =>
  isFields(value) && isPositive(value['sidePx']) && isPositive(value['maxSourcePx']) && isPositive(value['seconds'])

/** @throws MurmurationError ERR_INTERNAL */
export function parseCodecAnswer(value: unknown): CodecAnswer {
  if (isFields(value) && isCount(value['id'])) {
    const { id, error } = value
    if ('value' in value) return { id, value: value['value'] }
    if (isError(error)) return { id, error }
  }
  throw malformed('an answer')
}

const isError = (value: unknown): value is ThreadError =>
  isFields(value) && isText(value['code']) && isErrorCode(value['code']) && isText(value['message'])

/** @throws MurmurationError ERR_INTERNAL, as all of these */
export function parseHeader(value: unknown): ImageHeader {
  if (isHeader(value)) return value
  throw malformed('a header')
}

function isHeader(value: unknown): value is ImageHeader {
  if (!isFields(value)) return false
  const { format, widthPx, heightPx, channels, hasAlpha, bitDepth, orientation, pages } = value
  const areCounts = [widthPx, heightPx, bitDepth, orientation, pages].every(isCount)
  const isWhole = areCounts && isFormat(format) && typeof hasAlpha === 'boolean'
  return isWhole && typeof channels === 'number' && isChannelCount(channels)
}

export function parseMetadata(value: unknown): ImageMetadata {
  if (isFields(value)) {
    const { exif, xmp, iptc, density } = value
    const isDensity = density === undefined || typeof density === 'number'
    if (isPart(exif) && isPart(xmp) && isPart(iptc) && isDensity) return { exif, xmp, iptc, density }
  }
  throw malformed('metadata')
}

const isPart = (value: unknown): value is Uint8Array | undefined =>
  value === undefined || (value instanceof Uint8Array && value.length <= MAX_METADATA_BYTES)

export function parseThumbnail(value: unknown): EncodedThumbnail {
  if (isFields(value)) {
    const { bytes, widthPx, heightPx } = value
    const isPicture = bytes instanceof Uint8Array && bytes.length <= MAX_THUMBNAIL_BYTES
    if (isPicture && isPositive(widthPx) && isPositive(heightPx)) return { bytes, widthPx, heightPx }
  }
  throw malformed('a thumbnail')
}

/** Of work whose result is a file. */
export function parseNothing(value: unknown): void {
  if (value !== undefined) throw malformed('the end of work')
}

const malformed = (what: string): MurmurationError =>
  new MurmurationError(
    'ERR_INTERNAL',
    `${what} of a codec process is expected to be as in codec-messages.ts, and is not`,
  )
