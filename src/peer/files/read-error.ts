/** Why something on the disk cannot be read, in words for a person. Names no path: whoever tells it knows which one. */

import { MurmurationError } from '../../base/errors.ts'

/** As ERR_READ. */
export function readError(error: unknown, source: string, what: 'file' | 'folder' = 'file'): MurmurationError {
  const sentence = `the ${what} cannot be read: ${whyUnreadable(error, source)}`
  return new MurmurationError('ERR_READ', sentence, { cause: error })
}

/** @param path what was asked for; Node shows a name that is not UTF-8 with U+FFFD, and then cannot open it. */
export function whyUnreadable(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  if (code === 'ENOENT' && path.includes('\u{FFFD}')) return 'its name is not valid UTF-8'
  if (code === 'ENOENT') return 'it does not exist any more'
  return code === 'EACCES' ? 'permission denied' : code
}
