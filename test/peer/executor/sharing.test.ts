import { describe, expect, it } from 'vitest'
import { peerId } from '../../../src/base/ids.ts'
import {
  BEAT_INTERVAL_MS,
  MAX_COORDINATORS,
  MAX_STREAMS_PER_COORDINATOR,
  TASK_STREAM_IDLE_MS,
  YIELD_IDLE_STREAM_MS,
} from '../../../src/base/limits.ts'
import { createChannelPair } from '../../../src/peer/channel-pair.ts'
import type { ExecutorFrame } from '../../../src/protocol/messages.ts'
import { recordChannel } from '../../support/channel-recorder.ts'
import { attachByHand, attemptOf, bodyOf, LARGE_BYTES, setUpExecutor } from './hand-coordinator.ts'

describe('several coordinators at one executor', () => {
  it('get the same share of it, however much one of them asks for', async () => {
    const { executor, clock, runner } = setUpExecutor({ slots: 1 })
    runner.finishAfter(clock, 10)
    const coordinators = ['alice', 'bob', 'carol'].map((name) => attachByHand(executor, name))
    const [alice, bob, carol] = coordinators
    if (!alice || !bob || !carol) throw new Error('three were attached')
    let next = 0
    const keepOutstanding = (who: typeof alice, wanted: number) => {
      const offered = offeredOf.get(who) ?? 0
      const outstanding = offered - who.of('result').length
      for (let more = outstanding; more < wanted; more++) {
        who.offer(next++)
        offeredOf.set(who, (offeredOf.get(who) ?? 0) + 1)
      }
    }
    const offeredOf = new Map<typeof alice, number>()
    keepOutstanding(alice, 16)
    await clock.advance(20)
    const rounds = async (count: number) => {
      for (let round = 0; round < count; round++) {
        keepOutstanding(alice, 16)
        keepOutstanding(bob, 3)
        keepOutstanding(carol, 2)
        await clock.advance(10)
      }
      return coordinators.map((who) => who.of('result').length)
    }
    const before = await rounds(5) // what alice had accepted before the others came is through
    const after = await rounds(120)
    for (const [index, done] of after.entries())
      expect(Math.abs(done - (before[index] ?? 0) - 40)).toBeLessThanOrEqual(1)
  })

  it('run in turn although one was accepted first with all that it had', async () => {
    const { executor, clock, runner } = setUpExecutor({ slots: 2 })
    const alice = attachByHand(executor, 'alice')
    const bob = attachByHand(executor, 'bob')
    for (const task of [1, 2, 3, 4, 5, 6]) alice.offer(task, { seed: 1n })
    await clock.advance(0)
    for (const task of [7, 8, 9]) bob.offer(task, { seed: 2n })
    await clock.advance(0)
    for (let ended = 0; ended < 7; ended++) {
      runner.started[ended]?.finish()
      await clock.advance(0)
    }
    const order = runner.started.map(({ task }) => (task.seed === 1n ? 'alice' : 'bob'))
    expect(order.slice(0, 4)).toEqual(['alice', 'alice', 'alice', 'alice'])
    expect(order.slice(4, 9)).toEqual(['alice', 'bob', 'alice', 'bob', 'bob'])
  })

  it('lose nothing when another one goes: its waiting tasks are dropped and its slots freed', async () => {
    const { executor, clock, runner } = setUpExecutor({ slots: 2 })
    const alice = attachByHand(executor, 'alice')
    const bob = attachByHand(executor, 'bob')
    for (const task of [1, 2, 3, 4, 5]) alice.offer(task)
    await clock.advance(0)
    bob.offer(6)
    bob.offer(7)
    await clock.advance(0)
    expect(bob.of('accept')).toHaveLength(0)
    alice.channel.close(new Error('the connection broke'))
    await clock.advance(0)
    // two run on to be thrown away and keep their slots
    expect(executor.read()).toMatchObject({ running: 2, parked: 2 })
    expect(bob.of('accept')).toHaveLength(2)
    runner.started[0]?.finish()
    runner.started[1]?.fail(new Error('no matter'))
    await clock.advance(0)
    expect(executor.read()).toMatchObject({ running: 2, parked: 0 })
    runner.started[2]?.finish()
    runner.started[3]?.finish()
    await clock.advance(0)
    expect(bob.of('result')).toHaveLength(2)
    expect(alice.of('result')).toHaveLength(0)
    expect(executor.read()).toMatchObject({ running: 0, parked: 0, counts: { accepted: 6, completed: 2, failed: 0 } })
  })

  it('wake nobody when a sleeping task of one that went is dropped', async () => {
    const { executor, clock, runner } = setUpExecutor({ load: 1, slots: 1 })
    const alice = attachByHand(executor, 'alice')
    alice.offer(1, { mode: 'delayed-execute' })
    await clock.advance(100)
    expect(executor.read().running).toBe(1)
    alice.channel.close()
    await clock.advance(0)
    expect(executor.read().running).toBe(0)
    await clock.advance(10_000)
    expect(runner.started).toHaveLength(0)
  })

  it('are served up to a bound', async () => {
    const { executor, clock } = setUpExecutor()
    const served = Array.from({ length: MAX_COORDINATORS }, (_, index) => attachByHand(executor, `peer ${index}`))
    const refused = attachByHand(executor, 'one too many')
    await clock.advance(0)
    expect(refused.closed?.error).toBeDefined()
    expect(served.filter(({ closed }) => closed)).toEqual([])
    served[0]?.channel.close()
    await clock.advance(0)
    const welcome = attachByHand(executor, 'another')
    await clock.advance(0)
    expect(welcome.of('credit')).toHaveLength(1)
  })
})

