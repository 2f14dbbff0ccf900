/** The real coordinator and real executors over channels in memory, on one virtual clock: do both mean the same frames? */

import { describe, expect, it } from 'vitest'
import type { StrategyName } from '../../../src/peer/coordinator/strategies/index.ts'
import { finish, startJob } from '../../support/job-harness.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'
import { clusterOf, createMember } from './members-in-memory.ts'

const IMAGES = 60
const sizeOf = (index: number) => (index % 3 === 0 ? 300_000 : 2_000)

describe('a coordinator and its executors', () => {
  const strategies: StrategyName[] = [
    'random',
    'round-robin',
    'least-connections',
    'weighted-response-time',
    'balanced',
  ]
  for (const strategy of strategies) {
    it(`do every image of a job exactly once under ${strategy}`, async () => {
      const clock = createVirtualClock()
      const members = [
        createMember(clock, 'one', 1, 0.2, 30),
        createMember(clock, 'two', 2, 0.8, 10),
        createMember(clock, 'three', 4, 0, 50),
      ]
      const job = startJob({
        clock,
        cluster: clusterOf(members),
        images: IMAGES,
        strategy,
        sizeBytes: sizeOf,
        hedge: true,
      })
      const summary = await finish(job, clock)
      expect(summary).toMatchObject({ outcome: 'done', done: IMAGES, failed: 0 })
      expect([...job.saved.values()]).toEqual(Array(IMAGES).fill(1))
      await clock.advance(60_000)
      for (const { executor, runner } of members) {
        const { running, parked, counts, slots } = executor.read()
        expect([running, parked]).toEqual([0, 0])
        expect(runner.mostActive).toBeLessThanOrEqual(slots)
        expect(counts.failed).toBe(0)
        await executor.close()
      }
      const refused = members.reduce((sum, { executor }) => sum + executor.read().counts.refused, 0)
      if (strategy === 'random') expect(refused).toBe(0)
      else expect(summary.refusals.REFUSED_LOAD).toBe(refused)
    })
  }

  it('lose nothing when an executor drains and goes in the middle of the job', async () => {
    const clock = createVirtualClock()
    const leaving = createMember(clock, 'leaving', 2, 0, 400)
    const staying = createMember(clock, 'staying', 1, 0, 40)
    const cluster = clusterOf([leaving, staying])
    const job = startJob({ clock, cluster, images: IMAGES, strategy: 'round-robin', sizeBytes: sizeOf })
    await clock.advance(600)
    const drained = leaving.executor.drain(100)
    await clock.advance(100)
    await drained
    await leaving.executor.close()
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: IMAGES, failed: 0 })
    expect([...job.saved.values()]).toEqual(Array(IMAGES).fill(1))
    expect(summary.refusals.DRAINING).toBeGreaterThan(0)
    await staying.executor.close()
  })
})
