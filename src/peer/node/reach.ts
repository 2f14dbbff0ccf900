/** Reaching one peer: over the connection that is open, whoever opened it, else at the addresses that it told. */

import type { Connection } from '@libp2p/interface'
import { type Clock, deadlineSignal, sleep } from '../../base/clock.ts'
import { MurmurationError } from '../../base/errors.ts'
import type { PeerId } from '../../base/ids.ts'
import { SUSPECT_PING_MS, SUSPECT_REDIAL_MS } from '../../base/limits.ts'
import type { Member, Membership } from '../membership/membership.ts'
import type { ClusterLibp2p } from './cluster-libp2p.ts'
import type { Connector } from './connector.ts'

export interface Reach {
  /** @throws MurmurationError ERR_UNREACHABLE, ERR_WRONG_KEY; the signal's reason when it aborts first */
  connect(peer: PeerId, signal: AbortSignal): Promise<Connection>
  /**
   * Rejects when no answer comes within SUSPECT_PING_MS. A connection may look open and be dead at its other end (a restart, a
   * router that forgot it): a new one that comes about is an answer too.
   */
  ping(member: Member): Promise<void>
  /** Ends the pings that wait. */
  stop(): void
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

  const stopped = new AbortController()

  async function connect(peer: PeerId, signal: AbortSignal): Promise<Connection> {
    const existing = openConnection(peer)
    if (existing) return existing
    const addresses = membership().members.get(peer)?.report.addresses ?? []
    const dialled = addresses.length === 0 ? undefined : await connector.dial(addresses, signal)
    if (dialled) return dialled
    throw new MurmurationError('ERR_UNREACHABLE', `the peer ${peer} has told no address that it can be dialled at`)
  }

  async function ask(peer: PeerId, signal: AbortSignal): Promise<void> {
    const connection = await connect(peer, signal)
    await libp2p.services.ping.ping(connection.remotePeer, { signal })
  }

  async function dialAnew(addresses: readonly string[], signal: AbortSignal): Promise<void> {
    await sleep(clock, SUSPECT_REDIAL_MS, signal)
    await connector.dial(addresses, signal, { force: true })
  }

  return {
    connect,
    async ping({ report: { peer, name, addresses } }) {
      const deadline = deadlineSignal(clock, SUSPECT_PING_MS, `the answer of ${name} to a ping`)
      const answered = new AbortController()
      const signal = AbortSignal.any([deadline.signal, answered.signal, stopped.signal])
      const hasConnection = openConnection(peer) !== undefined
      const answers = [ask(peer, signal)]
      if (hasConnection && addresses.length > 0) answers.push(dialAnew(addresses, signal))
      try {
        await Promise.any(answers)
      } finally {
        deadline.cancel()
        answered.abort(new MurmurationError('ERR_CANCELLED', 'the ping was answered'))
      }
    },
    stop: () => stopped.abort(new MurmurationError('ERR_CANCELLED', 'the node stops')),
  }
}
