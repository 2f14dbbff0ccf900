/**
 * Checking each other: which tasks are run by a second peer, and what follows from what the peers said. Two that agree settle
 * it; where they differ a third decides, and with no majority the coordinator's own executor, which is believed. Compared are
 * digests of pixels (or of data), which are the same from every peer; encoded bytes may differ with the encoder's build.
 * A failure is an opinion too: a peer that calls a good image broken is contradicted like one that changes its pixels.
 */

import { hashToUnit } from '../../base/random.ts'
import type { PeerRef } from '../job-events.ts'
import type { PlannedTask, TaskOutcome } from './job.ts'

export interface Opinion {
  readonly peer: PeerRef
  /** The coordinator's own executor said it. */
  readonly isOwn: boolean
  readonly outcome: TaskOutcome
}

export type Verdict =
  | { readonly kind: 'open' }
  | { readonly kind: 'settled'; readonly right: readonly [Opinion, ...Opinion[]]; readonly wrong: readonly Opinion[] }

/** Whether a task is among the share that is checked: by its seed, so that a run can be repeated. */
export function isDrawn({ seed, tile }: PlannedTask, share: number): boolean {
  if (share === 0) return false
  return hashToUnit(seed, 'verify', tile?.pass ?? 0, tile?.index ?? 0) < share
}

/** What opinions are compared by. */
export const saidBy = ({ outcome }: Opinion): string =>
  outcome.kind === 'result' ? Buffer.from(outcome.pixelDigest).toString('hex') : 'failed'

/** Two or more that agree and are more than half are right, or those that agree with the coordinator's own executor. */
export function weigh(opinions: readonly Opinion[]): Verdict {
  const own = opinions.find(({ isOwn }) => isOwn)
  for (const candidate of own ? [own] : opinions) {
    const said = saidBy(candidate)
    const [first, ...others] = opinions.filter((opinion) => saidBy(opinion) === said)
    const agreeing = 1 + others.length
    if (first === undefined || (!own && (agreeing < 2 || agreeing * 2 <= opinions.length))) continue
    return { kind: 'settled', right: [first, ...others], wrong: opinions.filter((opinion) => saidBy(opinion) !== said) }
  }
  return { kind: 'open' }
}
