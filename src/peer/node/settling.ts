/**
 * Whether it has been clear for SETTLE_MS that there are executors to send tasks to, or that there are none. A job that begins
 * while a cluster is still gathering waits a moment for those that are as near as the first.
 */

import type { Clock } from '../../base/clock.ts'
import { SETTLE_MS } from '../../base/limits.ts'

export interface Settling {
  /** From now on the answer counts. */
  start(): void
  /** Something changed: looks whether there are executors now. */
  look(): void
  isSettled(): boolean
}

export function createSettling(clock: Clock, hasExecutor: () => boolean): Settling {
  let isAnyThere = false
  let unchangedSinceMs = Number.POSITIVE_INFINITY

  return {
    start() {
      unchangedSinceMs = clock.now()
    },
    look() {
      const isAnyThereNow = hasExecutor()
      if (isAnyThereNow !== isAnyThere) unchangedSinceMs = clock.now()
      isAnyThere = isAnyThereNow
    },
    isSettled: () => clock.now() - unchangedSinceMs >= SETTLE_MS,
  }
}
