/**
 * What idle capacity at the end of a job does for tasks that are out (Dean and Barroso, "The Tail at Scale", 2013). Pure: the best
 * guess of when a peer answers is how long it took in the mean.
 */

import { HEDGE_SHARE } from '../../base/limits.ts'
import type { ExecutorSession } from './session.ts'
import type { Attempt } from './task-state.ts'

/** Extra tasks that a job may spend on twins, of `taskCount` that entered its window so far. */
export const maxTwins = (taskCount: number): number => Math.max(1, Math.floor(taskCount * HEDGE_SHARE))

/** The fastest first, so that the last tasks do not go to those that would take longest; unknown ones last. */
export const fastestFirst = (sessions: Iterable<ExecutorSession>): ExecutorSession[] =>
  [...sessions].sort((a, b) => meanMs(a, Number.MAX_VALUE) - meanMs(b, Number.MAX_VALUE))

const meanMs = ({ record }: ExecutorSession, unknownMs: number): number => record.meanResponseMs ?? unknownMs

/** How long its peer is expected to need yet; negative when it is overdue. `usualMs` is what an unknown peer needs. */
const remainingMs = ({ session, offeredAtMs }: Attempt, nowMs: number, usualMs: number): number =>
  offeredAtMs + meanMs(session, usualMs) - nowMs

/**
 * Whether a task that is only queued where it is should move to the idle peer: it waits in vain, or that one is faster. Before it was
 * accepted a refusal may be on its way, which would bring it there as well.
 */
export function isBetterMoved(queued: Attempt, idle: ExecutorSession, nowMs: number, usualMs: number): boolean {
  if (nowMs - queued.offeredAtMs > usualMs) return true
  return queued.acceptedAtMs !== undefined && meanMs(queued.session, usualMs) > meanMs(idle, usualMs)
}

/**
 * The attempt to run a second time at the idle peer, or undefined: the longest overdue or asleep, else the one that would end last of
 * those that the idle peer would end earlier. `usualMs` is the median response time of the job; undefined = not known yet, then only
 * a known sleep justifies a twin.
 */
export function slowestWithoutTwin(
  attempts: Iterable<Attempt>,
  idle: ExecutorSession,
  nowMs: number,
  usualMs: number | undefined,
): Attempt | undefined {
  let slowest: Attempt | undefined
  let mostMs = 0
  for (const attempt of attempts) {
    if (attempt.state.hasTwin || attempt.isGivenUp || attempt.incoming) continue
    const gainMs = gainOf(attempt, idle, nowMs, usualMs)
    if (gainMs <= mostMs) continue
    mostMs = gainMs
    slowest = attempt
  }
  return slowest
}

/** Milliseconds that a twin at the idle peer is expected to save; not positive when it is not worth it. */
function gainOf(attempt: Attempt, idle: ExecutorSession, nowMs: number, usualMs: number | undefined): number {
  const sleepMs = attempt.offeredAtMs + attempt.delayMs - nowMs
  if (sleepMs > (usualMs ?? 0)) return sleepMs
  if (usualMs === undefined) return 0
  const leftMs = remainingMs(attempt, nowMs, usualMs)
  // nobody knows how long one takes that is overdue: as long again as it took
  const isOverdue = leftMs < 0 && nowMs - attempt.offeredAtMs > usualMs
  return (isOverdue ? nowMs - attempt.offeredAtMs : leftMs) - meanMs(idle, usualMs)
}
