/** What a coordinator on another machine may read about a failure here: a code and one sentence, no path and no stack. */

import { MurmurationError } from '../../base/errors.ts'
import { MAX_MESSAGE_BYTES } from '../../base/limits.ts'

export interface WireFailure {
  readonly code: string
  readonly message: string
}

/** Folders and files: two or more segments from a root, or a file URL. Media types such as image/png stay. */
const PATHS = /(?:file:\/\/|[A-Za-z]:\\|(?<![\w.])\/)[^\s"'`,;:()]*[\\/][^\s"'`,;:()]*/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const CONTROL_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

/** An error that is not ours may hold anything: its sentence stays here. */
export function failureForStrangers(error: unknown): WireFailure {
  if (!(error instanceof MurmurationError) || error.code === 'ERR_INTERNAL') {
    return { code: 'ERR_INTERNAL', message: 'the task failed inside this peer' }
  }
  const [firstLine = ''] = error.message.split('\n', 1)
  const sentence = firstLine.toWellFormed().replace(PATHS, '…').replace(CONTROL_CHARACTERS, ' ').trim()
  return { code: error.code, message: cutToBytes(sentence, MAX_MESSAGE_BYTES) || 'the task failed' }
}

/** The longest beginning of whole characters that has at most `maxBytes` of UTF-8. */
function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text
  let sizeBytes = 0
  let cut = ''
  for (const character of text) {
    sizeBytes += Buffer.byteLength(character)
    if (sizeBytes > maxBytes) break
    cut += character
  }
  return cut
}
