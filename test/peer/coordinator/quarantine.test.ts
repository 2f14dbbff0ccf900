/** Peers that fail where others do not are put aside, for a time, and come back on probation. */

import { describe, expect, it } from 'vitest'
import { peerId } from '../../../src/base/ids.ts'
import {
  PROBATION_RESULTS,
  QUARANTINE_FIRST_MS,
  QUARANTINE_MAX_MS,
  QUARANTINE_MEMORY_MS,
} from '../../../src/base/limits.ts'
import { Quarantine } from '../../../src/peer/coordinator/quarantine.ts'
import { STRATEGY_NAMES } from '../../../src/peer/coordinator/strategies/index.ts'
import { FakeCluster, FakeExecutor, type FakeExecutorOptions, type Move } from '../../support/fake-cluster.ts'
import { finish, type HarnessOptions, startJob } from '../../support/job-harness.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

const PEER = peerId('12D3KooWpeer')

describe('a quarantine', () => {
  it('begins with the third strike and tells the latest failure', () => {
    const quarantine = new Quarantine()
    expect(quarantine.strike(PEER, 'first', 0)).toBeUndefined()
    expect(quarantine.strike(PEER, 'second', 1)).toBeUndefined()
    expect(quarantine.strike(PEER, 'third', 2)).toEqual({
      reason: '3 failures that other peers did not have: third',
      forMs: QUARANTINE_FIRST_MS,
    })
    expect(quarantine.isAside(PEER, 3)).toBe(true)
    expect([...quarantine.list(1_002)]).toEqual([
      [PEER, { reason: '3 failures that other peers did not have: third', forMs: QUARANTINE_FIRST_MS - 1_000 }],
    ])
  })

  it('forgets strikes that are long past', () => {
    const quarantine = new Quarantine()
    for (let hour = 0; hour < 100; hour++) {
      expect(quarantine.strike(PEER, 'again', hour * QUARANTINE_MEMORY_MS)).toBeUndefined()
    }
  })

  it('ends in a probation, on which one failure doubles it, up to its bound', () => {
    const quarantine = new Quarantine()
    let nowMs = 0
    let spell = [1, 2, 3].map((strike) => quarantine.strike(PEER, String(strike), nowMs)).at(-1)
    const spells: number[] = []
    while (spell && spells.length < 8) {
      const { forMs = Number.NaN } = spell
      spells.push(forMs)
      nowMs += forMs
      expect([quarantine.isAside(PEER, nowMs), quarantine.isOnProbation(PEER, nowMs)]).toEqual([false, true])
      spell = quarantine.strike(PEER, 'on probation', nowMs)
    }
    expect(spells.slice(0, 3)).toEqual([1, 2, 4].map((times) => times * QUARANTINE_FIRST_MS))
    expect(spells.at(-1)).toBe(QUARANTINE_MAX_MS)
  })

  it('is over after a few good results on probation', () => {
    const quarantine = new Quarantine()
    for (const failure of ['a', 'b', 'c']) quarantine.strike(PEER, failure, 0)
    quarantine.succeeded(PEER, 1) // was out there when it began, and does not count
    for (let result = 0; result < PROBATION_RESULTS; result++) {
      expect(quarantine.isOnProbation(PEER, QUARANTINE_FIRST_MS)).toBe(true)
      quarantine.succeeded(PEER, QUARANTINE_FIRST_MS)
    }
    expect(quarantine.isOnProbation(PEER, QUARANTINE_FIRST_MS)).toBe(false)
    expect(quarantine.strike(PEER, 'one', QUARANTINE_FIRST_MS)).toBeUndefined()
  })
})

function world(...options: FakeExecutorOptions[]) {
  const clock = createVirtualClock()
  const cluster = new FakeCluster()
  const executors = options.map((one) => new FakeExecutor(clock, one))
  cluster.join(...executors)
  const start = (more: Omit<HarnessOptions, 'clock' | 'cluster'>) => startJob({ clock, cluster, ...more })
  return { clock, cluster, executors, start }
}

const failing = (code: string) => (): Move => ({ do: 'fail', code })

