/**
 * Executors that say they hold tasks and answer none: a lease never ends there, since they speak, and so the job would not. Their
 * tasks go to others; whatever they bring later is welcome if it is the first, and makes them usable again.
 */

import { MAX_PATIENCE_MS, STUCK_MS, STUCK_RESPONSES } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import { endLease } from './attempt-endings.ts'
import type { JobBoard } from './job-board.ts'
import type { ExecutorSession } from './session.ts'

const log = createLog('coordinator')

export function endStuck(board: JobBoard, nowMs: number): void {
  for (const session of board.sessions.values()) {
    const unansweredMs = nowMs - session.answeredAtMs
    // most of the time nobody is near it
    if (unansweredMs <= STUCK_MS || session.isStuck || session.isLocal || session.attempts.size === 0) continue
    if (unansweredMs <= patienceMs(circumstances(board, session))) continue
    session.isStuck = true
    const sentence = `${session.info.name} answered nothing for ${Math.round(unansweredMs / 1000)} s`
    log('%s: it is stuck', sentence)
    board.emptyLane(session)
    for (const attempt of [...session.attempts.values()]) if (!attempt.isGivenUp) endLease(board, attempt, sentence)
  }
}

interface Circumstances {
  readonly usualResponseMs: number | undefined
  /** Another executor could do its tasks. */
  readonly isAnybodyElse: boolean
  /** The longest that it said it sleeps on one of its tasks. */
  readonly sleepMs: number
}

/** While nobody else is there, or nothing is known of how long a task takes, only the longest `--task-timeout` is a bound. */
export function patienceMs({ usualResponseMs, isAnybodyElse, sleepMs }: Circumstances): number {
  if (usualResponseMs === undefined || !isAnybodyElse) return MAX_PATIENCE_MS + STUCK_MS
  return Math.max(STUCK_MS + Math.min(sleepMs, STUCK_MS), STUCK_RESPONSES * usualResponseMs)
}

function circumstances({ sessions, usualResponseMs }: JobBoard, session: ExecutorSession): Circumstances {
  return {
    usualResponseMs,
    isAnybodyElse: [...sessions.values()].some((other) => other !== session && other.isReachable),
    sleepMs: Math.max(...[...session.attempts.values()].map(({ delayMs }) => delayMs)),
  }
}
