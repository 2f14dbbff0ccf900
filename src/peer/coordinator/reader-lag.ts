/**
 * The give-up clock while the reader of a job's events is behind. Nobody is asked then, so that time does not count; but where
 * peers are asked now and then and refuse, up to MAX_COUNTED_LAG_MS of each pause does: a reader that is always a little too slow
 * would else keep a job alive that nobody will ever do.
 */

import { MAX_COUNTED_LAG_MS } from '../../base/limits.ts'

export interface Progress {
  /** As of JobBoard, on the clock. */
  lastProgressMs: number
  /** By peers, so far. */
  readonly refusals: number
}

export class ReaderLag {
  #refusals = 0
  #progressMs = Number.NaN
  /** Since the last refusal. */
  #forgivenMs = 0

  /** At each tick: moves the last progress by what is not to count of the time since the tick before. */
  apply(board: Progress, isBehind: boolean, sinceLastTickMs: number): void {
    if (board.lastProgressMs !== this.#progressMs) this.#forgivenMs = 0
    if (board.refusals > this.#refusals) {
      board.lastProgressMs -= Math.min(this.#forgivenMs, MAX_COUNTED_LAG_MS)
      this.#forgivenMs = 0
    } else if (isBehind) {
      board.lastProgressMs += sinceLastTickMs
      this.#forgivenMs += sinceLastTickMs
    }
    this.#refusals = board.refusals
    this.#progressMs = board.lastProgressMs
  }
}
