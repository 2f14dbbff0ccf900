import { expect, it } from 'vitest'
import { CLONE_EVIDENCE_MS } from '../../../src/base/limits.ts'
import { conflictSentence, createIdentityConflicts } from '../../../src/peer/membership/identity-conflicts.ts'
import { loadReport, PEER_A, PEER_B } from '../../support/load-reports.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

const at = (...hosts: string[]) => hosts.map((host) => `/ip4/${host}/p2p/${PEER_A}`)
const HERE = at('10.0.0.2/tcp/4601', '127.0.0.1/tcp/4601')
const THERE = at('10.0.0.3/tcp/4601', '127.0.0.1/tcp/4601')

function setUp() {
  const clock = createVirtualClock()
  const conflicts = createIdentityConflicts(clock)
  const hear = (incarnation: number, sequence: number, addresses = HERE) =>
    conflicts.heard(loadReport({ peer: PEER_A, incarnation, sequence, addresses }))
  return { clock, conflicts, hear, wait: (delayMs: number) => clock.advance(delayMs) }
}

it('notices a life that goes on long after a newer one began', async () => {
  const { conflicts, hear, wait } = setUp()
  hear(1, 5)
  hear(2, 1, THERE)
  await wait(CLONE_EVIDENCE_MS)
  hear(2, 2, THERE)
  expect(conflicts.list()).toEqual([])
  hear(1, 6)
  expect(conflicts.list()).toMatchObject([{ peer: PEER_A, places: [HERE, THERE] }])
})

it('notices two processes that count alike, by their machines', async () => {
  const { conflicts, hear, wait } = setUp()
  hear(3, 900)
  hear(3, 5, THERE)
  await wait(CLONE_EVIDENCE_MS)
  hear(3, 901)
  expect(conflicts.list()).toEqual([])
  hear(3, 6, THERE)
  expect(conflicts.list()).toHaveLength(1)
})

it('takes no restart for it, whose last words come late', async () => {
  const { conflicts, hear, wait } = setUp()
  hear(1, 5)
  hear(2, 1)
  hear(1, 6)
  await wait(CLONE_EVIDENCE_MS / 2)
  hear(1, 7)
  await wait(CLONE_EVIDENCE_MS)
  hear(1, 7)
  hear(2, 2)
  expect(conflicts.list()).toEqual([])
})

it('takes no change of networks for it, also not there and back', async () => {
  const { conflicts, hear, wait } = setUp()
  for (const [sequence, addresses] of [HERE, THERE, HERE, THERE].entries()) {
    hear(1, sequence + 1, addresses)
    await wait(CLONE_EVIDENCE_MS)
  }
  expect(conflicts.list()).toEqual([])
})

it('notices two answers over connections that were open together, by port where the machine is one', () => {
  const { conflicts } = setUp()
  const answer = (port: number, peer = PEER_A) =>
    loadReport({ peer, addresses: [`/ip4/127.0.0.1/tcp/${port}/p2p/${peer}`] })
  conflicts.answeredTogether([answer(4601), answer(4601), answer(4602, PEER_B)])
  expect(conflicts.list()).toEqual([])
  conflicts.answeredTogether([answer(4601), answer(4602)])
  const sentences = conflicts.list().map(conflictSentence)
  expect(sentences).toEqual([
    `two processes use the identity of peer-${PEER_A.slice(-4)} (${PEER_A}) at the same time: one at /ip4/127.0.0.1/tcp/4601, one at /ip4/127.0.0.1/tcp/4602`,
  ])
})
