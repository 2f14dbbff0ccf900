import { expect, it } from 'vitest'
import { SUSPECT_PING_MS } from '../../../src/base/limits.ts'
import { createMemberList } from '../../../src/peer/membership/member-list.ts'
import { loadReport, PEER_A, PEER_B } from '../../support/load-reports.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

function setUp() {
  const clock = createVirtualClock()
  const pings: PromiseWithResolvers<void>[] = []
  const joined: string[] = []
  const list = createMemberList({
    self: PEER_A,
    clock,
    ping: () => {
      const answer = Promise.withResolvers<void>()
      pings.push(answer)
      return answer.promise
    },
    onJoined: (peer) => joined.push(peer),
  })
  list.start()
  const stateOfB = () => list.state().members.get(PEER_B)?.state
  return { clock, pings, joined, list, stateOfB }
}

it('pings whoever is silent, once, and gives it up when that fails', async () => {
  const { clock, pings, joined, list, stateOfB } = setUp()
  list.report(loadReport({ peer: PEER_B }))
  expect(joined).toEqual([PEER_B])
  await clock.advanceUntil(() => stateOfB() === 'suspect', 20_000)
  await clock.advance(3_000)
  expect(pings).toHaveLength(1)
  pings[0]?.reject(new Error('refused'))
  await clock.advance(0)
  expect(stateOfB()).toBe('dead')
})

it('clears whoever answers', async () => {
  const { clock, pings, list, stateOfB } = setUp()
  list.report(loadReport({ peer: PEER_B }))
  await clock.advanceUntil(() => stateOfB() === 'suspect', 20_000)
  pings[0]?.resolve()
  await clock.advance(0)
  expect(stateOfB()).toBe('alive')
})

it('accuses nobody after this process was stopped, whichever of its timers fires first', async () => {
  const { clock, pings, list, stateOfB } = setUp()
  list.report(loadReport({ peer: PEER_B }))
  await clock.jump(120_000)
  expect(stateOfB()).toBe('alive')
  expect(pings).toEqual([])

  await clock.advanceUntil(() => stateOfB() === 'suspect', 20_000)
  pings[0]?.promise.catch(() => undefined)
  clock.setTimer(SUSPECT_PING_MS, () => pings[0]?.reject(new Error('no answer')))
  await clock.jump(120_000)
  expect(stateOfB()).toBe('alive')
})

it('tells of changes until it is stopped', async () => {
  const { clock, list } = setUp()
  let changes = 0
  const stop = list.onChange(() => {
    changes += 1
  })
  list.report(loadReport({ peer: PEER_B }))
  expect(changes).toBe(1)
  stop()
  list.report(loadReport({ peer: PEER_B, sequence: 2 }))
  expect(changes).toBe(1)
  list.stop()
  await clock.advance(60_000)
  expect(list.alive()).toHaveLength(1)
})

it('tells presence apart from one more report: who comes, falls silent, is heard again, starts anew or leaves', async () => {
  const { clock, pings, list, stateOfB } = setUp()
  const isNews = (change: () => void): boolean => {
    const before = list.presence()
    change()
    return list.presence() !== before
  }
  const say = (part: Parameters<typeof loadReport>[0]) => () => list.report(loadReport(part))
  expect(isNews(say({ peer: PEER_B }))).toBe(true)
  expect(list.countAlive()).toBe(1)
  expect(isNews(say({ peer: PEER_B, sequence: 2, running: 7 }))).toBe(false)
  const before = list.presence()
  await clock.advanceUntil(() => stateOfB() === 'suspect', 20_000)
  expect(list.presence()).not.toBe(before)
  expect(list.countAlive()).toBe(0)
  expect(isNews(say({ peer: PEER_B, sequence: 3 }))).toBe(true)
  expect(list.countAlive()).toBe(1)
  expect(isNews(say({ peer: PEER_B, incarnation: 2 }))).toBe(true)
  expect(isNews(say({ peer: PEER_B, incarnation: 2, sequence: 2, isLeaving: true }))).toBe(true)
  expect(list.countAlive()).toBe(0)
  pings[0]?.resolve()
})
