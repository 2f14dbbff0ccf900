/** Why something cannot be written to the disk, in words for a person. */

import { MurmurationError } from '../../base/errors.ts'
import type { PlannedTask } from '../coordinator/job.ts'

/** The disk as a whole is at fault, not one file. */
const FOLDER_ERRORS: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']

/** What went wrong as ERR_OUTPUT where the disk as a whole is at fault, else as ERR_WRITE. */
export function writeError(task: PlannedTask, error: unknown): MurmurationError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isFolder = FOLDER_ERRORS.includes(code)
  const sentence = `output "${task.output}" cannot be written: ${whyUnwritable(error)}`
  return new MurmurationError(isFolder ? 'ERR_OUTPUT' : 'ERR_WRITE', sentence, { cause: error })
}

/** Names no path. */
export function whyUnwritable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full'
  return code === 'EACCES' ? 'permission denied' : String(code ?? error)
}
