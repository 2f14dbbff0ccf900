import { describe, expect, test } from 'vitest'
import {
  MAX_REPORT_ATTEMPTS,
  MAX_REPORT_FAILURES,
  MAX_REPORT_OPEN_ATTEMPTS,
  MAX_REPORT_PEERS,
  MAX_REPORT_SAMPLES,
  MAX_REPORT_SLOWEST,
} from '../../src/base/limits.ts'
import type { JobEvent } from '../../src/peer/job-events.ts'
import { accepted, delayed, done, failed, peerRef, refused, STAGES, summary } from '../support/sample-events.ts'
import { collect } from './report-fixture.ts'

const about = (task: number, attempt: number, atMs: number) => ({ path: `${task}.jpg`, task, attempt, atMs })

describe('the attempts of a job', () => {
  test('an image that was done is one bar: accepted, asleep, at work, until its result was there', () => {
    const stages = { ...STAGES, delayMs: 300, decodeMs: 10, processMs: 60, encodeMs: 20, receiveMs: 10, saveMs: 5 }
    const { drawn, lanes } = collect([
      accepted('ann', about(0, 0, 100)),
      delayed('ann', { ...about(0, 0, 100), delayMs: 300 }),
      done('ann', { ...about(0, 0, 605), stages }),
    ])
    expect(drawn?.bars).toMatchObject([
      { fromMs: 100, sleepFromMs: 200, workFromMs: 500, toMs: 600, end: 'done', isTwin: false },
    ])
    expect(lanes).toMatchObject([{ name: 'ann', accepted: 1, twins: 0 }])
  })

  test('a refusal is a mark with its reason, and the time until somebody accepted is counted', () => {
    const job = collect([
      refused('ann', { ...about(0, 0, 10), reason: 'BUSY' }),
      refused('ben', about(0, 1, 20)),
      accepted('cid', about(0, 2, 45)),
    ])
    expect(job.drawn?.marks).toMatchObject([
      { kind: 'refused', detail: 'BUSY', atMs: 10 },
      { kind: 'refused', detail: 'REFUSED_LOAD', atMs: 20 },
    ])
    expect(job.refusalWaitMs).toBe(35)
    expect(job.attempts).toBe(3)
  })

  test('a lost and a failed attempt end where they were lost, with a mark and the reason', () => {
    const job = collect([
      accepted('ann', about(0, 0, 0)),
      { event: 'lost', peer: peerRef('ann'), message: 'gone', ...about(0, 0, 50) },
      accepted('ben', about(0, 1, 60)),
      { event: 'retried', peer: peerRef('ben'), code: 'ERR_TASK_TIMEOUT', message: 'too long', ...about(0, 1, 90) },
    ])
    expect(job.drawn?.bars).toMatchObject([
      { fromMs: 0, toMs: 50, end: 'lost', detail: 'gone' },
      { fromMs: 60, toMs: 90, end: 'retried', detail: 'too long' },
    ])
    expect(job.drawn?.marks.map(({ kind }) => kind)).toEqual(['lost', 'retried'])
  })

  test('of a twin and its elder the first result counts, the other is withdrawn', () => {
    const job = collect([
      accepted('ann', about(0, 0, 0)),
      { event: 'hedged', peer: peerRef('ben'), ...about(0, 1, 100) },
      accepted('ben', about(0, 1, 101)),
      done('ben', { ...about(0, 1, 157), stages: { ...STAGES, saveMs: 7 } }),
    ])
    expect(job.drawn?.bars).toMatchObject([
      { attempt: 1, end: 'done', isTwin: true },
      { attempt: 0, end: 'withdrawn', isTwin: false, toMs: 150 },
    ])
    expect(job.lanes.map(({ name, twins }) => [name, twins])).toEqual([
      ['ann', 0],
      ['ben', 1],
    ])
  })

  test('an attempt that was taken back ends when the next one is accepted elsewhere', () => {
    const { drawn } = collect([accepted('ann', about(0, 0, 0)), accepted('ben', about(0, 1, 80))])
    expect(drawn?.bars).toMatchObject([{ end: 'withdrawn', toMs: 80 }])
  })

  test('what runs when the job ends is unfinished, until its end', () => {
    const { drawn } = collect([accepted('ann', about(0, 0, 0)), summary({ elapsedMs: 700 })])
    expect(drawn?.bars).toMatchObject([{ end: 'unfinished', toMs: 700 }])
  })

  test('tiles are attempts of their own, and the image they make is no attempt', () => {
    const tile = (index: number) => ({ tile: { index, count: 2, pass: 0, passes: 1 }, path: 'huge.tif' })
    const about = (index: number) => ({ task: 10 + index, attempt: 0, ...tile(index) })
    const job = collect([
      accepted('ann', { ...about(0), atMs: 0 }),
      accepted('ben', { ...about(1), atMs: 0 }),
      { event: 'tile-done', peer: peerRef('ann'), responseMs: 5, sizeBytes: 1, ...about(0), atMs: 5 },
      { event: 'tile-done', peer: peerRef('ben'), responseMs: 9, sizeBytes: 1, ...about(1), atMs: 9 },
      done('ann', { path: 'huge.tif', task: 0, attempt: 0, atMs: 20 }),
    ])
    expect(job.drawn?.bars.map(({ tile, end }) => [tile?.index, end])).toEqual([
      [0, 'done'],
      [1, 'done'],
    ])
    expect(job.tiles).toBe(2)
    expect(job.images.count).toBe(1)
    // sums over all tiles would stand beside stages of single images
    expect(job.stages.process.count).toBe(0)
  })

  test('the tiles of an image that failed end with it', () => {
    const tile = { index: 0, count: 2, pass: 0, passes: 1 }
    const { drawn } = collect([
      accepted('ann', { path: 'huge.tif', task: 10, attempt: 0, atMs: 0, tile }),
      failed({ path: 'huge.tif', task: 0, attempt: 0, atMs: 30 }),
    ])
    expect(drawn?.bars).toMatchObject([{ toMs: 30, end: 'withdrawn' }])
  })
})

