import { expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { type PeerId, peerId } from '../../../src/base/ids.ts'
import { MAX_CONCURRENT_DIALS, MAX_DIAL_PROBLEMS, REDIAL_MAX_MS } from '../../../src/base/limits.ts'
import { createRandom } from '../../../src/base/random.ts'
import { createMembership, reduceMembership } from '../../../src/peer/membership/membership.ts'
import type { NamedPeer } from '../../../src/peer/node/dial-plan.ts'
import { createDialer, type DialerOptions } from '../../../src/peer/node/dialer.ts'
import { PEER_A, PEER_B } from '../../support/load-reports.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

const ADDRESS = '/ip4/10.0.0.1/tcp/4601'
const refused = (): Promise<PeerId> => Promise.reject(new MurmurationError('ERR_UNREACHABLE', 'nobody listens there'))
const peers = (count: number): NamedPeer[] =>
  Array.from({ length: count }, (_, index) => ({
    id: peerId(`peer-${index}`),
    addresses: [`/ip4/10.0.0.${index}/tcp/4601`],
  }))

function setUp(options: Partial<DialerOptions>) {
  const clock = createVirtualClock()
  const dials: { readonly atMs: number; readonly address: string | undefined }[] = []
  let membership = createMembership(PEER_A)
  const dialer = createDialer({
    clock,
    random: createRandom(5),
    configured: [],
    known: [],
    wantedConnections: () => 6,
    maxFillers: MAX_CONCURRENT_DIALS,
    membership: () => membership,
    coordinators: () => [],
    readRunning: async () => [],
    ...options,
    dial: (addresses) => {
      dials.push({ atMs: clock.now(), address: addresses[0] })
      return (options.dial ?? refused)(addresses)
    },
  })
  const connect = (peer: PeerId) => {
    membership = reduceMembership(membership, { kind: 'connection-opened', peer, atMs: 0 }).state
  }
  return { clock, dials, dialer, connect }
}

it('dials what was configured at once, and after failures ever more rarely but for ever', async () => {
  const { clock, dials, dialer } = setUp({ configured: [ADDRESS] })
  dialer.start()
  await clock.advance(1)
  expect(dials).toEqual([{ atMs: 1_000, address: ADDRESS }])
  await clock.advance(3_600_000)
  const gaps = dials.slice(1).map(({ atMs }, index) => atMs - (dials[index]?.atMs ?? 0))
  expect(gaps[0]).toBeLessThan(6_000)
  for (const gap of gaps.slice(10)) {
    expect(gap).toBeGreaterThan(0.5 * REDIAL_MAX_MS)
    expect(gap).toBeLessThan(1.5 * REDIAL_MAX_MS + 6_000)
  }
  expect(dialer.problems()).toEqual([{ address: ADDRESS, code: 'ERR_UNREACHABLE', message: 'nobody listens there' }])
})

it('forgets a problem when the address answers, and does not dial it again while its peer is connected', async () => {
  let isUp = false
  const { clock, dials, dialer, connect } = setUp({
    configured: [ADDRESS],
    dial: async () => {
      if (!isUp) return refused()
      connect(PEER_B)
      return PEER_B
    },
  })
  dialer.start()
  await clock.advance(5_000)
  isUp = true
  await clock.advance(60_000)
  const count = dials.length
  expect(dialer.problems()).toEqual([])
  await clock.advance(600_000)
  expect(dials).toHaveLength(count)
})

it('dials no more than a few at once, and goes on with the next as soon as one is over', async () => {
  let underWay = 0
  let most = 0
  const answers: (() => void)[] = []
  const { clock, dials, dialer } = setUp({
    known: peers(40),
    wantedConnections: () => 30,
    dial: async () => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise<void>((resolve) => answers.push(resolve))
      underWay -= 1
      return refused()
    },
  })
  dialer.start()
  await clock.advance(1)
  expect(dials).toHaveLength(MAX_CONCURRENT_DIALS)
  answers.shift()?.()
  await clock.advance(1)
  expect(dials).toHaveLength(MAX_CONCURRENT_DIALS + 1)
  for (let count = 0; count < 60; count++) {
    answers.shift()?.()
    await clock.advance(1)
  }
  expect(new Set(dials.map(({ address }) => address)).size).toBe(40)
  expect(most).toBe(MAX_CONCURRENT_DIALS)
})

