/** An executor that holds tasks for ever, and says so once a second: its leases never end. */

import { expect, it } from 'vitest'
import { MAX_PATIENCE_MS, STUCK_MS, STUCK_RESPONSES } from '../../../src/base/limits.ts'
import { STRATEGY_NAMES } from '../../../src/peer/coordinator/strategies/index.ts'
import { patienceMs } from '../../../src/peer/coordinator/stuck.ts'
import { FakeCluster, FakeExecutor, type FakeExecutorOptions } from '../../support/fake-cluster.ts'
import { finish, type HarnessOptions, startJob } from '../../support/job-harness.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

const HOUR_MS = 3_600_000

function world(first: FakeExecutorOptions, other: FakeExecutorOptions) {
  const clock = createVirtualClock()
  const cluster = new FakeCluster()
  const holder = new FakeExecutor(clock, first)
  cluster.join(holder, new FakeExecutor(clock, other))
  const start = (more: Omit<HarnessOptions, 'clock' | 'cluster'>) => startJob({ clock, cluster, ...more })
  return { clock, holder, start }
}

it.each(STRATEGY_NAMES)('loses them after ten minutes, and the job goes on, under %s', async (strategy) => {
  const { clock, start } = world({ name: 'a', slots: 4, serviceMs: 24 * HOUR_MS }, { name: 'b' })
  const job = start({ images: 20, strategy, hedge: strategy === 'balanced' })
  const summary = await finish(job, clock, HOUR_MS)
  expect(summary).toMatchObject({ outcome: 'done', done: 20 })
  expect(job.of('lost').length).toBeGreaterThan(0)
  for (const { peer, message } of job.of('lost')) {
    expect({ by: peer.name, message }).toEqual({
      by: 'a',
      message: expect.stringMatching(/^a answered nothing for 60\d s$/),
    })
  }
  expect(summary.elapsedMs).toBeLessThan(1.1 * STUCK_MS)
})

it('is used again once it answers after all, and a late result that is the first counts', async () => {
  const { clock, holder, start } = world(
    { name: 'a', script: ({ task }) => ({ do: 'run', serviceMs: task === 0 ? 1.2 * STUCK_MS : 10 }) },
    { name: 'b', serviceMs: 20_000 },
  )
  const job = start({ images: 60, strategy: 'round-robin' })
  await clock.advanceUntil(() => job.of('lost').length > 0, HOUR_MS)
  const before = holder.offers.length
  expect(await finish(job, clock, HOUR_MS)).toMatchObject({ done: 60 })
  expect(holder.offers.length).toBeGreaterThan(before)
  expect([...job.saved.values()].every((count) => count === 1)).toBe(true)
})

it('is not one that takes minutes for a task, nor one that sleeps for as long as it said', async () => {
  const script: FakeExecutorOptions['script'] = ({ task }) =>
    task === 0 ? { do: 'run', serviceMs: 0.9 * STUCK_MS } : { do: 'run', delayMs: 1.5 * STUCK_MS }
  const { clock, start } = world({ name: 'a', creditTasks: 2, script }, { name: 'b' })
  const job = start({ images: 4, strategy: 'round-robin' })
  expect(await finish(job, clock, HOUR_MS)).toMatchObject({ done: 4, retries: 0 })
  expect(job.of('lost')).toEqual([])
})

it('has longer where work takes long, and a day where nobody else could do it', () => {
  const facts = { usualResponseMs: 100, isAnybodyElse: true, sleepMs: 0 }
  expect(patienceMs(facts)).toBe(STUCK_MS)
  expect(patienceMs({ ...facts, sleepMs: 3_000 })).toBe(STUCK_MS + 3_000)
  expect(patienceMs({ ...facts, sleepMs: MAX_PATIENCE_MS })).toBe(2 * STUCK_MS)
  expect(patienceMs({ ...facts, usualResponseMs: STUCK_MS })).toBe(STUCK_RESPONSES * STUCK_MS)
  expect(patienceMs({ ...facts, usualResponseMs: undefined })).toBeGreaterThan(MAX_PATIENCE_MS)
  expect(patienceMs({ ...facts, isAnybodyElse: false })).toBeGreaterThan(MAX_PATIENCE_MS)
})
