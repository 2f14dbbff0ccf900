/** What a peer and its header process say to each other. Both sides import this file, and both check what arrives. */

import { isErrorCode, MurmurationError } from '../../base/errors.ts'
import type { ImageHeader } from '../codec/header.ts'
import { IMAGE_FORMATS } from '../formats.ts'
import { isChannelCount } from '../pixels.ts'
import type { ThreadError } from './thread-messages.ts'

/** Peer to process: read this file's header. Any number at once. */
export interface HeaderRequest {
  readonly id: number
  readonly path: string
}

/** Process to peer. */
export type HeaderAnswer =
  | { readonly id: number; readonly header: ImageHeader }
  | { readonly id: number; readonly error: ThreadError }

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0

/** @throws MurmurationError ERR_INTERNAL */
export function parseHeaderRequest(value: unknown): HeaderRequest {
  if (isFields(value)) {
    const { id, path } = value
    if (isCount(id) && typeof path === 'string') return { id, path }
  }
  throw malformed('a request')
}

/** @throws MurmurationError ERR_INTERNAL */
export function parseHeaderAnswer(value: unknown): HeaderAnswer {
  if (isFields(value)) {
    const { id, header, error } = value
    if (isCount(id) && isHeader(header)) return { id, header }
    if (isCount(id) && isError(error)) return { id, error }
  }
  throw malformed('an answer')
}

function isHeader(value: unknown): value is ImageHeader {
  if (!isFields(value)) return false
  const { format, widthPx, heightPx, channels, hasAlpha, bitDepth, orientation, pages } = value
  const areCounts = [widthPx, heightPx, bitDepth, orientation, pages].every(isCount)
  const isFormat = IMAGE_FORMATS.some((known) => known === format)
  return (
    areCounts && isFormat && typeof channels === 'number' && isChannelCount(channels) && typeof hasAlpha === 'boolean'
  )
}

const isError = (value: unknown): value is ThreadError =>
  isFields(value) &&
  typeof value['code'] === 'string' &&
  isErrorCode(value['code']) &&
  typeof value['message'] === 'string'

const malformed = (what: string): MurmurationError =>
  new MurmurationError(
    'ERR_INTERNAL',
    `${what} of a header process is expected to be one of header-messages.ts, and is not`,
  )
