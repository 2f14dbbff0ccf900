/**
 * The rules that single values of a message keep, with one sentence each when they do not. A value above a bound of
 * limits.ts breaks with ERR_LIMIT, any other rule with ERR_PROTOCOL. Codecs run the same checks on what they read and on
 * what they are about to send, so a mistake shows at its origin and not as a reset stream on the other side.
 *
 * `subject` is the message, `field` its field: together they begin every sentence.
 */

import { MurmurationError } from '../base/errors.ts'
import { MAX_ADDRESS_BYTES, MAX_DURATION_MS, MAX_NAME_BYTES, PIXEL_DIGEST_BYTES } from '../base/limits.ts'
import { utf8Length } from './utf8.ts'

/** Fields that count from zero and fit uint32. */
export const MAX_UINT32 = 2 ** 32 - 1

/** Control characters, and those that reorder or break the line of a terminal. */
export const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

const STRATEGY = /^[a-z][a-z0-9-]*$/
const ERROR_CODE = /^ERR_[A-Z][A-Z0-9_]*$/
const JOB_ID = /^[0-9a-f]{32}$/
/** base58btc of a multihash, or base36 of a CIDv1: the two text forms of a libp2p peer id. */
const PEER_ID = /^(?:[1-9A-HJ-NP-Za-km-z]{44,64}|k[0-9a-z]{40,79})$/

export function broken(subject: string, field: string, expected: string, got: unknown): MurmurationError {
  return new MurmurationError('ERR_PROTOCOL', `${subject} expects ${field} ${expected}, got ${got}`, {
    facts: { subject, field },
  })
}

export function exceeded(subject: string, field: string, expected: string, got: unknown): MurmurationError {
  return new MurmurationError('ERR_LIMIT', `${subject} expects ${field} ${expected}, got ${got}`, {
    facts: { subject, field },
  })
}

export function checkInteger(subject: string, field: string, value: number, min: number, max: number): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return
  const fail = value > max ? exceeded : broken
  throw fail(subject, field, `to be an integer between ${min} and ${max}`, value)
}

export function checkNumber(subject: string, field: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return
  const fail = value > max && value !== Number.POSITIVE_INFINITY ? exceeded : broken
  throw fail(subject, field, `between ${min} and ${max}`, value)
}

export const checkCount = (subject: string, field: string, value: number): void =>
  checkInteger(subject, field, value, 0, Number.MAX_SAFE_INTEGER)

export const checkUint32 = (subject: string, field: string, value: number): void =>
  checkInteger(subject, field, value, 0, MAX_UINT32)

export const checkDuration = (subject: string, field: string, valueMs: number): void =>
  checkNumber(subject, field, valueMs, 0, MAX_DURATION_MS)

export const checkProbability = (subject: string, field: string, value: number): void => {
  if (!(value >= 0 && value <= 1)) throw broken(subject, field, 'between 0 and 1', value)
}

/** At most `maxBytes` of UTF-8, printable; empty only when `minBytes` is 0. */
export function checkText(subject: string, field: string, value: string, maxBytes: number, minBytes = 1): void {
  if (value.length < minBytes) throw broken(subject, field, 'not to be empty', 'no text')
  const sizeBytes = utf8Length(value)
  if (sizeBytes > maxBytes) throw exceeded(subject, field, `of at most ${maxBytes} bytes`, `${sizeBytes} bytes`)
  if (UNPRINTABLE.test(value) || !value.isWellFormed()) {
    throw broken(subject, field, 'without control characters', JSON.stringify(value))
  }
}

export const checkName = (subject: string, field: string, value: string): void =>
  checkText(subject, field, value, MAX_NAME_BYTES)

export function checkStrategy(subject: string, field: string, value: string): void {
  checkName(subject, field, value)
  if (!STRATEGY.test(value))
    throw broken(subject, field, 'of lower-case letters, digits and "-"', JSON.stringify(value))
}

export function checkErrorCode(subject: string, field: string, value: string): void {
  checkName(subject, field, value)
  if (!ERROR_CODE.test(value)) throw broken(subject, field, 'to read ERR_…', JSON.stringify(value))
}

/** A multiaddr in text form, by shape only: whoever dials it parses it. */
export function checkAddress(subject: string, field: string, value: string): void {
  checkText(subject, field, value, MAX_ADDRESS_BYTES)
  if (!value.startsWith('/') || value.includes(' ')) {
    throw broken(subject, field, 'to be a multiaddr', JSON.stringify(value))
  }
}

export function checkJobId(subject: string, field: string, value: string): void {
  if (!JOB_ID.test(value)) throw broken(subject, field, 'of 32 hexadecimal digits', JSON.stringify(value))
}

export function checkPeerId(subject: string, field: string, value: string): void {
  if (!PEER_ID.test(value)) throw broken(subject, field, 'to be a peer id', JSON.stringify(value.slice(0, 100)))
}

export function checkDigest(subject: string, field: string, value: Uint8Array): void {
  if (value.byteLength !== 32) throw broken(subject, field, 'of 32 bytes', `${value.byteLength} bytes`)
}

export function checkPixelDigest(subject: string, field: string, value: Uint8Array): void {
  if (value.byteLength === PIXEL_DIGEST_BYTES) return
  throw broken(subject, field, `of ${PIXEL_DIGEST_BYTES} bytes`, `${value.byteLength} bytes`)
}

export function checkList(subject: string, field: string, list: readonly unknown[], max: number): void {
  if (list.length > max) throw exceeded(subject, field, `with at most ${max} entries`, list.length)
}

/** The value itself; throws when the message came without it. */
export function required<T>(subject: string, field: string, value: T | undefined): T {
  if (value === undefined) throw new MurmurationError('ERR_PROTOCOL', `${subject} expects ${field}, got none`)
  return value
}
