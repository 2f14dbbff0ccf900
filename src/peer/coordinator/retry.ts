/**
 * What follows when an attempt did not bring a result: DESIGN's table of attempts as a pure function. Refusals are not here:
 * they cost a task nothing, only the give-up clock ends them.
 */

import { ERROR_CODES, type ErrorCode } from '../../base/errors.ts'
import { MAX_CRASH_ATTEMPTS, MAX_DIGEST_ATTEMPTS, MAX_LOST_ATTEMPTS } from '../../base/limits.ts'

/** How often each kind of setback met one task so far. */
export interface Setbacks {
  readonly crashed: number
  readonly lost: number
  readonly garbled: number
}

export const NO_SETBACKS: Setbacks = { crashed: 0, lost: 0, garbled: 0 }

type Kind = keyof Setbacks | 'final'

const ATTEMPTS: Readonly<Record<keyof Setbacks, number>> = {
  crashed: MAX_CRASH_ATTEMPTS,
  lost: MAX_LOST_ATTEMPTS,
  garbled: MAX_DIGEST_ATTEMPTS,
}

function kindOf(code: ErrorCode): Kind {
  if (code === 'ERR_WORKER_CRASHED' || code === 'ERR_TASK_TIMEOUT') return 'crashed'
  if (code === 'ERR_PEER_LOST' || code === 'ERR_CANCELLED') return 'lost'
  if (code === 'ERR_DIGEST' || code === 'ERR_DEADLINE' || code === 'ERR_MODEL_FETCH') return 'garbled'
  return ERROR_CODES[code].retryable ? 'lost' : 'final'
}

export interface Verdict {
  readonly setbacks: Setbacks
  readonly isFinal: boolean
  /** Ask another peer where there is one. */
  readonly avoidPeer: boolean
}

/** Counts one setback and says whether the task may try again. */
export function afterSetback(setbacks: Setbacks, code: ErrorCode): Verdict {
  const kind = kindOf(code)
  if (kind === 'final') return { setbacks, isFinal: true, avoidPeer: false }
  const next = { ...setbacks, [kind]: setbacks[kind] + 1 }
  return { setbacks: next, isFinal: next[kind] >= ATTEMPTS[kind], avoidPeer: true }
}
