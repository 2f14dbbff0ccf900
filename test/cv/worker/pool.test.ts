/** The pool against workers that do what the test says: crash, hang, exit, lie. As threads and as processes. */

import { once } from 'node:events'
import { BroadcastChannel } from 'node:worker_threads'
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Clock } from '../../../src/base/clock.ts'
import { MAX_QUEUED_TASKS, WORKER_START_MS } from '../../../src/base/limits.ts'
import type { ImageRunner, ImageTask } from '../../../src/cv/image-runner.ts'
import { createWorkerPool, type WorkerPoolOptions } from '../../../src/cv/worker/pool.ts'
import { eventually } from '../../support/eventually.ts'
import { startNodeProgram } from '../../support/node-program.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

const SCRIPTED = new URL('../../support/threads/scripted-worker.ts', import.meta.url)

const THROWING = new URL('../../support/threads/throwing-start.ts', import.meta.url)
const HANGING = new URL('../../support/threads/hanging-start.ts', import.meta.url)

const task = (pipeline: string): ImageTask => ({
  bytes: new Uint8Array(8),
  pipeline,
  seed: 1n,
  format: 'keep',
  quality: 90,
  maxPixels: 1_000,
})

let opened: ImageRunner[] = []
let isolate = false

function poolOf(options: Partial<WorkerPoolOptions> = {}): ImageRunner {
  const pool = createWorkerPool({ slots: 1, taskTimeoutMs: 60_000, workerUrl: SCRIPTED, isolate, ...options })
  opened.push(pool)
  return pool
}

afterEach(async () => {
  await Promise.all(opened.map((pool) => pool.close()))
  opened = []
})

