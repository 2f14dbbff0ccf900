/**
 * Which outstanding task to run a second time at the end of a job (Dean and Barroso, "The Tail at Scale", 2013): capacity is
 * idle, nothing waits, and the slowest task has already taken longer than such a task usually does, or is known to sleep.
 */

import { HEDGE_SHARE } from '../../base/limits.ts'
import type { Attempt } from './task-state.ts'

/** Extra tasks that a job may spend on twins, of `taskCount` that entered its window so far. */
export const maxTwins = (taskCount: number): number => Math.max(1, Math.floor(taskCount * HEDGE_SHARE))

/**
 * The attempt to give a twin, or undefined. `usualMs` is the median response time of the job; undefined = not known yet, then
 * only a known sleep justifies a twin.
 */
export function slowestWithoutTwin(
  attempts: Iterable<Attempt>,
  nowMs: number,
  usualMs: number | undefined,
): Attempt | undefined {
  let slowest: Attempt | undefined
  for (const attempt of attempts) {
    if (attempt.state.hasTwin || attempt.isGivenUp || attempt.incoming) continue
    const isLate = usualMs !== undefined && nowMs - attempt.offeredAtMs > usualMs
    const isAsleep = attempt.offeredAtMs + attempt.delayMs > nowMs + (usualMs ?? 0)
    if (!isLate && !isAsleep) continue
    if (!slowest || attempt.offeredAtMs < slowest.offeredAtMs) slowest = attempt
  }
  return slowest
}
