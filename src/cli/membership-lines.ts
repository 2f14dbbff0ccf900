/** What changed in the cluster between two snapshots, as `peer start` tells it: who joined, left, or was lost. */

import type { PeerSnapshot, PeerState } from '../peer/snapshot.ts'
import { escapeControls } from '../tui/text/escape.ts'
import { countOf, formatDuration, formatLoad } from '../tui/text/figures.ts'

export type MembershipChange = 'joined' | 'left' | 'lost'

export interface MembershipEvent {
  readonly event: MembershipChange
  readonly peer: PeerSnapshot
}

/** Silence alone is no change: a suspect peer is still there until it is found dead. */
const isPresent = (state: PeerState | undefined): boolean => state === 'alive' || state === 'suspect'

export function membershipEvents(
  before: readonly PeerSnapshot[],
  after: readonly PeerSnapshot[],
): readonly MembershipEvent[] {
  const earlier = new Map(before.map((peer) => [peer.id, peer.state]))
  return after.flatMap((peer): readonly MembershipEvent[] => {
    const was = isPresent(earlier.get(peer.id))
    if (was === isPresent(peer.state)) return []
    if (!was) return [{ event: 'joined', peer }]
    return [{ event: peer.state === 'left' ? 'left' : 'lost', peer }]
  })
}

/** `joined lab-kmqa (executor, 2 slots, load 0.3)`. */
export function membershipLine({ event, peer }: MembershipEvent): string {
  const name = escapeControls(peer.name)
  if (event === 'left') return `left ${name}`
  if (event === 'lost') return `lost ${name}: nothing heard for ${formatDuration(peer.lastSeenMsAgo)}`
  const facts =
    peer.role === 'executor' ? `executor, ${countOf(peer.slots, 'slot')}, load ${formatLoad(peer.load)}` : 'observer'
  return `joined ${name} (${facts})`
}
