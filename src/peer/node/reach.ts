/** Reaching one peer: over the connection that is open, whoever opened it, else at the addresses that it told. */

import type { Connection } from '@libp2p/interface'
import { type Clock, deadlineSignal } from '../../base/clock.ts'
import { MurmurationError } from '../../base/errors.ts'
import type { PeerId } from '../../base/ids.ts'
import { SUSPECT_PING_MS } from '../../base/limits.ts'
import type { Member, Membership } from '../membership/membership.ts'
import type { ClusterLibp2p } from './cluster-libp2p.ts'
import type { Connector } from './connector.ts'

export interface Reach {
  /** @throws MurmurationError ERR_UNREACHABLE, ERR_WRONG_KEY; the signal's reason when it aborts first */
  connect(peer: PeerId, signal: AbortSignal): Promise<Connection>
  /** Rejects when no answer comes within SUSPECT_PING_MS. */
  ping(member: Member): Promise<void>
}

export interface ReachOptions {
  readonly libp2p: ClusterLibp2p
  readonly clock: Clock
  readonly connector: Connector
  membership(): Membership
}

export function createReach({ libp2p, clock, connector, membership }: ReachOptions): Reach {
  const openConnection = (peer: PeerId): Connection | undefined =>
    libp2p.getConnections().find(({ remotePeer, status }) => status === 'open' && remotePeer.toString() === peer)

  async function connect(peer: PeerId, signal: AbortSignal): Promise<Connection> {
    const existing = openConnection(peer)
    if (existing) return existing
    const addresses = membership().members.get(peer)?.report.addresses ?? []
    const dialled = addresses.length === 0 ? undefined : await connector.dial(addresses, signal)
    if (dialled) return dialled
    throw new MurmurationError('ERR_UNREACHABLE', `the peer ${peer} has told no address that it can be dialled at`)
  }

  return {
    connect,
    async ping(member) {
      const deadline = deadlineSignal(clock, SUSPECT_PING_MS, `the answer of ${member.report.name} to a ping`)
      try {
        const connection = await connect(member.report.peer, deadline.signal)
        await libp2p.services.ping.ping(connection.remotePeer, { signal: deadline.signal })
      } finally {
        deadline.cancel()
      }
    },
  }
}
