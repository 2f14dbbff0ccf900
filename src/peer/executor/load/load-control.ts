/**
 * Which load policy is in force: the probability that was given, or what the meter says. A probability set by hand at run
 * time ends the measuring: a person's word goes before the machine's.
 */

import { MurmurationError } from '../../../base/errors.ts'
import type { LoadPolicy } from './draws.ts'
import type { LoadMeter } from './load-meter.ts'

/** A measured probability is told to others when it moved by this much: gossip is not to carry every flicker. */
const TELL_CHANGE = 0.05

export interface LoadControl {
  readonly policy: LoadPolicy
  /** @throws MurmurationError ERR_USAGE when `probability` is not in [0, 1] */
  set(probability: number): void
  stop(): void
}

export function createLoadControl(load: number | 'auto', meter: LoadMeter, onChange: () => void): LoadControl {
  let policy: LoadPolicy = load === 'auto' ? { kind: 'auto', probability: 0 } : fixedPolicy(load)
  let told = policy.probability
  let stopMeter = load === 'auto' ? meter.start(follow) : undefined

  function follow(share: number): void {
    policy = { kind: 'auto', probability: share }
    if (Math.abs(share - told) < TELL_CHANGE) return
    told = share
    onChange()
  }

  function stop(): void {
    stopMeter?.()
    stopMeter = undefined
  }

  return {
    get policy() {
      return policy
    },
    set(probability) {
      const next = fixedPolicy(probability)
      stop()
      policy = next
      told = probability
      onChange()
    },
    stop,
  }
}

function fixedPolicy(probability: number): LoadPolicy {
  if (!(probability >= 0 && probability <= 1)) {
    throw new MurmurationError('ERR_USAGE', `a load probability is expected between 0 and 1, got ${probability}`)
  }
  return { kind: 'fixed', probability }
}
