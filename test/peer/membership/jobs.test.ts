import { expect, it } from 'vitest'
import { type JobId, jobId } from '../../../src/base/ids.ts'
import { JOB_PROGRESS_INTERVAL_MS, MAX_KNOWN_JOBS, MAX_RATE_MARKS } from '../../../src/base/limits.ts'
import { createJobAnnouncer } from '../../../src/peer/membership/job-announcer.ts'
import { type JobRate, observeProgress } from '../../../src/peer/membership/job-rate.ts'
import { createKnownJobs } from '../../../src/peer/membership/known-jobs.ts'
import type { JobProgress } from '../../../src/protocol/messages.ts'
import { PEER_A, PEER_B } from '../../support/load-reports.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

const idOf = (index: number): JobId => jobId(index.toString(16).padStart(32, '0'))

const progress = (part: Partial<JobProgress> = {}): JobProgress => ({
  job: idOf(1),
  coordinator: PEER_B,
  coordinatorName: 'lab',
  sequence: 1,
  pipeline: 'edges',
  strategy: 'balanced',
  state: 'running',
  total: 100,
  done: 0,
  failed: 0,
  elapsedMs: 0,
  alreadyDone: 0,
  ...part,
})

const nobodyGone = () => false

it('shows rate and remaining time from what was done so far', () => {
  const jobs = createKnownJobs()
  jobs.hear(progress({ done: 18, failed: 2, elapsedMs: 10_000 }))
  expect(jobs.list(nobodyGone)[0]).toMatchObject({ state: 'running', imagesPerSecond: 2, remainingMs: 40_000 })
})

it('remembers whether a job was said to run, which one that ended before is not', () => {
  const jobs = createKnownJobs()
  const ran = progress()
  const ended = progress({ job: jobId('e'.repeat(32)), state: 'done' })
  expect(jobs.wasRunning(ran.job)).toBe(false)
  for (const heard of [ran, { ...ran, sequence: 2, state: 'done' as const }, ended]) jobs.hear(heard)
  expect([jobs.wasRunning(ran.job), jobs.wasRunning(ended.job)]).toEqual([true, false])
})

it('knows no remaining time before the first image and after the last', () => {
  const jobs = createKnownJobs()
  jobs.hear(progress())
  expect(jobs.list(nobodyGone)[0]).toMatchObject({ imagesPerSecond: 0, remainingMs: undefined })
  jobs.hear(progress({ sequence: 2, state: 'done', done: 100, elapsedMs: 10_000 }))
  expect(jobs.list(nobodyGone)[0]).toMatchObject({ imagesPerSecond: 10, remainingMs: undefined })
})

it('does not count what an earlier run did into rate and remaining time', () => {
  const jobs = createKnownJobs()
  jobs.hear(progress({ done: 90, alreadyDone: 80, elapsedMs: 5_000 }))
  expect(jobs.list(nobodyGone)[0]).toMatchObject({ done: 90, imagesPerSecond: 2, remainingMs: 5_000 })
  jobs.hear(progress({ sequence: 2, done: 100, alreadyDone: 80, elapsedMs: 10_000, state: 'done' }))
  expect(jobs.list(nobodyGone)[0]).toMatchObject({ imagesPerSecond: 2, remainingMs: undefined })
})

it('follows the pace of the last ten seconds, not of the hour before', () => {
  const jobs = createKnownJobs()
  let sequence = 0
  let elapsedMs = 0
  let done = 0
  const run = (seconds: number, perSecond: number): void => {
    for (let half = 0; half < 2 * seconds; half++) {
      elapsedMs += 500
      done += perSecond / 2
      jobs.hear(progress({ sequence: sequence++, total: 1_000_000, done, elapsedMs }))
    }
  }
  run(3_600, 10)
  run(12, 40)
  expect(jobs.list(nobodyGone)[0]?.imagesPerSecond).toBeCloseTo(40, 0)
  run(20, 0)
  expect(jobs.list(nobodyGone)[0]?.imagesPerSecond).toBeLessThan(20)
})