describe('bounds', () => {
  test('a hundred thousand images are held as sums, some samples and the slowest', () => {
    const job = collect(manyImages(100_000))
    expect(job.drawn).toBeUndefined()
    expect(job.samples).toHaveLength(MAX_REPORT_SAMPLES)
    expect(job.slowest).toHaveLength(MAX_REPORT_SLOWEST)
    expect(job.attempts).toBe(125_000)
    expect(job.lanes.reduce((sum, { bins }) => sum + bins.of('refused').reduce((a, b) => a + b, 0), 0)).toBe(25_000)
    // a MB for the sums of four peers, and nothing that grows with the images
    expect(JSON.stringify(job).length).toBeLessThan(1_000_000)
  })

  test('attempts are drawn one by one up to the limit, and not at all above it', () => {
    expect(collect(manyImages(MAX_REPORT_ATTEMPTS * 0.8)).drawn?.bars).toHaveLength(MAX_REPORT_ATTEMPTS * 0.8)
    expect(collect(manyImages(MAX_REPORT_ATTEMPTS)).drawn).toBeUndefined()
  })

  test('failures are kept up to the limit and counted above it', () => {
    const job = collect(Array.from({ length: 500 }, (_, task) => failed(about(task, 0, task))))
    expect(job.failures).toHaveLength(MAX_REPORT_FAILURES)
    expect(job.failureCount).toBe(500)
  })

  test('peers beyond the limit share a lane', () => {
    const { lanes } = collect(Array.from({ length: 200 }, (_, task) => accepted(`peer-${task}`, about(task, 0, task))))
    expect(lanes).toHaveLength(MAX_REPORT_PEERS + 1)
    expect(lanes.at(-1)).toMatchObject({ id: undefined, accepted: 200 - MAX_REPORT_PEERS })
  })

  test('attempts that never end are dropped above the limit, and counted', () => {
    const count = MAX_REPORT_OPEN_ATTEMPTS + 5
    const { dropped } = collect(Array.from({ length: count }, (_, task) => accepted('ann', about(task, 0, task))))
    expect(dropped).toBe(5)
  })

  test('every image has a chance to be in the sample', () => {
    const first = collect(manyImages(1000)).samples.filter(({ path }) => Number.parseInt(path, 10) < 500)
    expect(first.length).toBeGreaterThan(0)
    expect(first.length).toBeLessThan(MAX_REPORT_SAMPLES)
  })
})

test('the time by which most images had ended is known to a stretch', () => {
  const ends = Array.from({ length: 99 }, (_, task) => done('ann', about(task, 0, 10)))
  const { most } = collect([...ends, done('ann', about(99, 0, 5_000))])
  expect(most).toEqual({ atMs: 50, count: 99 })
})

/** Each is refused every fourth time, then accepted and done, at four peers in turn. */
function* manyImages(count: number): Generator<JobEvent> {
  for (let task = 0; task < count; task++) {
    const peer = `peer-${task % 4}`
    const atMs = task * 3
    if (task % 4 === 0) yield refused(peer, about(task, 0, atMs))
    yield accepted(peer, about(task, 1, atMs))
    yield done(peer, { ...about(task, 1, atMs + 40), stages: { ...STAGES, totalMs: 40 + (task % 97) } })
  }
  yield summary({ elapsedMs: count * 3 + 40 })
}

test('a failure is taken back when its image is found again, or goes away', () => {
  const { failures, failureCount } = collect([
    failed({ path: 'a.jpg' }),
    failed({ path: 'b.jpg' }),
    { event: 'found', path: 'a.jpg', total: 2, alreadyDone: 0, afterFailure: true },
    failed({ path: 'c.jpg' }),
    { event: 'gone', path: 'c.jpg', total: 2, afterFailure: true },
  ])
  expect(failureCount).toBe(1)
  expect(failures.map(({ path }) => path)).toEqual(['b.jpg'])
})
