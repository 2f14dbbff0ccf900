/**
 * A deadline that moves: work that makes progress pushes it back many times a second, and only when the timer fires is it
 * looked at again. So progress costs nothing but a number.
 */

import type { Clock, Timer } from './clock.ts'

export interface LazyAlarm {
  /** To be called when there is something to wait for. The deadline may move later unseen, never earlier. */
  arm(): void
  stop(): void
}

/** Calls `onDue` once the clock reaches `dueAtMs()`; undefined means that nothing is waited for. */
export function createLazyAlarm(clock: Clock, dueAtMs: () => number | undefined, onDue: () => void): LazyAlarm {
  let timer: Timer | undefined
  let isStopped = false

  function arm(): void {
    if (timer || isStopped) return
    const dueMs = dueAtMs()
    if (dueMs === undefined) return
    timer = clock.setTimer(Math.max(0, dueMs - clock.now()), fire)
  }

  function fire(): void {
    timer = undefined
    const dueMs = dueAtMs()
    if (dueMs !== undefined && dueMs <= clock.now()) onDue()
    arm()
  }

  return {
    arm,
    stop() {
      isStopped = true
      timer?.cancel()
      timer = undefined
    },
  }
}