it('looks further back where an image takes half a minute, and slows down while none ends', () => {
  const jobs = createKnownJobs()
  for (let half = 1; half <= 600; half++) {
    jobs.hear(progress({ sequence: half, done: Math.floor(half / 60), elapsedMs: half * 500 }))
  }
  expect(jobs.list(nobodyGone)[0]?.imagesPerSecond).toBeCloseTo(1 / 30, 3)
  jobs.hear(progress({ sequence: 601, done: 10, elapsedMs: 900_000 }))
  expect(jobs.list(nobodyGone)[0]?.imagesPerSecond).toBeLessThan(1 / 90)
})

it('keeps few moments of a job, however often its coordinator speaks', () => {
  let rate: JobRate | undefined
  for (let done = 0; done < 10_000; done++)
    rate = observeProgress(rate, progress({ total: 10_000, done, elapsedMs: 1 }))
  expect(rate?.marks.length).toBeLessThanOrEqual(MAX_RATE_MARKS)
})

it('ignores what is older, and what another coordinator says of a job', () => {
  const jobs = createKnownJobs()
  expect(jobs.hear(progress({ sequence: 5, done: 50 }))).toBe(true)
  expect(jobs.hear(progress({ sequence: 5, done: 51 }))).toBe(false)
  expect(jobs.hear(progress({ sequence: 4, done: 40 }))).toBe(false)
  expect(jobs.hear(progress({ sequence: 9, coordinator: PEER_A }))).toBe(false)
  expect(jobs.list(nobodyGone).map(({ done, coordinator }) => ({ done, coordinator }))).toEqual([
    { done: 50, coordinator: PEER_B },
  ])
})

it('counts a running job as stopped when its coordinator is gone', () => {
  const jobs = createKnownJobs()
  jobs.hear(progress())
  expect(jobs.list((peer) => peer === PEER_B)[0]?.state).toBe('stopped')
})

it('keeps at most MAX_KNOWN_JOBS, the newest first, and drops the oldest finished one before any running one', () => {
  const jobs = createKnownJobs()
  for (let index = 0; index < MAX_KNOWN_JOBS; index++) {
    jobs.hear(progress({ job: idOf(index), state: index === 5 || index === 9 ? 'done' : 'running' }))
  }
  jobs.hear(progress({ job: idOf(1_000) }))
  jobs.hear(progress({ job: idOf(1_001) }))
  jobs.hear(progress({ job: idOf(1_002) }))
  const ids = jobs.list(nobodyGone).map(({ id }) => id)
  expect(ids).toHaveLength(MAX_KNOWN_JOBS)
  expect(ids.slice(0, 3)).toEqual([idOf(1_002), idOf(1_001), idOf(1_000)])
  for (const gone of [5, 9, 0]) expect(ids).not.toContain(idOf(gone))
})

it('announces at most twice a second, always the latest, and the end at once', async () => {
  const clock = createVirtualClock()
  const sent: { atMs: number; done: number; state: string }[] = []
  const announcer = createJobAnnouncer(
    clock,
    async ({ done, state }) => void sent.push({ atMs: clock.now(), done, state }),
  )
  for (let done = 0; done < 100; done++) {
    announcer.announce(progress({ sequence: done + 1, done }))
    await clock.advance(15)
  }
  announcer.announce(progress({ sequence: 101, done: 100, state: 'done' }))
  expect(sent.map(({ done }) => done)).toEqual([0, 33, 66, 99, 100])
  expect(sent.at(-1)).toEqual({ atMs: clock.now(), done: 100, state: 'done' })
  for (const [index, { atMs }] of sent.slice(1, -1).entries()) {
    expect(atMs - (sent[index]?.atMs ?? 0)).toBeGreaterThanOrEqual(JOB_PROGRESS_INTERVAL_MS)
  }
  await clock.advance(5_000)
  expect(sent).toHaveLength(5)
})

it('tells whoever comes later of running jobs and the last ones that ended, once', async () => {
  const clock = createVirtualClock()
  const sent: JobId[] = []
  const announcer = createJobAnnouncer(clock, async ({ job }) => void sent.push(job))
  for (let index = 0; index < 20; index++) {
    announcer.announce(progress({ job: idOf(index), state: index === 3 ? 'running' : 'done' }))
  }
  expect(sent).toHaveLength(20)
  announcer.repeat()
  announcer.repeat()
  await clock.advance(60_000)
  expect(sent.slice(20)).toEqual([3, 16, 17, 18, 19].map(idOf))
})
