/** Why something cannot be written to the disk, in words for a person. */

import { MurmurationError } from '../../base/errors.ts'
import type { PlannedTask } from '../coordinator/job.ts'
import { isDiskAtFault } from './file-system.ts'

/** What went wrong as ERR_OUTPUT where the disk as a whole is at fault, else as ERR_WRITE. */
export function writeError(task: PlannedTask, error: unknown): MurmurationError {
  const sentence = `output "${task.output}" cannot be written: ${whyUnwritable(error)}`
  return new MurmurationError(isDiskAtFault(error) ? 'ERR_OUTPUT' : 'ERR_WRITE', sentence, { cause: error })
}

/** Names no path. */
export function whyUnwritable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full'
  return code === 'EACCES' ? 'permission denied' : String(code ?? error)
}
