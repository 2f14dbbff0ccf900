/**
 * How long a coordinator takes from a result to its next OFFER: network, its event loop and its disk together. A ping sees only
 * the first, and on a busy machine the others are most of it. Results and offers are paired in order: each result frees one
 * credit, and each credit brings one offer.
 */

import { MAX_ADAPTIVE_CREDIT_TASKS } from '../../base/limits.ts'

/** Weight of the newest in the mean. */
const NEWEST_WEIGHT = 0.2

export interface Turnaround {
  /** Mean in milliseconds; undefined before the first. */
  readonly meanMs: number | undefined
  resultSent(nowMs: number): void
  offerCame(nowMs: number): void
}

export function createTurnaround(): Turnaround {
  /** When results were sent that no offer has followed yet. */
  const sentAtMs: number[] = []
  let meanMs: number | undefined
  return {
    get meanMs() {
      return meanMs
    },
    resultSent(nowMs) {
      sentAtMs.push(nowMs)
      if (sentAtMs.length > MAX_ADAPTIVE_CREDIT_TASKS) sentAtMs.shift()
    },
    offerCame(nowMs) {
      const sentMs = sentAtMs.shift()
      // the first offers of a job follow no result
      if (sentMs === undefined) return
      const tookMs = nowMs - sentMs
      meanMs = meanMs === undefined ? tookMs : meanMs + (tookMs - meanMs) * NEWEST_WEIGHT
    },
  }
}
