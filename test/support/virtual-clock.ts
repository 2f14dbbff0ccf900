/** A clock that moves only when a test says so. Timers fire in order; pending promises settle between two of them. */

import type { Clock } from '../../src/base/clock.ts'
import { eventually } from './eventually.ts'

export interface VirtualClock extends Clock {
  /** Moves time forward by `durationMs`, firing what is due on the way. */
  advance(durationMs: number): Promise<void>
  /** Moves time forward until `condition` holds. Throws when `withinMs` of virtual time pass first. */
  advanceUntil(condition: () => boolean, withinMs: number): Promise<void>
  /** Jumps without firing what becomes due on the way until the jump is over: a process that was stopped. */
  jump(durationMs: number): Promise<void>
}

interface PendingTimer {
  readonly dueMs: number
  readonly order: number
  readonly callback: () => void
}

/** Lets every settled promise run its continuations, also chains of them. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

export function createVirtualClock(startMs = 1_000): VirtualClock {
  let nowMs = startMs
  let order = 0
  const timers = new Set<PendingTimer>()

  function nextDue(untilMs: number): PendingTimer | undefined {
    let next: PendingTimer | undefined
    for (const timer of timers) {
      if (timer.dueMs > untilMs) continue
      if (!next || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) next = timer
    }
    return next
  }

  async function advance(durationMs: number): Promise<void> {
    const untilMs = nowMs + durationMs
    await settle()
    for (let timer = nextDue(untilMs); timer; timer = nextDue(untilMs)) {
      timers.delete(timer)
      nowMs = Math.max(nowMs, timer.dueMs)
      timer.callback()
      await settle()
    }
    nowMs = untilMs
    await settle()
  }

  return {
    now: () => nowMs,
    wallTime: () => 1_700_000_000_000 + nowMs,
    setTimer(delayMs, callback) {
      const timer = { dueMs: nowMs + Math.max(0, delayMs), order: order++, callback }
      timers.add(timer)
      return { cancel: () => void timers.delete(timer) }
    },
    advance,
    async advanceUntil(condition, withinMs) {
      const untilMs = nowMs + withinMs
      await settle()
      while (!condition()) {
        const timer = nextDue(untilMs)
        if (!timer) throw new Error(`the condition did not hold within ${withinMs} ms of virtual time`)
        await advance(Math.max(0, timer.dueMs - nowMs))
      }
    },
    async jump(durationMs) {
      nowMs += durationMs
      await advance(0)
    },
  }
}

/**
 * Lets virtual time pass, ten times as fast as real time, until `condition` holds: for what waits for sockets and for timers.
 * While nobody calls it no time passes, however long the sockets take.
 */
export const passUntil = (clock: VirtualClock, condition: () => boolean): Promise<void> =>
  eventually(async () => {
    if (condition()) return true
    await clock.advance(100)
    return condition()
  })
