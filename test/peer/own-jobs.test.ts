import { expect, it } from 'vitest'
import { jobId } from '../../src/base/ids.ts'
import { MAX_KEPT_OWN_JOBS, MAX_SHOWN_FAILURES } from '../../src/base/limits.ts'
import { createOwnJobs } from '../../src/peer/own-jobs.ts'
import { accepted, delayed, done, failed, planned, refused } from '../support/sample-events.ts'

const idOf = (index: number) => jobId(index.toString(16).padStart(32, '0'))

it('tells of an own job what only its coordinator knows', () => {
  const jobs = createOwnJobs()
  const job = jobs.begin(['./images'])
  expect(jobs.snapshot(idOf(1))).toBeUndefined()
  job.observe(planned({ job: idOf(1), out: './out' }))
  for (const event of [refused('bob'), accepted('ann'), delayed('ann'), done('ann'), failed({ path: 'bad.jpg' })]) {
    job.observe(event)
  }
  expect(jobs.snapshot(idOf(1))).toMatchObject({
    out: './out',
    paths: ['./images'],
    failures: [{ path: 'bad.jpg', code: 'ERR_NOT_AN_IMAGE' }],
    peers: [
      { name: 'ann', done: 1, share: 1, accepted: 1, delayed: 1 },
      { name: 'bob', done: 0, refused: 1 },
    ],
    refused: 1,
    delayed: 1,
    retries: 1,
  })
})

it('keeps the last failures only', () => {
  const jobs = createOwnJobs()
  const job = jobs.begin([])
  job.observe(planned({ job: idOf(1) }))
  for (let index = 0; index < 2 * MAX_SHOWN_FAILURES; index++) job.observe(failed({ path: `${index}.jpg` }))
  const failures = jobs.snapshot(idOf(1))?.failures
  expect(failures).toHaveLength(MAX_SHOWN_FAILURES)
  expect(failures?.at(-1)?.path).toBe(`${2 * MAX_SHOWN_FAILURES - 1}.jpg`)
})

it('cancels a running job, and no other', () => {
  const jobs = createOwnJobs()
  const [one, two] = [jobs.begin([]), jobs.begin([])]
  one.observe(planned({ job: idOf(1) }))
  two.observe(planned({ job: idOf(2) }))
  expect(jobs.cancel(idOf(3))).toBe(false)
  expect(jobs.cancel(idOf(1))).toBe(true)
  expect([one.signal.aborted, two.signal.aborted]).toEqual([true, false])
  two.end()
  expect(jobs.isRunning(idOf(2))).toBe(false)
  expect(jobs.cancel(idOf(2))).toBe(false)
  expect(two.signal.aborted).toBe(false)
})

it('lets go of the jobs that ended longest ago, and of none that runs', () => {
  const jobs = createOwnJobs()
  for (let index = 0; index < MAX_KEPT_OWN_JOBS + 10; index++) {
    const job = jobs.begin([])
    job.observe(planned({ job: idOf(index) }))
    if (index !== 3) job.end()
  }
  expect([0, 3, 9, 11].map((index) => jobs.snapshot(idOf(index)) !== undefined)).toEqual([false, true, false, true])
})
