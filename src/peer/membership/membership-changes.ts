/** What changed in the cluster between two snapshots, for people: who joined, left, or was lost. */

import type { PeerSnapshot, PeerState } from '../snapshot.ts'

export interface MembershipChange {
  readonly event: 'joined' | 'left' | 'lost'
  readonly peer: PeerSnapshot
}

/** Silence alone is no change: a suspect peer is still there until it is found dead. */
const isPresent = (state: PeerState | undefined): boolean => state === 'alive' || state === 'suspect'

export function membershipChanges(
  before: readonly PeerSnapshot[],
  after: readonly PeerSnapshot[],
): readonly MembershipChange[] {
  const earlier = new Map(before.map((peer) => [peer.id, peer.state]))
  return after.flatMap((peer): readonly MembershipChange[] => {
    const was = isPresent(earlier.get(peer.id))
    if (was === isPresent(peer.state)) return []
    if (!was) return [{ event: 'joined', peer }]
    return [{ event: peer.state === 'left' ? 'left' : 'lost', peer }]
  })
}

/** `joined lab-kmqa (executor, 2 slots, load 0.3)`; the name as its peer told it, unescaped. */
export function membershipSentence({ event, peer }: MembershipChange): string {
  const { name, role, slots, load, lastSeenMsAgo } = peer
  if (event === 'left') return `left ${name}`
  if (event === 'lost') return `lost ${name}: nothing heard for ${Math.round(lastSeenMsAgo / 1000)} s`
  if (role === 'observer') return `joined ${name} (observer)`
  return `joined ${name} (executor, ${slots} slot${slots === 1 ? '' : 's'}, load ${Math.round(load * 100) / 100})`
}
