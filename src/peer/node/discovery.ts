/**
 * How this peer finds the others and is found: configured addresses, the peers of this machine (`running/`), mDNS, those of
 * earlier lives, and those that membership tells of. Whom to dial when is the dialer's to decide; this feeds it, and keeps what
 * the next life will need.
 */

import type { Clock } from '../../base/clock.ts'
import { type PeerId, peerId } from '../../base/ids.ts'
import {
  MAX_ADDRESSES,
  MAX_CONCURRENT_DIALS,
  MAX_CONCURRENT_FILLERS,
  MIN_CONNECTIONS,
  OBSERVER_CONNECTIONS,
  SMALL_CLUSTER_PEERS,
} from '../../base/limits.ts'
import type { Random } from '../../base/random.ts'
import type { LoadReport, PeerRole } from '../../protocol/messages.ts'
import type { KnownPeers } from '../identity/known-peers.ts'
import { isLoopback } from '../identity/running-peers.ts'
import type { MemberList } from '../membership/member-list.ts'
import type { Connector } from './connector.ts'
import { createDialer, type Dialer } from './dialer.ts'
import type { Rendezvous } from './rendezvous.ts'

export interface DiscoveryOptions {
  readonly clock: Clock
  readonly random: Random
  readonly self: PeerId
  readonly role: PeerRole
  /** Multiaddrs. */
  readonly configured: readonly string[]
  readonly knownPeers: KnownPeers
  readonly rendezvous: Rendezvous
  readonly connector: Connector
  readonly members: Pick<MemberList, 'state' | 'countAlive'>
  /** Other peers whose jobs run. */
  runningCoordinators(): readonly PeerId[]
  onProblem(): void
}

/** A peer that mDNS announced, as libp2p says it. */
export interface AnnouncedPeer {
  readonly id: { toString(): string }
  readonly multiaddrs: readonly { toString(): string }[]
}

export interface Discovery extends Pick<Dialer, 'kick' | 'retry' | 'problems'> {
  /** Resolves when this peer can be found and has begun to look. @throws MurmurationError ERR_DATA_DIR */
  start(): Promise<void>
  announced(peer: AnnouncedPeer): void
  /** Keeps an executor for this peer's next life; others come and go. */
  remember(report: LoadReport): void
  stop(): Promise<void>
}

export function createDiscovery(options: DiscoveryOptions): Discovery {
  const { clock, random, self, role, knownPeers, rendezvous, connector, members } = options
  const isExecutor = role === 'executor'

  const dialer = createDialer({
    clock,
    random,
    configured: options.configured,
    known: knownPeers.list(),
    wantedConnections: () => wantedConnections(role, members.countAlive()),
    maxFillers: isExecutor ? MAX_CONCURRENT_FILLERS : MAX_CONCURRENT_DIALS,
    membership: members.state,
    coordinators: () => (isExecutor ? options.runningCoordinators() : []),
    readRunning: rendezvous.read,
    dial: async (addresses) => {
      const connection = await connector.dial(addresses)
      return connection ? peerId(connection.remotePeer.toString()) : self
    },
    onProblem: options.onProblem,
    // A peer of this machine that is gone may never come back there; one that does is found through running/.
    onAbsent({ id, addresses }) {
      if (addresses.every(isLoopback)) knownPeers.forget(id)
    },
  })

  return {
    async start() {
      // Announced before the first look: of two that start together at least one sees the other.
      await rendezvous.announce()
      dialer.start()
    },
    kick: dialer.kick,
    retry: dialer.retry,
    problems: dialer.problems,
    announced(peer) {
      const id = peerId(peer.id.toString())
      const addresses = peer.multiaddrs.map((address) => `${address}/p2p/${id}`).slice(0, MAX_ADDRESSES)
      if (id !== self) dialer.discovered({ id, addresses })
    },
    remember(report) {
      if (report.role !== 'executor') return
      const { peer, name, addresses } = report
      knownPeers.remember({ id: peer, name, addresses, lastSeen: clock.wallTime() })
    },
    async stop() {
      dialer.stop()
      await rendezvous.withdraw()
    },
  }
}

/** A small cluster is connected throughout. `others`: alive peers, oneself excluded. */
function wantedConnections(role: PeerRole, others: number): number {
  if (role === 'observer') return OBSERVER_CONNECTIONS
  return others < SMALL_CLUSTER_PEERS ? Math.max(MIN_CONNECTIONS, others) : MIN_CONNECTIONS
}
