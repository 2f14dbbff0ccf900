/** Leaving in good order: what is not in a slot goes back at once, the rest gets a time to end in. */

import type { Clock, Timer } from '../../base/clock.ts'

export interface DrainWorld {
  readonly clock: Clock
  /** No task is held here. */
  isQuiet(): boolean
  /** Hands back what has not begun. */
  handBackWaiting(): void
  /** Hands back everything that has no result. */
  handBackRunning(): void
}

export interface Drain {
  /** Begins, or shortens one that runs; resolves when nothing is held any more, or at the latest after `withinMs`. */
  drain(withinMs: number): Promise<void>
  /** To be told whenever a task may have ended. */
  look(): void
}

export function createDrain({ clock, isQuiet, handBackWaiting, handBackRunning }: DrainWorld): Drain {
  let draining: Promise<void> | undefined
  let untilMs = Number.POSITIVE_INFINITY
  let timer: Timer | undefined
  /** Set while the last task is waited for. */
  let onQuiet: (() => void) | undefined

  async function begin(): Promise<void> {
    handBackWaiting()
    if (isQuiet()) return
    await new Promise<void>((resolve) => {
      onQuiet = resolve
      limit()
    })
    timer?.cancel()
    onQuiet = undefined
    handBackRunning()
  }

  function limit(): void {
    timer?.cancel()
    if (onQuiet) timer = clock.setTimer(Math.max(0, untilMs - clock.now()), onQuiet)
  }

  return {
    drain(withinMs) {
      const soonerMs = clock.now() + withinMs
      if (soonerMs < untilMs) {
        untilMs = soonerMs
        limit()
      }
      draining ??= begin()
      return draining
    },
    look() {
      if (onQuiet && isQuiet()) onQuiet()
    },
  }
}
