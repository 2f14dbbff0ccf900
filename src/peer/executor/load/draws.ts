/**
 * The mission's own rule: what a load probability does to one attempt. Every draw is a hash of what it is about - the
 * executor's seed, the task's seed and number, the attempt, the purpose - and of nothing else: not of time, nor of the job's
 * random id. So a run can be repeated, and the refusal and the delay of one attempt are independent draws.
 */

import { hashToUnit } from '../../../base/random.ts'
import type { OfferFrame } from '../../../protocol/messages.ts'

export interface LoadPolicy {
  /** `fixed` injects load (refuses and sleeps); `auto` follows measured load: refuses in every mode and never sleeps. */
  readonly kind: 'fixed' | 'auto'
  /** In [0, 1]. */
  readonly probability: number
}

type DrawnOffer = Pick<OfferFrame, 'seed' | 'task' | 'attempt' | 'mode'>

/** Whether load refuses this attempt. A `delayed-execute` task must be taken, except under `auto`. */
export function isRefusedByLoad(policy: LoadPolicy, seed: string | number, offer: DrawnOffer): boolean {
  if (policy.kind === 'fixed' && offer.mode === 'delayed-execute') return false
  return isDrawn(policy, seed, offer, 'refuse')
}

/** The sleep that load puts before this attempt: `delayMs` or 0. */
export function injectedDelayMs(policy: LoadPolicy, seed: string | number, offer: DrawnOffer, delayMs: number): number {
  if (policy.kind === 'auto') return 0
  return isDrawn(policy, seed, offer, 'delay') ? delayMs : 0
}

/** Where nothing can be drawn, as at most peers, nothing is hashed. */
const isDrawn = (
  { probability }: LoadPolicy,
  seed: string | number,
  { seed: taskSeed, task, attempt }: DrawnOffer,
  purpose: 'refuse' | 'delay',
): boolean => probability > 0 && hashToUnit(seed, taskSeed, task, attempt, purpose) < probability
