/**
 * When to draw: soon after a key, a few times a second while the cluster changes, once a second for the clocks. A frame
 * that costs more makes the next one wait longer, so that drawing stays below MAX_DRAWING_SHARE of a core on any machine.
 */

import type { Clock, Timer } from '../../base/clock.ts'
import {
  DASHBOARD_CLOCK_MS,
  DASHBOARD_FRAMES_PER_SECOND,
  DASHBOARD_KEY_FRAMES_PER_SECOND,
  MAX_DRAWING_SHARE,
} from '../../base/limits.ts'

export interface FramePacer {
  /** The cluster changed. */
  changed(): void
  /** A person did something and waits to see it. */
  asked(): void
  /** Draws now. */
  drawNow(): void
  stop(): void
}

/** @param spentMs milliseconds of work done so far, of which the differences count; busy neighbours should not */
export function createFramePacer(clock: Clock, draw: () => void, spentMs: () => number = clock.now): FramePacer {
  let timer: Timer | undefined
  let dueAt = Number.POSITIVE_INFINITY
  let drawnAt = Number.NEGATIVE_INFINITY
  let costMs = 0
  let isStopped = false

  function drawNow(): void {
    if (isStopped) return
    const before = spentMs()
    draw()
    drawnAt = clock.now()
    costMs = spentMs() - before
    dueAt = Number.POSITIVE_INFINITY
    within(DASHBOARD_CLOCK_MS)
  }
  /** A frame at most this long after the last one, unless one is due sooner. */
  function within(intervalMs: number): void {
    const at = drawnAt + intervalMs
    if (isStopped || at >= dueAt) return
    timer?.cancel()
    dueAt = at
    timer = clock.setTimer(Math.max(0, at - clock.now()), drawNow)
  }
  return {
    changed: () => within(Math.max(1000 / DASHBOARD_FRAMES_PER_SECOND, costMs / MAX_DRAWING_SHARE)),
    asked: () => within(1000 / DASHBOARD_KEY_FRAMES_PER_SECOND),
    drawNow,
    stop: () => {
      isStopped = true
      timer?.cancel()
    },
  }
}
