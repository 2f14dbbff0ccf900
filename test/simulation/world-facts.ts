/** What a scenario holds that changes what can be asked of it. */

import type { SimJob } from './sim-job.ts'
import type { World } from './world.ts'

/** Peers that break frames or rules can bring any image to a wrong end; what they must not do is bring down anybody. */
export const isUnruly = (world: World): boolean =>
  world.peers.some(({ plan }) => plan.character === 'rude' || plan.character === 'garbler')

export const hasFault = (world: World, ...kinds: readonly string[]): boolean =>
  world.scenario.faults.some(({ kind }) => kinds.includes(kind))

/** The coordinator's own executor may decide about results, always takes them, and is right. */
export function canJudge({ scenario }: World, { plan, peer }: SimJob): boolean {
  const isHindered = scenario.faults.some(
    (fault) => (fault.kind === 'pause' || fault.kind === 'load') && fault.peer === peer.index,
  )
  return plan.local !== 'never' && peer.plan.character === 'honest' && peer.plan.load === 0 && !isHindered
}

/** What it believes and sends is what was said. */
export const isOfSoundMind = ({ peer: { plan } }: SimJob): boolean =>
  plan.character !== 'liar' && plan.character !== 'garbler'
