/**
 * Many changes, few calls: the first at once, what follows within CHANGE_INTERVAL_MS as one call at its end. A busy peer's
 * figures change thousands of times a second, and whoever listens takes a whole snapshot.
 */

import type { Clock, Timer } from '../base/clock.ts'
import { CHANGE_INTERVAL_MS } from '../base/limits.ts'

export interface ChangeTeller {
  changed(): void
  /** Returns the way to stop. */
  listen(listener: () => void): () => void
  stop(): void
}

/** `prepare` runs before the listeners, also when there are none. */
export function createChangeTeller(clock: Clock, prepare: () => void): ChangeTeller {
  const listeners = new Set<() => void>()
  let timer: Timer | undefined
  let toldAtMs = Number.NEGATIVE_INFINITY
  let isStopped = false

  function tell(): void {
    timer = undefined
    toldAtMs = clock.now()
    prepare()
    for (const listener of [...listeners]) listener()
  }

  return {
    changed() {
      if (isStopped || timer) return
      const waitMs = toldAtMs + CHANGE_INTERVAL_MS - clock.now()
      if (waitMs > 0) timer = clock.setTimer(waitMs, tell)
      else tell()
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    stop() {
      isStopped = true
      timer?.cancel()
      listeners.clear()
    },
  }
}