it('dials fewer at once when dials time out, one at the least, and more again when they succeed', async () => {
  const answers: PromiseWithResolvers<PeerId>[] = []
  const { clock, dials, dialer } = setUp({
    known: peers(200),
    wantedConnections: () => 200,
    dial: () => {
      const answer = Promise.withResolvers<PeerId>()
      answers.push(answer)
      return answer.promise
    },
  })
  const finish = async (count: number, act: (answer: PromiseWithResolvers<PeerId>) => void) => {
    for (const answer of answers.splice(0, count)) act(answer)
    await clock.advance(1)
  }
  const timeOut = new MurmurationError('ERR_UNREACHABLE', 'no answer', { facts: { isTimeout: true } })
  dialer.start()
  await clock.advance(1)
  expect(answers).toHaveLength(MAX_CONCURRENT_DIALS)
  await finish(MAX_CONCURRENT_DIALS, (answer) => answer.reject(timeOut))
  expect(answers).toHaveLength(1)
  for (let count = 2; count < 6; count++) {
    await finish(1, (answer) => answer.resolve(PEER_B))
    expect(answers).toHaveLength(count)
  }
  expect(dials.length).toBeLessThan(40)
})

it('sees peers that start on this machine later', async () => {
  let running: NamedPeer[] = []
  const { clock, dials, dialer } = setUp({ readRunning: async () => running })
  dialer.start()
  await clock.advance(10_000)
  expect(dials).toEqual([])
  running = peers(1)
  await clock.advance(5_000)
  expect(dials[0]?.address).toBe('/ip4/10.0.0.0/tcp/4601')
})

it('dials whom mDNS announced, at once', async () => {
  const { clock, dials, dialer } = setUp({})
  dialer.start()
  await clock.advance(100)
  dialer.discovered({ id: PEER_B, addresses: [ADDRESS] })
  await clock.advance(1)
  expect(dials).toHaveLength(1)
})

it('dials the others when the folder of running peers can not be read', async () => {
  const { clock, dials, dialer } = setUp({
    configured: [ADDRESS],
    readRunning: () => Promise.reject(new Error('no such device')),
  })
  dialer.start()
  await clock.advance(20_000)
  expect(dials.length).toBeGreaterThan(2)
})

it('keeps a bounded list of problems, the newest', async () => {
  const configured = Array.from({ length: MAX_DIAL_PROBLEMS + 10 }, (_, index) => `/ip4/10.0.1.${index}/tcp/4601`)
  const { clock, dialer } = setUp({ configured })
  dialer.start()
  await clock.advance(100)
  expect(dialer.problems()).toHaveLength(MAX_DIAL_PROBLEMS)
})

it('counts a peer of an earlier life that is gone as no problem, and tells of it unless it only was slow', async () => {
  const [gone, slow] = peers(2)
  const absent: unknown[] = []
  const { clock, dials, dialer } = setUp({
    known: peers(2),
    onAbsent: (target) => absent.push(target),
    dial: async (addresses) => {
      const isTimeout = addresses[0] === slow?.addresses[0]
      throw new MurmurationError('ERR_UNREACHABLE', 'no', { facts: { isTimeout } })
    },
  })
  dialer.start()
  await clock.advance(100)
  expect(dials).toHaveLength(2)
  expect(dialer.problems()).toEqual([])
  expect(absent).toEqual([gone])
})

it('dials nobody any more once it is stopped', async () => {
  const { clock, dials, dialer } = setUp({ configured: [ADDRESS] })
  dialer.start()
  await clock.advance(1)
  dialer.stop()
  dialer.kick()
  await clock.advance(600_000)
  expect(dials).toHaveLength(1)
})