describe.each(['threads', 'processes'])('the worker pool with %s', (kind) => {
  beforeAll(() => {
    isolate = kind === 'processes'
  })

  it('runs tasks one after another on one worker, in the order they came', async () => {
    const pool = poolOf()
    const results = await Promise.all(Array.from({ length: 5 }, () => pool.run(task('ok'))))
    expect(results.map(({ heightPx }) => heightPx)).toEqual([1, 2, 3, 4, 5])
    expect(new Set(results.map(({ widthPx }) => widthPx)).size).toBe(1)
  })

  // a BroadcastChannel ends at the border of a process
  it.runIf(kind === 'threads')('uses as many threads as it has slots, and no more', async () => {
    const channel = new BroadcastChannel('held')
    onTestFinished(() => channel.close())
    const held: unknown[] = []
    channel.onmessage = ({ data }) => held.push(data)
    const pool = poolOf({ slots: 3 })
    const results = Promise.all(Array.from({ length: 5 }, () => pool.run(task('held'))))
    await eventually(() => held.length === 3)
    expect(new Set(held).size).toBe(3)
    channel.postMessage('release')
    await eventually(() => held.length === 5)
    channel.postMessage('release')
    expect(new Set((await results).map(({ widthPx }) => widthPx))).toEqual(new Set(held))
    expect(new Set(held).size).toBe(3)
  })

  it('starts no second worker where one is enough', async () => {
    const pool = poolOf({ slots: 4 })
    const workers = new Set<number>()
    for (let index = 0; index < 6; index++) workers.add((await pool.run(task('ok'))).widthPx)
    expect(workers.size).toBe(1)
  })

  it.each([
    ['exit', 'the worker ended by itself, with exit code 7'],
    ['throw', 'the worker crashed: thrown in the worker'],
    ['reject', 'the worker crashed: rejected in the worker'],
    ['garbage', "the worker crashed: a worker thread's result is expected to be one of thread-messages.ts, and is not"],
    ['wrong-id', 'the worker answered a task that it was not given'],
    ['fatal', 'Aborted(OOM)'],
    ['fill-heap', 'the worker crashed: Worker terminated due to reaching memory limit: JS heap out of memory'],
  ])('replaces a worker that ends by %s, and only its own task fails', async (way, sentence) => {
    const pool = poolOf()
    const before = await pool.run(task('ok'))
    const [failing, waiting] = [rejectionOf(pool.run(task(way))), pool.run(task('ok'))]
    const error = await failing
    expect([error.code, error.message]).toEqual(['ERR_WORKER_CRASHED', sentence])
    const after = await waiting
    expect(after.widthPx).not.toBe(before.widthPx)
    expect(after.heightPx).toBe(1)
  })

  it('keeps a worker whose task failed in an orderly way', async () => {
    const pool = poolOf()
    const before = await pool.run(task('ok'))
    const error = await rejectionOf(pool.run(task('refuse')))
    expect([error.code, error.message]).toEqual(['ERR_NOT_AN_IMAGE', 'no image'])
    expect((await pool.run(task('ok'))).widthPx).toBe(before.widthPx)
  })

  it('ends a worker whose task takes too long, and runs the next one on another', async () => {
    const clock = createVirtualClock()
    const pool = poolOf({ clock, taskTimeoutMs: 5_000 })
    const before = await pool.run(task('ok'))
    const hanging = rejectionOf(pool.run(task('hang')))
    await clock.advance(4_999)
    const waiting = pool.run(task('ok'))
    await clock.advance(1)
    const error = await hanging
    expect([error.code, error.message]).toEqual(['ERR_TASK_TIMEOUT', 'the task was expected within 5000 ms'])
    expect((await waiting).widthPx).not.toBe(before.widthPx)
  })

  it('does not count the waiting for a worker as time of the task', async () => {
    const clock = createVirtualClock()
    const pool = poolOf({ clock, taskTimeoutMs: 5_000 })
    await pool.run(task('ok'))
    const first = pool.run(task('slow'))
    const second = pool.run(task('ok'))
    await clock.advance(4_000)
    await first
    await clock.advance(4_000)
    expect((await second).heightPx).toBe(3)
  })

  it('tries to start a worker ten times after longer and longer pauses, then gives up what waits for it', async () => {
    const clock = createVirtualClock()
    const pausesMs: number[] = []
    const setTimer: Clock['setTimer'] = (delayMs, callback) => {
      if (delayMs !== WORKER_START_MS) pausesMs.push(delayMs)
      return clock.setTimer(delayMs, callback)
    }
    const pool = poolOf({ workerUrl: THROWING, slots: 2, clock: { ...clock, setTimer } })
    const errors: Error[] = []
    for (let index = 0; index < 2; index++) pool.run(task('ok')).catch((error: Error) => errors.push(error))
    let passed = 0
    await eventually(async () => {
      // only over pauses: a start must not run out of its own time
      const pauseMs = pausesMs[passed]
      if (pauseMs !== undefined) passed++
      await clock.advance(pauseMs ?? 0)
      return errors.length === 2
    })
    for (const error of errors) {
      expect(error).toMatchObject({
        code: 'ERR_WORKER_CRASHED',
        message: 'no worker could be started in 10 attempts: the worker crashed: cannot start',
      })
    }
    expect(pausesMs).toEqual([50, 100, 200, 400, 800, 1600, 2000, 2000, 2000, 2000])
  })

  it('takes a worker that does not become ready in time for one that cannot start', async () => {
    const clock = createVirtualClock()
    const pool = poolOf({ clock, workerUrl: HANGING })
    let error: Error | undefined
    pool.run(task('ok')).catch((reason: Error) => {
      error = reason
    })
    await eventually(async () => {
      await clock.advance(WORKER_START_MS)
      return error !== undefined
    })
    expect(error).toMatchObject({
      code: 'ERR_WORKER_CRASHED',
      message: 'no worker could be started in 10 attempts: a worker was expected to start within 60000 ms',
    })
  })

  it('drops a waiting task that is cancelled', async () => {
    const pool = poolOf()
    await pool.run(task('ok'))
    const running = pool.run(task('slow'))
    const cancel = new AbortController()
    const waiting = rejectionOf(pool.run(task('ok'), { signal: cancel.signal }))
    cancel.abort()
    expect((await waiting).code).toBe('ERR_CANCELLED')
    expect((await running).heightPx).toBe(2)
    // were it not dropped, this would be the fourth
    expect((await pool.run(task('ok'))).heightPx).toBe(3)
  })

  it('lets a running task that is cancelled finish, and throws its result away', async () => {
    const pool = poolOf()
    const { widthPx } = await pool.run(task('ok'))
    const cancel = new AbortController()
    const running = rejectionOf(pool.run(task('slow'), { signal: cancel.signal }))
    cancel.abort()
    expect((await running).code).toBe('ERR_CANCELLED')
    expect(await pool.run(task('ok'))).toMatchObject({ widthPx, heightPx: 3 })
  })

  it('refuses a task that was cancelled before it came', async () => {
    expect((await rejectionOf(poolOf().run(task('ok'), { signal: AbortSignal.abort() }))).code).toBe('ERR_CANCELLED')
  })

  it('bounds its queue', async () => {
    const pool = poolOf()
    const outcomes = Array.from({ length: MAX_QUEUED_TASKS + 1 }, () =>
      pool.run(task('ok')).then(
        () => 'done',
        (error) => error.code,
      ),
    )
    expect((await Promise.all(outcomes)).filter((outcome) => outcome === 'ERR_LIMIT')).toHaveLength(1)
  })

  it('ends running and waiting tasks and every thread when it is closed, and takes no more', async () => {
    const pool = poolOf({ slots: 2 })
    await pool.run(task('ok'))
    const unfinished = ['hang', 'slow', 'ok'].map((way) => rejectionOf(pool.run(task(way))))
    await Promise.all([pool.close(), pool.close()])
    for (const error of await Promise.all(unfinished)) expect(error.code).toBe('ERR_CANCELLED')
    expect((await rejectionOf(pool.run(task('ok')))).code).toBe('ERR_CANCELLED')
  })

  it('keeps no program alive that has nothing else to do', async () => {
    const pool = new URL('../../../src/cv/worker/pool.ts', import.meta.url)
    const program = `
      import { createWorkerPool } from ${JSON.stringify(pool.href)}
      const pool = createWorkerPool({ slots: 1, taskTimeoutMs: 60_000, isolate: ${isolate}, workerUrl: new URL(${JSON.stringify(SCRIPTED.href)}) })
      const task = { bytes: new Uint8Array(1), pipeline: 'slow', seed: 1n, format: 'keep', quality: 1, maxPixels: 1 }
      await pool.run(task)
      console.log('done')`
    const child = startNodeProgram(program)
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
    })
    const [exitCode] = await once(child, 'close')
    expect([exitCode, printed]).toEqual([0, 'done\n'])
  })

  it('leaves bytes alone that share their buffer with others, and moves those that do not', async () => {
    const pool = poolOf()
    const shared = Buffer.from('a small buffer out of the pool of Node')
    const view = new Uint8Array(100).fill(9).subarray(10, 20)
    const own = new Uint8Array(100).fill(5)
    const results = [shared, view, own].map((bytes) => pool.run({ ...task('ok'), bytes }))
    expect((await Promise.all(results)).map(({ bytes }) => Buffer.from(bytes).toString('latin1'))).toEqual([
      'a small buffer out of the pool of Node',
      '\t'.repeat(10),
      '\u0005'.repeat(100),
    ])
    expect([shared.length, view.length]).toEqual([38, 10])
    if (kind === 'threads') expect(own.length).toBe(0)
  })
})