describe('streams without work', () => {
  it('give their places to new ones when all are taken, the longest silent first; whoever has a task here stays', async () => {
    const { executor, clock, runner } = setUpExecutor()
    const [busy, ...silent] = Array.from({ length: MAX_COORDINATORS }, (_, index) =>
      attachByHand(executor, `p${index}`),
    )
    busy?.offer(1)
    await clock.advance(YIELD_IDLE_STREAM_MS - 1)
    silent[0]?.cancel(attemptOf(77))
    await clock.advance(1)
    const welcome = attachByHand(executor, 'new')
    await clock.advance(0)
    expect(welcome.of('credit')).toHaveLength(1)
    expect([busy, silent[0], silent[1], silent[2]].map((who) => who?.closed !== undefined)).toEqual([
      false,
      false,
      true,
      false,
    ])
    expect(silent[1]?.closed?.error).toBeUndefined()
    for (let count = 0; count < MAX_COORDINATORS; count++) attachByHand(executor, `more ${count}`)
    await clock.advance(0)
    for (const started of runner.started) started.finish()
    await clock.advance(0)
    expect(busy?.of('result')).toHaveLength(1)
  })

  it('of one peer are served up to a bound, so that it cannot take all places', async () => {
    const { executor, clock } = setUpExecutor()
    const streams = Array.from({ length: MAX_COORDINATORS }, () => attachByHand(executor, 'greedy'))
    await clock.advance(0)
    const served = streams.filter(({ closed }) => closed === undefined)
    expect(served).toHaveLength(MAX_STREAMS_PER_COORDINATOR)
    const other = attachByHand(executor, 'other')
    await clock.advance(0)
    expect(other.closed).toBeUndefined()
  })

  it('are closed after a long time in which nothing was said, and not before', async () => {
    const { executor, clock, runner } = setUpExecutor()
    const silent = attachByHand(executor, 'silent')
    const busy = attachByHand(executor, 'busy')
    busy.offer(1)
    await clock.advance(TASK_STREAM_IDLE_MS - 1)
    expect([silent.closed, busy.closed]).toEqual([undefined, undefined])
    await clock.advance(1)
    expect(silent.closed).toEqual({ error: undefined })
    for (const started of runner.started) started.finish()
    await clock.advance(TASK_STREAM_IDLE_MS - 1)
    expect([busy.of('result').length, busy.closed]).toEqual([1, undefined])
    await clock.advance(2)
    expect(busy.closed).toEqual({ error: undefined })
  })

  it("are never closed where the coordinator is the peer's own", async () => {
    const { executor, clock } = setUpExecutor()
    const pair = createChannelPair()
    const own = recordChannel<ExecutorFrame>()
    pair.coordinator.start(own)
    executor.attach(pair.executor, { peer: peerId('self'), rttMs: () => undefined, isOwn: true })
    await clock.advance(2 * TASK_STREAM_IDLE_MS)
    for (let count = 0; count < 2 * MAX_COORDINATORS; count++) attachByHand(executor, `p${count}`)
    await clock.advance(0)
    expect(own.closes).toEqual([])
  })
})

