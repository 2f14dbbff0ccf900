/** A job whose tasks come while it runs. */

import { describe, expect, it } from 'vitest'
import { JOB_PROGRESS_IDLE_MS } from '../../../src/base/limits.ts'
import type { PlannedTask, TaskFailure } from '../../../src/peer/coordinator/job.ts'
import type { TaskStream } from '../../../src/peer/coordinator/run-job.ts'
import { Wake } from '../../../src/peer/coordinator/wake.ts'
import type { JobEvent } from '../../../src/peer/job-events.ts'
import { FakeCluster, FakeExecutor, type FakeExecutorOptions } from '../../support/fake-cluster.ts'
import { finish, type HarnessOptions, planned, startJob } from '../../support/job-harness.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

interface HandedStream extends TaskStream {
  /** Counts and hands on so many more tasks. */
  hand(count: number): void
  fail(): void
  tell(event: JobEvent): void
  end(): void
}

function createStream(): HandedStream {
  const tasks = planned(1000)
  const queue: (PlannedTask | TaskFailure)[] = []
  const wake = new Wake()
  let tell: (event: JobEvent) => void = () => {}
  let isEnded = false
  let total = 0
  const next = (): PlannedTask => {
    const task = tasks[total++]
    if (!task) throw new Error('this test hands on too many tasks')
    tell({ event: 'found', path: task.path, total, alreadyDone: 0, afterFailure: false })
    wake.notify()
    return task
  }
  return {
    hand(count) {
      for (let index = 0; index < count; index++) queue.push(next())
    },
    fail() {
      const code = 'ERR_COLLISION'
      queue.push({ kind: 'failure', task: next(), attempt: 0, peer: undefined, code, message: 'it is taken' })
    },
    tell: (event) => tell(event),
    end() {
      isEnded = true
      wake.notify()
    },
    async *open(told) {
      tell = told
      for (;;) {
        const item = queue.shift()
        if (item) yield item
        else if (isEnded) return
        else await wake.wait()
      }
    },
  }
}

function world(...options: FakeExecutorOptions[]) {
  const clock = createVirtualClock()
  const cluster = new FakeCluster()
  const executors = options.map((one) => new FakeExecutor(clock, one))
  cluster.join(...executors)
  const stream = createStream()
  const start = (more: Partial<HarnessOptions> = {}) => startJob({ clock, cluster, images: 0, stream, ...more })
  return { clock, cluster, executors, stream, start }
}

describe('a job whose tasks come while it runs', () => {
  it('does them as they come, and ends when they do', async () => {
    const { clock, stream, start } = world({ name: 'a' })
    const job = start()
    for (const count of [3, 2]) {
      stream.hand(count)
      await clock.advance(10_000)
    }
    expect(job.of('done')).toHaveLength(5)
    expect(job.isEnded()).toBe(false)
    stream.end()
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', exitCode: 0, images: 5, done: 5 })
  })

  it('neither gives up nor misses anybody while nothing is to do', async () => {
    const { clock, stream, start } = world()
    const job = start({ local: 'never', giveUpMs: 1_000, waitMs: 1_000 })
    await clock.advance(3_600_000)
    expect(job.isEnded()).toBe(false)
    expect(job.of('notice')).toEqual([])
    stream.end()
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', images: 0 })
  })

  it('whose first task comes when nobody is there waits for --wait, and then does it itself', async () => {
    const { clock, stream, start } = world()
    const localExecutor = new FakeExecutor(clock, { name: 'self' })
    const job = start({ local: 'auto', waitMs: 3_000, localExecutor })
    await clock.advance(60_000)
    stream.hand(1)
    await clock.advance(2_900)
    expect(job.of('notice')).toEqual([])
    await clock.advance(1_000)
    expect(job.of('done')).toHaveLength(1)
    expect(job.of('notice')).toHaveLength(1)
  })

  it('ends with exit code 3 when a task finds nobody and there is no own executor', async () => {
    const { clock, stream, start } = world()
    const job = start({ local: 'never', waitMs: 3_000 })
    await clock.advance(60_000)
    stream.hand(1)
    expect(await finish(job, clock, 4_000)).toMatchObject({ exitCode: 3, code: 'ERR_NO_PEERS' })
  })

  it('gives up when what came is refused by everybody, counted from when it came', async () => {
    const { clock, stream, start } = world({
      name: 'a',
      loadProbability: 1,
      script: () => ({ do: 'refuse', reason: 'REFUSED_LOAD' }),
    })
    const job = start({ giveUpMs: 5_000 })
    await clock.advance(60_000)
    stream.hand(1)
    await clock.advance(4_500)
    expect(job.isEnded()).toBe(false)
    expect(await finish(job, clock, 2_000)).toMatchObject({ exitCode: 3, code: 'ERR_GIVE_UP' })
  })

  it('runs few twins, measured by what has come', async () => {
    const slow = { name: 'slow', serviceMs: 5_000, slots: 4 }
    const { clock, stream, start } = world({ name: 'fast', slots: 4, serviceMs: 10 }, slow)
    const job = start({ hedge: true, strategy: 'balanced' })
    for (let round = 0; round < 12; round++) {
      stream.hand(4)
      await clock.advance(20_000)
    }
    stream.end()
    const { hedges } = await finish(job, clock)
    expect(hedges).toBeGreaterThan(0)
    expect(hedges).toBeLessThanOrEqual(Math.floor(48 * 0.05))
  })

  it('fails what could not be planned by name, and goes on', async () => {
    const { clock, stream, start } = world({ name: 'a' })
    const job = start()
    stream.fail()
    stream.hand(1)
    await clock.advance(5_000)
    stream.end()
    expect(await finish(job, clock)).toMatchObject({
      ...{ outcome: 'some-failed', exitCode: 1, images: 2, done: 1, failed: 1 },
      failures: [{ path: 'image-00000.png', code: 'ERR_COLLISION', message: 'it is taken' }],
    })
  })

  it('takes a failure back when its image is found again', async () => {
    const { clock, stream, start } = world({ name: 'a' })
    const job = start()
    stream.fail()
    await clock.advance(5_000)
    stream.tell({ event: 'found', path: 'image-00000.png', total: 1, alreadyDone: 0, afterFailure: true })
    stream.end()
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', exitCode: 0, failed: 0, failures: [] })
  })

  it('takes a failure back when its image goes away', async () => {
    const { clock, stream, start } = world({ name: 'a' })
    const job = start()
    stream.fail()
    await clock.advance(5_000)
    stream.tell({ event: 'gone', path: 'image-00000.png', total: 0, afterFailure: true })
    stream.end()
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', exitCode: 0, images: 0, failed: 0, failures: [] })
  })

  it('tells everybody how it grows, and rarely while nothing is to do', async () => {
    const { clock, cluster, stream, start } = world({ name: 'a' })
    const job = start()
    stream.hand(2)
    await clock.advance(10_000)
    expect(cluster.announced.at(-1)).toMatchObject({ state: 'running', total: 2, done: 2 })
    const before = cluster.announced.length
    await clock.advance(10 * JOB_PROGRESS_IDLE_MS)
    expect(cluster.announced.length - before).toBeLessThanOrEqual(10)
    expect(cluster.announced.length - before).toBeGreaterThanOrEqual(9)
    stream.hand(1)
    await clock.advance(1_000)
    expect(cluster.announced.at(-1)).toMatchObject({ state: 'running', total: 3 })
    stream.end()
    await finish(job, clock)
    expect(cluster.announced.at(-1)).toMatchObject({ state: 'done', total: 3, done: 3 })
  })
})
