/** Which coordinators an executor serves: bounded in all and for each peer, and room is made where one does nothing. */

import { MAX_COORDINATORS, MAX_STREAMS_PER_COORDINATOR, YIELD_IDLE_STREAM_MS } from '../../base/limits.ts'
import type { CoordinatorLink } from './attempt.ts'
import type { AttachedCoordinator } from './contract.ts'
import { idleSinceMs } from './coordinator-link.ts'

export type Place =
  | { readonly kind: 'free' }
  /** This stream is to be closed for it. */
  | { readonly kind: 'yielded'; readonly by: CoordinatorLink }
  /** `reason`: a sentence for the coordinator. */
  | { readonly kind: 'none'; readonly reason: string }

/** Where one more stream of this coordinator fits in. Pure. */
export function placeFor(
  { peer, isOwn }: AttachedCoordinator,
  links: ReadonlySet<CoordinatorLink>,
  nowMs: number,
): Place {
  const ofPeer = [...links].filter((link) => link.peer === peer).length
  if (isOwn !== true && ofPeer >= MAX_STREAMS_PER_COORDINATOR) {
    const bound = `a coordinator expects at most ${MAX_STREAMS_PER_COORDINATOR} task streams at one peer, got one more`
    return { kind: 'none', reason: bound }
  }
  if (links.size < MAX_COORDINATORS) return { kind: 'free' }
  const by = longestIdle(links, nowMs - YIELD_IDLE_STREAM_MS)
  if (by) return { kind: 'yielded', by }
  return { kind: 'none', reason: `this peer serves at most ${MAX_COORDINATORS} coordinators at once, got one more` }
}

/** The first of those that were idle for longest, at least since `sinceMs`. */
function longestIdle(links: ReadonlySet<CoordinatorLink>, sinceMs: number): CoordinatorLink | undefined {
  let longest: CoordinatorLink | undefined
  let longestSinceMs = sinceMs
  for (const link of links) {
    const idleMs = link.isOwn ? undefined : idleSinceMs(link)
    if (idleMs === undefined || idleMs > longestSinceMs || (longest && idleMs === longestSinceMs)) continue
    longest = link
    longestSinceMs = idleMs
  }
  return longest
}
