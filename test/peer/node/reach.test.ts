import type { Connection } from '@libp2p/interface'
import { describe, expect, it } from 'vitest'
import { SUSPECT_PING_MS, SUSPECT_REDIAL_MS } from '../../../src/base/limits.ts'
import { createMembership, type Member, reduceMembership } from '../../../src/peer/membership/membership.ts'
import type { ClusterLibp2p } from '../../../src/peer/node/cluster-libp2p.ts'
import { createReach } from '../../../src/peer/node/reach.ts'
import { loadReport, PEER_A, PEER_B } from '../../support/load-reports.ts'
import { createVirtualClock, settle } from '../../support/virtual-clock.ts'

/** Who is pinged, and over what, is told by hand: `answer` for the open connection, `dial` for a new one. */
function world({ isConnected = true } = {}) {
  const clock = createVirtualClock()
  const dials: { force: boolean }[] = []
  const pings: AbortSignal[] = []
  const answer = Promise.withResolvers<number>()
  const dialled = Promise.withResolvers<Connection>()
  const connection = { status: 'open', remotePeer: { toString: () => PEER_B } }
  const libp2p = {
    getConnections: () => (isConnected ? [connection] : []),
    services: {
      ping: {
        ping: (_: unknown, { signal }: { signal: AbortSignal }) => {
          pings.push(signal)
          return Promise.race([answer.promise, new Promise((_, reject) => signal.addEventListener('abort', reject))])
        },
      },
    },
  }
  const report = loadReport({ peer: PEER_B })
  const { state } = reduceMembership(createMembership(PEER_A), { kind: 'report', report, atMs: 0 })
  const reach = createReach({
    libp2p: libp2p as unknown as ClusterLibp2p,
    clock,
    membership: () => state,
    connector: {
      dial: (_, signal, { force = false } = {}) => {
        dials.push({ force })
        return Promise.race([
          dialled.promise,
          new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
        ])
      },
    },
  })
  let outcome = 'waiting'
  const ping = (): void => {
    reach.ping(state.members.get(PEER_B) as Member).then(
      () => (outcome = 'answered'),
      () => (outcome = 'failed'),
    )
  }
  return { clock, dials, pings, answer, dialled, connection, ping, outcome: () => outcome }
}

describe('a ping', () => {
  it('that is answered over the open connection dials nobody', async () => {
    const { clock, dials, answer, ping, outcome } = world()
    ping()
    await clock.advance(SUSPECT_REDIAL_MS - 1)
    answer.resolve(5)
    await settle()
    expect(outcome()).toBe('answered')
    await clock.advance(SUSPECT_PING_MS)
    expect(dials).toEqual([])
  })

  it('over a connection that is dead at its other end is answered by a new one', async () => {
    const { clock, dials, dialled, connection, ping, pings, outcome } = world()
    ping()
    await clock.advance(SUSPECT_REDIAL_MS)
    expect(dials).toEqual([{ force: true }])
    expect(outcome()).toBe('waiting')
    dialled.resolve(connection as unknown as Connection)
    await settle()
    expect(outcome()).toBe('answered')
    expect(pings[0]?.aborted).toBe(true)
  })

  it('fails when neither answers in time', async () => {
    const { clock, ping, outcome } = world()
    ping()
    await clock.advance(SUSPECT_PING_MS)
    expect(outcome()).toBe('failed')
  })

  it('without a connection dials once, not anew', async () => {
    const { clock, dials, ping, outcome } = world({ isConnected: false })
    ping()
    await clock.advance(SUSPECT_PING_MS)
    expect(dials).toEqual([{ force: false }])
    expect(outcome()).toBe('failed')
  })
})