describe('beats', () => {
  it('name each second what is held of a coordinator, in whatever state, and nothing of others', async () => {
    const { executor, clock, runner } = setUpExecutor({ slots: 1 })
    const alice = attachByHand(executor, 'alice', () => undefined)
    const bob = attachByHand(executor, 'bob', () => undefined)
    const idle = attachByHand(executor, 'idle', () => undefined)
    alice.offer(1) // runs
    alice.offerLarge(2, bodyOf(LARGE_BYTES)) // waits for its body
    alice.offer(3) // parked
    await clock.advance(0)
    bob.offer(4) // parked
    await clock.advance(BEAT_INTERVAL_MS)
    const named = (who: typeof alice) => who.of('beat').map(({ held }) => held.map(({ task }) => task))
    expect(named(alice)).toEqual([[1, 2, 3]])
    expect(named(bob)).toEqual([[4]])
    expect(idle.of('beat')).toEqual([])
    expect(alice.of('beat')[0]?.load).toMatchObject({ runningYours: 1, parkedYours: 2, parkedOthers: 1 })
    runner.started[0]?.finish()
    await clock.advance(BEAT_INTERVAL_MS)
    expect(named(alice)[1]).toEqual([2, 3])
  })

  it('name a sleeping task, and end with the last task', async () => {
    const { executor, clock, runner } = setUpExecutor({ load: 1, delayMs: 2_500 })
    const alice = attachByHand(executor, 'alice')
    alice.offer(1, { mode: 'delayed-execute' })
    await clock.advance(2_600)
    expect(alice.of('beat').map(({ held }) => held)).toEqual([[attemptOf(1)], [attemptOf(1)]])
    runner.started[0]?.finish()
    await clock.advance(20_000)
    expect(alice.of('beat')).toHaveLength(2)
    alice.offer(2, { mode: 'delayed-execute' })
    await clock.advance(1_100)
    expect(alice.of('beat')).toHaveLength(3)
  })
})

describe('credits of an attached coordinator', () => {
  it('grow for small fast tasks far away and are sent only when they change', async () => {
    const { executor, clock, runner } = setUpExecutor({ slots: 2 })
    runner.finishAfter(clock, 10)
    const far = attachByHand(executor, 'far', () => 30)
    const near = attachByHand(executor, 'near', () => 0.2)
    for (let task = 0; task < 20; task++) {
      far.offer(task)
      for (let more = 0; more < 3; more++) {
        near.offer(3 * task + more)
        await clock.advance(10)
      }
    }
    expect(far.of('credit').map(({ tasks }) => tasks)).toEqual([3, 8])
    expect(near.of('credit').map(({ tasks }) => tasks)).toEqual([3])
  })

  it('grow for a coordinator that is near and needs long for its next offer', async () => {
    const { executor, clock, runner } = setUpExecutor({ slots: 2 })
    runner.finishAfter(clock, 10)
    const busy = attachByHand(executor, 'busy', () => 0.2)
    for (let task = 0; task < 20; task++) {
      busy.offer(task)
      await clock.advance(40)
    }
    expect(busy.of('credit').map(({ tasks }) => tasks)).toEqual([3, 8])
  })
})
