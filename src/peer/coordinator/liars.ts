/** Who gave wrong results in this job, in this run or an earlier one: asked for nothing more, and nothing of theirs counts. */

import type { PeerId } from '../../base/ids.ts'
import type { PeerRef } from '../job-events.ts'

export class Liars {
  readonly #peers = new Map<PeerId, PeerRef>()
  readonly #onFound: (peer: PeerRef, reason: string) => void

  /** `onFound` is called once for each. */
  constructor(onFound: (peer: PeerRef, reason: string) => void) {
    this.#onFound = onFound
  }

  /** `reason`: a clause about the peer. */
  add(peer: PeerRef, reason: string): void {
    if (this.#peers.has(peer.id)) return
    this.#peers.set(peer.id, peer)
    this.#onFound(peer, reason)
  }

  has(peer: PeerId): boolean {
    return this.#peers.has(peer)
  }

  list(): readonly PeerRef[] {
    return [...this.#peers.values()]
  }
}

/** Whether what `peer` did stands: it never lied, or somebody who never lied came to the same. */
export const isBelieved = (
  liars: { has(peer: PeerId): boolean },
  peer: PeerId,
  verifiedBy: readonly PeerId[] = [],
): boolean => !liars.has(peer) || verifiedBy.some((other) => !liars.has(other))
