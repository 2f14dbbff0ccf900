/**
 * Time as an injected dependency: membership, executor and coordinator never touch the global timers, so the same code
 * runs under the virtual clock of the tests and the simulation.
 */

import { MurmurationError } from './errors.ts'

export interface Timer {
  cancel(): void
}

export interface Clock {
  /** Monotonic milliseconds; only differences mean anything. */
  now(): number
  /** Milliseconds since the Unix epoch, for people and journals. */
  wallTime(): number
  /** Calls `callback` once after `delayMs`. The timer never keeps the process alive by itself. */
  setTimer(delayMs: number, callback: () => void): Timer
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wallTime: () => Date.now(),
  setTimer: (delayMs, callback) => {
    const handle = setTimeout(callback, delayMs)
    handle.unref?.()
    return { cancel: () => clearTimeout(handle) }
  },
}

/** Resolves after `delayMs`; rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const timer = clock.setTimer(delayMs, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    function onAbort(): void {
      timer.cancel()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/**
 * Settles like `work`, or rejects with ERR_DEADLINE when `deadlineMs` pass first. The work itself is not stopped: give it
 * a signal of its own where it can be.
 */
export function withDeadline<T>(clock: Clock, deadlineMs: number, subject: string, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(deadlineMs, () => {
      reject(new MurmurationError('ERR_DEADLINE', `${subject} was expected within ${deadlineMs} ms and did not come`))
    })
    work.then(resolve, reject).finally(() => timer.cancel())
  })
}

/**
 * A signal that aborts with ERR_DEADLINE after `deadlineMs`, or with the reason of `outer` when that aborts first.
 * `cancel` frees the timer; call it when the work is over.
 */
export function deadlineSignal(
  clock: Clock,
  deadlineMs: number,
  subject: string,
  outer?: AbortSignal,
): { readonly signal: AbortSignal; cancel(): void } {
  const controller = new AbortController()
  const timer = clock.setTimer(deadlineMs, () => {
    const sentence = `${subject} was expected within ${deadlineMs} ms and did not come`
    controller.abort(new MurmurationError('ERR_DEADLINE', sentence))
  })
  const signal = outer ? AbortSignal.any([outer, controller.signal]) : controller.signal
  return { signal, cancel: () => timer.cancel() }
}
