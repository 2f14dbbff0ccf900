/**
 * All that an executor holds, counted: per coordinator and in all. An attempt changes its state through `move` alone, so the
 * counts can't drift from the states.
 */

import { type Attempt, type AttemptState, createUsage, pixelsOf, type Usage } from './attempt.ts'

export interface Workload {
  readonly totals: Readonly<Usage>
  /** Takes in an attempt in the state that it has. */
  add(attempt: Attempt): void
  move(attempt: Attempt, to: AttemptState): void
}

/** `onMove` is called after every change. */
export function createWorkload(onMove: () => void): Workload {
  const totals = createUsage()

  function count(attempt: Attempt, sign: 1 | -1): void {
    countInto(totals, attempt, sign)
    countInto(attempt.link.usage, attempt, sign)
  }

  return {
    totals,
    add(attempt) {
      count(attempt, 1)
      onMove()
    },
    move(attempt, to) {
      count(attempt, -1)
      attempt.state = to
      count(attempt, 1)
      onMove()
    },
  }
}

function countInto(usage: Usage, attempt: Attempt, sign: 1 | -1): void {
  switch (attempt.state) {
    case 'parked':
      usage.parked += sign
      return
    case 'sending':
      usage.sending += sign
      usage.bodyBytes += sign * attempt.resultBytes
      return
    case 'receiving':
    case 'ready':
      usage.waiting += sign
      break
    case 'sleeping':
    case 'running':
      usage.running += sign
      break
    case 'ended':
      return
  }
  usage.bodyBytes += sign * attempt.offer.sizeBytes
  usage.pixels += sign * pixelsOf(attempt)
}
