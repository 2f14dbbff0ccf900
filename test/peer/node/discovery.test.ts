import { expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { type PeerId, peerId } from '../../../src/base/ids.ts'
import { MAX_ADDRESSES } from '../../../src/base/limits.ts'
import { createRandom } from '../../../src/base/random.ts'
import type { KnownPeer } from '../../../src/peer/identity/known-peers.ts'
import { createMembership } from '../../../src/peer/membership/membership.ts'
import { createDiscovery, type DiscoveryOptions } from '../../../src/peer/node/discovery.ts'
import { loadReport, PEER_A, PEER_B, PEER_C } from '../../support/load-reports.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

function setUp(known: readonly KnownPeer[] = [], options: Partial<DiscoveryOptions> = {}) {
  const clock = createVirtualClock()
  const steps: string[] = []
  const dialled: (readonly string[])[] = []
  const remembered = new Map<PeerId, KnownPeer>(known.map((peer) => [peer.id, peer]))
  const discovery = createDiscovery({
    clock,
    random: createRandom(1),
    self: PEER_A,
    role: 'executor',
    configured: [],
    knownPeers: {
      list: () => [...remembered.values()],
      remember: (peer) => void remembered.set(peer.id, peer),
      forget: (id) => void remembered.delete(id),
      close: async () => {},
    },
    rendezvous: {
      announce: async () => void steps.push('announce'),
      async read() {
        steps.push('read')
        return []
      },
      withdraw: async () => void steps.push('withdraw'),
    },
    connector: {
      async dial(addresses) {
        dialled.push(addresses)
        throw new MurmurationError('ERR_UNREACHABLE', 'nobody listens there')
      },
    },
    members: { state: () => createMembership(PEER_A), countAlive: () => 0 },
    runningCoordinators: () => [],
    onProblem: () => {},
    ...options,
  })
  return { clock, discovery, steps, dialled, remembered }
}

const knownPeer = (id: PeerId, address: string): KnownPeer => ({ id, name: 'a', addresses: [address], lastSeen: 1 })

it('a peer can be found on its machine before it looks for others there, and no longer once it stopped', async () => {
  const { clock, discovery, steps } = setUp()
  await discovery.start()
  await clock.advance(1)
  expect(steps.slice(0, 2)).toEqual(['announce', 'read'])
  await discovery.stop()
  const count = steps.length
  expect(steps.at(-1)).toBe('withdraw')
  await clock.advance(60_000)
  expect(steps).toHaveLength(count)
})

it('peers that mDNS announces are dialled at a bounded number of addresses', async () => {
  const { clock, discovery, dialled } = setUp()
  await discovery.start()
  const multiaddrs = Array.from({ length: MAX_ADDRESSES + 3 }, (_, index) => `/ip4/10.0.0.${index}/tcp/4601`)
  discovery.announced({ id: PEER_B, multiaddrs })
  await clock.advance(1)
  expect(dialled).toEqual([multiaddrs.slice(0, MAX_ADDRESSES).map((address) => `${address}/p2p/${PEER_B}`)])
})

it('executors are remembered for the next life, and observers are not', () => {
  const { discovery, remembered } = setUp()
  discovery.remember(loadReport({ peer: PEER_B, role: 'executor' }))
  discovery.remember(loadReport({ peer: PEER_C, role: 'observer' }))
  expect([...remembered.keys()]).toEqual([PEER_B])
})

it('a known peer of this machine is forgotten when it is gone; one elsewhere is not', async () => {
  const here = peerId('here')
  const there = peerId('there')
  const { clock, discovery, dialled, remembered } = setUp([
    knownPeer(here, `/ip4/127.0.0.1/tcp/4601/p2p/${here}`),
    knownPeer(there, `/ip4/10.0.0.1/tcp/4601/p2p/${there}`),
  ])
  await discovery.start()
  await clock.advance(1_000)
  expect(dialled.length).toBeGreaterThanOrEqual(2)
  expect([...remembered.keys()]).toEqual([there])
})
