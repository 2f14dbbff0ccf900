import { expect, it } from 'vitest'
import { type PeerId, peerId } from '../../../src/base/ids.ts'
import { createRandom } from '../../../src/base/random.ts'
import { createMembership, type Membership, reduceMembership } from '../../../src/peer/membership/membership.ts'
import { type DialPlanInput, planDials } from '../../../src/peer/node/dial-plan.ts'
import { loadReport, PEER_A, PEER_B, PEER_C } from '../../support/load-reports.ts'

interface World {
  readonly alive?: readonly PeerId[]
  readonly heardOf?: readonly PeerId[]
  readonly connected?: readonly PeerId[]
  /** Heard before, silent since, and without an answer. */
  readonly dead?: readonly PeerId[]
}

function membership({ alive = [], heardOf = [], connected = [], dead = [] }: World): Membership {
  let state = createMembership(PEER_A)
  for (const peer of dead) {
    const report = loadReport({ peer, nextReportWithinMs: 1 })
    state = reduceMembership(state, { kind: 'report', report, atMs: -1_000 }).state
  }
  state = reduceMembership(state, { kind: 'tick', atMs: -1, latenessMs: 0 }).state
  for (const peer of dead) {
    state = reduceMembership(state, { kind: 'ping-failed', peer, atMs: -1, tookMs: 1 }).state
  }
  for (const peer of alive) {
    state = reduceMembership(state, { kind: 'report', report: loadReport({ peer }), atMs: 0 }).state
  }
  for (const peer of heardOf) {
    state = reduceMembership(state, { kind: 'hearsay', report: loadReport({ peer }), ageMs: 0, atMs: 0 }).state
  }
  for (const peer of connected) state = reduceMembership(state, { kind: 'connection-opened', peer, atMs: 0 }).state
  return state
}

const plan = (world: World, input: Partial<DialPlanInput> = {}): string[] =>
  planDials({
    membership: membership(world),
    configured: [],
    nearby: [],
    coordinators: [],
    known: [],
    wantedConnections: 6,
    maxFillers: 8,
    pending: new Set(),
    canTry: () => true,
    random: createRandom(1),
    ...input,
  }).map(({ key }) => key)

const peers = (count: number): PeerId[] => Array.from({ length: count }, (_, index) => peerId(`peer-${index}`))
const named = (id: PeerId) => ({ id, addresses: [`/ip4/10.0.0.1/tcp/1/p2p/${id}`] })
const ADDRESS = '/ip4/10.0.0.1/tcp/4601'

it('fills up to the wanted connections with peers that were heard of, first those that have not spoken themselves', () => {
  const [one, two, ...alive] = peers(12)
  if (!one || !two) throw new Error('too few')
  const dialled = plan({ alive, heardOf: [one, two], connected: alive.slice(0, 2) })
  expect(dialled).toHaveLength(4)
  expect(dialled.slice(0, 2).sort()).toEqual([one, two])
  for (const key of dialled) expect(alive.slice(0, 2)).not.toContain(key)
})

it('dials nobody when there are enough connections and nobody is missing', () => {
  const alive = peers(20)
  expect(plan({ alive, connected: alive.slice(0, 6) })).toEqual([])
})

it('tries one of those that seem dead, however many connections there are: a split may be over', () => {
  const [one, two, ...alive] = peers(12)
  if (!one || !two) throw new Error('too few')
  const dialled = plan({ alive, dead: [one, two], connected: alive })
  expect(dialled).toHaveLength(1)
  expect([one, two]).toContain(dialled[0])
  expect(plan({ alive, dead: [one, two], connected: alive }, { canTry: (key) => key === two })).toEqual([two])
  expect(plan({ alive, dead: [one], connected: [...alive, one] })).toEqual([])
})

it('counts dials under way, and does not repeat them', () => {
  const alive = peers(4)
  expect(plan({ alive }, { wantedConnections: 3, pending: new Set(alive.slice(0, 1)) })).toHaveLength(2)
  expect(plan({ alive }, { wantedConnections: 9, pending: new Set(alive.slice(0, 1)) })).toHaveLength(3)
})

it('fills up gently: with no more at once than it is told', () => {
  const alive = peers(20)
  expect(plan({ alive }, { maxFillers: 2 })).toHaveLength(2)
  expect(plan({ alive }, { maxFillers: 2, pending: new Set(['another']) })).toHaveLength(1)
  const configured = [{ address: ADDRESS, peer: undefined }]
  expect(plan({ alive }, { maxFillers: 2, pending: new Set(['a', 'b', 'c']), configured })).toEqual([ADDRESS])
})

it('does not choose the same fillers as every other peer', () => {
  const alive = peers(50)
  const chosen = new Set([1, 2, 3].map((seed) => plan({ alive }, { random: createRandom(seed) }).join(' ')))
  expect(chosen.size).toBe(3)
})

it('owes a configured address a try, however many connections there are, until its peer is known', () => {
  const alive = peers(20)
  const world = { alive, connected: alive }
  expect(plan(world, { configured: [{ address: ADDRESS, peer: undefined }] })).toEqual([ADDRESS])
  expect(plan(world, { configured: [{ address: ADDRESS, peer: alive[3] }] })).toEqual([])
  expect(plan(world, { configured: [{ address: ADDRESS, peer: PEER_A }] })).toEqual([])
  expect(plan(world, { configured: [{ address: ADDRESS, peer: PEER_C }] })).toEqual([ADDRESS])
  expect(plan(world, { configured: [{ address: `${ADDRESS}/p2p/${alive[3]}`, peer: undefined }] })).toEqual([])
})

it('dials a configured address without the peer id that it was written with', () => {
  const [target] = planDials({
    membership: membership({}),
    configured: [{ address: `${ADDRESS}/p2p/${PEER_C}`, peer: undefined }],
    nearby: [],
    coordinators: [],
    known: [],
    wantedConnections: 6,
    maxFillers: 8,
    pending: new Set(),
    canTry: () => true,
    random: createRandom(1),
  })
  expect(target?.addresses).toEqual([ADDRESS])
})

it('owes a try to peers of this machine that nobody has heard of', () => {
  const alive = peers(20)
  const nearby = [named(PEER_A), named(PEER_B), ...alive.map(named)]
  expect(plan({ alive, connected: alive }, { nearby })).toEqual([PEER_B])
})

it('dials a coordinator of a running job, which may be unable to dial back', () => {
  const alive = [PEER_B, ...peers(10)]
  const world = { alive, connected: peers(10) }
  expect(plan(world, { coordinators: [PEER_B] })).toEqual([PEER_B])
  expect(plan({ alive, connected: alive }, { coordinators: [PEER_B] })).toEqual([])
  expect(plan(world, { coordinators: [PEER_C] })).toEqual([])
})

it('falls back to peers of earlier lives when too few are alive', () => {
  const known = [named(PEER_B), named(PEER_C), named(PEER_A)]
  expect(plan({ alive: peers(5) }, { known })).toEqual([...plan({ alive: peers(5) }), PEER_B])
  expect(plan({}, { known })).toEqual([PEER_B, PEER_C])
})

it('leaves out who may not be tried yet', () => {
  expect(plan({ alive: [PEER_B, PEER_C] }, { canTry: (key) => key !== PEER_B })).toEqual([PEER_C])
})
