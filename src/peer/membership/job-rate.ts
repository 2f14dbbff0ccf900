/**
 * How fast a job goes now, from what its coordinator announces: over the last RATE_WINDOW_MS, or so far back that
 * MIN_RATE_IMAGES ended, where images take long. Images of an earlier run are no work of this one. Time is the
 * coordinator's own (`elapsedMs`): a message that came late changes nothing.
 */

import { MAX_RATE_MARKS, MIN_RATE_IMAGES, RATE_WINDOW_MS } from '../../base/limits.ts'
import type { JobProgress } from '../../protocol/messages.ts'

/** How much of the job had ended at a time. */
interface Mark {
  readonly elapsedMs: number
  readonly ended: number
}

export interface JobRate {
  /** Images a millisecond of late; 0 before the first. */
  readonly recentPerMs: number
  /** Since the job began. */
  readonly meanPerMs: number
  /** The oldest first; the first one is where "of late" begins. */
  readonly marks: readonly Mark[]
}

const START: Mark = { elapsedMs: 0, ended: 0 }

export function observeProgress(before: JobRate | undefined, progress: JobProgress): JobRate {
  const { elapsedMs, done, failed, alreadyDone } = progress
  const now = { elapsedMs, ended: done - alreadyDone + failed }
  const marks = [...(before?.marks ?? [START])]
  // quiet marks tell nothing: without them a slow job needs no more of them than a fast one
  if (marks.at(-1)?.ended !== now.ended) marks.push(now)
  while (marks.length > MAX_RATE_MARKS || isEnough(marks[1], now)) marks.shift()
  return { recentPerMs: perMs(marks[0] ?? START, now), meanPerMs: perMs(START, now), marks }
}

const isEnough = (base: Mark | undefined, now: Mark): boolean =>
  base !== undefined && now.elapsedMs - base.elapsedMs >= RATE_WINDOW_MS && now.ended - base.ended >= MIN_RATE_IMAGES

const perMs = (from: Mark, to: Mark): number =>
  to.elapsedMs > from.elapsedMs ? Math.max(0, to.ended - from.ended) / (to.elapsedMs - from.elapsedMs) : 0
