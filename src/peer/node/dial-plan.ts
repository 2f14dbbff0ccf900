/**
 * Whom to dial next: a pure function of what is known. Some targets are owed a try however many connections there are
 * (an address that a person configured, a peer on this machine that nobody has heard of, one at a time of those that seem dead:
 * leaving them out could leave the flock in two halves); the others only fill up to the wanted number.
 */

import { type PeerId, peerId } from '../../base/ids.ts'
import { type Random, randomIndex } from '../../base/random.ts'
import type { Membership } from '../membership/membership.ts'

export interface DialTarget {
  /** What its failures are counted under: the peer id, or the address where that is not known. */
  readonly key: string
  readonly peer: PeerId | undefined
  readonly addresses: readonly string[]
}

/** A peer that a person, the running/ folder or mDNS named; not heard of yet, perhaps. */
export interface NamedPeer {
  readonly id: PeerId
  readonly addresses: readonly string[]
}

export interface DialPlanInput {
  readonly membership: Membership
  /** Addresses that a person gave, with the peer that was found there. */
  readonly configured: readonly { readonly address: string; readonly peer: PeerId | undefined }[]
  /** Peers that run on this machine or were announced by mDNS. */
  readonly nearby: readonly NamedPeer[]
  /** Coordinators of running jobs: they may be unable to dial this peer. */
  readonly coordinators: readonly PeerId[]
  /** Peers of earlier lives, the last seen first. */
  readonly known: readonly NamedPeer[]
  readonly wantedConnections: number
  /** At most so many of those that only fill up. */
  readonly maxFillers: number
  /** Dials under way count as connections. */
  readonly pending: ReadonlySet<string>
  canTry(key: string): boolean
  readonly random: Random
}

export function planDials(input: DialPlanInput): readonly DialTarget[] {
  const { membership, pending } = input
  const targets = new Map<string, DialTarget>()
  const isAlive = (peer: PeerId): boolean => membership.members.get(peer)?.state === 'alive'
  const isConnected = (peer: PeerId): boolean => membership.connected.has(peer)

  function add(target: DialTarget): boolean {
    const isSelf = target.peer === membership.self
    if (isSelf || target.addresses.length === 0 || targets.has(target.key)) return false
    if (pending.has(target.key) || !input.canTry(target.key)) return false
    targets.set(target.key, target)
    return true
  }

  for (const { address, peer = peerOf(address) } of input.configured) {
    if (peer && (isConnected(peer) || isAlive(peer) || peer === membership.self)) continue
    // Without the peer id: another peer of the cluster may live there by now, and the key is what counts.
    add({ key: address, peer: undefined, addresses: [endpointOf(address)] })
  }
  for (const { id, addresses } of input.nearby) {
    if (!isConnected(id) && !isAlive(id)) add({ key: id, peer: id, addresses })
  }
  for (const id of input.coordinators) {
    const member = membership.members.get(id)
    if (member?.state === 'alive' && !isConnected(id)) {
      add({ key: id, peer: id, addresses: member.report.addresses })
    }
  }

  const free = input.wantedConnections - membership.connected.size - pending.size - targets.size
  let missing = Math.min(free, input.maxFillers - pending.size)
  const fillers = [
    ...shuffled([...membership.hearsay.values()], input.random).map(({ report }) => report),
    ...shuffled([...membership.members.values()], input.random).flatMap((member) =>
      member.state === 'alive' ? [member.report] : [],
    ),
  ].map((report) => ({ id: report.peer, addresses: report.addresses }))
  for (const { id, addresses } of [...fillers, ...input.known]) {
    if (missing <= 0) break
    if (!isConnected(id) && add({ key: id, peer: id, addresses })) missing -= 1
  }
  // After a split each half takes the other for dead, and has connections enough: somebody must look whether it is over.
  for (const { state, report } of shuffled([...membership.members.values()], input.random)) {
    if (state !== 'dead' || isConnected(report.peer)) continue
    if (add({ key: report.peer, peer: report.peer, addresses: report.addresses })) break
  }
  return [...targets.values()]
}

/** An address without the peer id at its end. */
export const endpointOf = (address: string): string => address.replace(/\/p2p\/[^/]+$/, '')

function peerOf(address: string): PeerId | undefined {
  const id = /\/p2p\/([^/]+)$/.exec(address)?.[1]
  return id === undefined ? undefined : peerId(id)
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const keyed = list.map((element) => ({ element, order: randomIndex(random, 2 ** 30) }))
  return keyed.sort((a, b) => a.order - b.order).map(({ element }) => element)
}
