/**
 * The step from strange bytes to a message of the generated code: too many bytes or list entries are ERR_LIMIT, whatever
 * else the generated decoder throws is ERR_MALFORMED. What comes out still has to be checked field by field.
 */

import { MaxLengthError } from 'protons-runtime'
import { MurmurationError } from '../base/errors.ts'
import { exceeded } from './check.ts'

export function decodeMessage<T>(
  subject: string,
  bytes: Uint8Array,
  maxBytes: number,
  decode: (bytes: Uint8Array) => T,
): T {
  if (bytes.byteLength > maxBytes) throw exceeded(subject, 'a size', `of at most ${maxBytes} bytes`, bytes.byteLength)
  try {
    return decode(bytes)
  } catch (cause) {
    if (cause instanceof MaxLengthError) {
      throw new MurmurationError('ERR_LIMIT', `${subject} has a list that is too long`, { cause })
    }
    throw new MurmurationError('ERR_MALFORMED', `${subject} expects a message, got ${bytes.byteLength} other bytes`, {
      cause,
    })
  }
}