describe('in a job', () => {
  it.each(STRATEGY_NAMES)('three failures that others do not have put a peer aside under %s', async (strategy) => {
    const script = failing('ERR_WORKER_CRASHED')
    const { clock, executors, start } = world({ name: 'bad', slots: 2, script }, { name: 'good' }, { name: 'well' })
    const job = start({ images: 200, strategy })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 200 })
    expect(job.of('quarantined')).toMatchObject([{ peer: { name: 'bad' }, forMs: QUARANTINE_FIRST_MS }])
    expect(job.of('quarantined')[0]?.reason).toMatch(
      /^3 failures that other peers did not have: "image-.*" \(ERR_WORKER_CRASHED\)$/,
    )
    expect(summary.peers.find(({ name }) => name === 'bad')).toMatchObject({ done: 0, quarantined: 1 })
    expect(summary.peers.find(({ name }) => name === 'good')).not.toHaveProperty('quarantined')
    // three strikes, and what was out there with the third
    expect(executors[0]?.offers.length).toBeLessThanOrEqual(12)
  })

  it('bytes that do not match their digest count at once', async () => {
    const { clock, start } = world({ name: 'bad', script: () => ({ do: 'garble' }) }, { name: 'good' })
    const job = start({ images: 40 })
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 40 })
    expect(job.of('quarantined')).toMatchObject([{ peer: { name: 'bad' } }])
  })

  it('comes back after its time, one task at a time, and is trusted again after good results', async () => {
    let isBroken = true
    const script = (): Move => (isBroken ? { do: 'fail', code: 'ERR_WORKER_CRASHED' } : { do: 'run' })
    const { clock, executors, start } = world(
      { name: 'bad', slots: 4, serviceMs: 500, script },
      { name: 'good', serviceMs: 500 },
    )
    const job = start({ images: 400 })
    await clock.advanceUntil(() => job.of('quarantined').length === 1, 60_000)
    isBroken = false
    const offersBefore = executors[0]?.offers.length
    await clock.advance(QUARANTINE_FIRST_MS - 1_000)
    expect(executors[0]?.offers).toHaveLength(offersBefore ?? -1)
    await clock.advance(2_000)
    expect(executors[0]?.mostHeld).toBe(1)
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 400 })
    expect(executors[0]?.mostHeld).toBe(5)
    expect(job.of('quarantined')).toHaveLength(1)
  })

  it('a peer that is put aside still works where nobody else is there', async () => {
    // the digests of the only peer are wrong every other time
    let count = 0
    const script = (): Move => ({ do: count++ % 2 === 0 ? 'garble' : 'run' })
    const { clock, start } = world({ name: 'alone', script })
    const job = start({ images: 30 })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 30 })
    expect(summary.elapsedMs).toBeLessThan(QUARANTINE_FIRST_MS)
  })

  it('an image that kills workers everywhere is that image’s failure and puts nobody aside', async () => {
    const poisonous = ['3', '17', '40', '41', '99', '120'].map(BigInt)
    const script = ({ seed }: { seed: bigint }): Move =>
      poisonous.includes(seed) ? { do: 'fail', code: 'ERR_WORKER_CRASHED' } : { do: 'run' }
    const { clock, executors, start } = world(...['a', 'b', 'c'].map((name) => ({ name, slots: 2, script })))
    const job = start({ images: 150 })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'some-failed', done: 144, failed: 6 })
    expect(job.of('quarantined')).toEqual([])
    // two attempts each, on different peers
    const tries = executors.flatMap(({ offers }) => offers).filter(({ seed }) => poisonous.includes(seed))
    expect(tries).toHaveLength(12)
    expect(job.of('failed').every(({ code }) => code === 'ERR_WORKER_CRASHED')).toBe(true)
  })

  it('an image that ends whole processes ends no more than its five, blames nobody beside it and does not loop', async () => {
    const script = ({ seed }: { seed: bigint }): Move => (seed === 7n ? { do: 'die' } : { do: 'run' })
    const { clock, cluster, executors, start } = world(...['a', 'b', 'c'].map((name) => ({ name, slots: 2, script })))
    const job = start({ images: 60 })
    // whoever runs them starts them again
    const restart = (): void => {
      cluster.join(...executors)
      if (!job.isEnded()) clock.setTimer(500, restart)
    }
    restart()
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'some-failed', done: 59, failed: 1 })
    expect(job.of('failed')).toMatchObject([{ path: 'image-00007.png', code: 'ERR_PEER_LOST' }])
    expect(job.of('quarantined')).toEqual([])
  })
})
