/**
 * What every strategy sees and answers. A strategy is a pure function of its input; randomness is an argument. Peers that
 * are not alive, paused, draining, backed off or excluded for the task are filtered out before it is asked.
 */

import type { PeerId } from '../../../base/ids.ts'
import type { Random } from '../../../base/random.ts'

export interface Candidate {
  readonly id: PeerId
  readonly slots: number
  /** Others' tasks there by its last reply + our own, in its lane and sent. */
  readonly outstanding: number
  /** Whether one more task may be sent to it right now. */
  readonly hasCredit: boolean
  /** Mean of its last RESPONSE_TIME_SAMPLES answers to us in milliseconds; undefined before the first. */
  readonly meanResponseMs: number | undefined
  /** undefined = not known yet. */
  readonly msPerMegapixel: number | undefined
  /** Share of offers it refuses, in [0, MAX_REFUSAL_RATE]. */
  readonly refusalRate: number
}

export interface StrategyInput {
  /** In a stable order, at least one. */
  readonly candidates: readonly Candidate[]
  /** The peer chosen last in this job. */
  readonly previous: PeerId | undefined
  readonly random: Random
}

/** The peer for the next task, or undefined: wait until something changes. */
export type Strategy = (input: StrategyInput) => PeerId | undefined

/** The median of what is known; undefined when nothing is. */
export function medianOfKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b)
  if (known.length === 0) return undefined
  const middle = known.length >> 1
  const upper = known[middle] ?? 0
  return known.length % 2 === 1 ? upper : (upper + (known[middle - 1] ?? upper)) / 2
}
