import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type JobId, jobId } from '../../../src/base/ids.ts'
import {
  MAX_HISTORY_FILE_BYTES,
  MAX_HISTORY_FILES,
  MAX_HISTORY_PATHS,
  MAX_SHOWN_FAILURES,
} from '../../../src/base/limits.ts'
import { boundedJob, canRetry, decodeFinishedJob, encodeFinishedJob } from '../../../src/peer/files/finished-job.ts'
import {
  type FinishedJob,
  historyFileName,
  listHistory,
  readHistory,
  writeHistory,
} from '../../../src/peer/files/job-history.ts'
import { finishedJob, summary } from '../../support/sample-events.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const idOf = (index: number): JobId => jobId(index.toString(16).padStart(32, '0'))

const jobOf = (index: number): FinishedJob =>
  finishedJob({
    summary: summary({ job: idOf(index), startedAt: new Date(1_700_000_000_000 + index * 1_000).toISOString() }),
  })

const historyFolder = async (): Promise<string> => join(await temporaryFolder(), 'jobs')

describe('the history folder', () => {
  it('gives back what was written, the newest first', async () => {
    const folder = await historyFolder()
    for (const index of [2, 1, 3]) await writeHistory(folder, jobOf(index))
    const { jobs, notices } = await readHistory(folder, 2)
    expect(jobs).toEqual([jobOf(3), jobOf(2)])
    expect(notices).toEqual([])
  })

  it('holds one file a job, named by time and id, for its owner only', async () => {
    const folder = await historyFolder()
    await writeHistory(folder, jobOf(1))
    await writeHistory(folder, jobOf(1))
    const names = await readdir(folder)
    expect(names).toEqual([`2023-11-14T22-13-21-000Z-${idOf(1)}.json`])
    expect(names).toEqual([historyFileName(jobOf(1))])
    expect((await stat(join(folder, historyFileName(jobOf(1))))).mode & 0o777).toBe(0o600)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  it('is empty where there is none', async () => {
    expect(await readHistory(await historyFolder(), 10)).toEqual({ jobs: [], notices: [] })
  })

  it('keeps MAX_HISTORY_FILES, lets the oldest go, and touches no file that is not its own', async () => {
    const folder = await historyFolder()
    await mkdir(folder)
    await writeFile(join(folder, '0-my-notes.txt'), 'mine')
    for (let index = 0; index < MAX_HISTORY_FILES + 1; index++) {
      await writeFile(join(folder, historyFileName(jobOf(index))), '{}')
    }
    await writeHistory(folder, jobOf(MAX_HISTORY_FILES + 1))
    const names = await listHistory(folder)
    expect(names).toHaveLength(MAX_HISTORY_FILES)
    expect(names[0]).toBe(historyFileName(jobOf(MAX_HISTORY_FILES + 1)))
    expect(names.at(-1)).toBe(historyFileName(jobOf(2)))
    expect(await readFile(join(folder, '0-my-notes.txt'), 'utf8')).toBe('mine')
  })

  it('skips with a sentence what is cut off, foreign, newer or too large, and reads the rest', async () => {
    const folder = await historyFolder()
    await writeHistory(folder, jobOf(1))
    const good = encodeFinishedJob(jobOf(2))
    const bad: readonly (readonly [string, string])[] = [
      ['cut off', good.slice(0, 200)],
      ['empty', ''],
      ['of something else', '{"name":"x"}'],
      ['newer', good.replace('"version": 1', '"version": 2')],
      ['with words for numbers', good.replace('"done": 4', '"done": "four"')],
      ['with a job that is a path', good.replace(idOf(2), '../../etc/passwd')],
      ['too large', `${good}${' '.repeat(MAX_HISTORY_FILE_BYTES)}`],
    ]
    for (const [index, [, text]] of bad.entries()) {
      await writeFile(join(folder, historyFileName(jobOf(10 + index))), text)
    }
    const { jobs, notices } = await readHistory(folder, 100)
    expect(jobs).toEqual([jobOf(1)])
    expect(notices).toHaveLength(bad.length)
    for (const notice of notices) expect(notice).toContain('is no finished job and was skipped: ')
  })

  it('says so where the folder cannot be listed', async () => {
    const folder = await historyFolder()
    await writeFile(folder, 'a file')
    const { jobs, notices } = await readHistory(folder, 10)
    expect(jobs).toEqual([])
    expect(notices[0]).toContain('cannot be read')
  })
})

describe('a finished job', () => {
  it('keeps its reason, its tiles and its refusals', () => {
    const [share] = summary().peers
    if (!share) throw new Error('the sample has a peer')
    const job = finishedJob({
      summary: summary({
        outcome: 'gave-up',
        reason: 'nothing moved for 60 s',
        code: 'ERR_GIVE_UP',
        exitCode: 3,
        peers: [{ ...share, tiles: 12 }],
        refusals: { BUSY: 3 },
      }),
    })
    expect(decodeFinishedJob(encodeFinishedJob(job))).toEqual(job)
  })

  it('is kept without its paths when they are too many, and cannot be tried again then', () => {
    const paths = Array.from({ length: MAX_HISTORY_PATHS + 1 }, (_, index) => `/images/${index}.jpg`)
    const job = boundedJob({ ...finishedJob(), paths })
    expect(job).toMatchObject({ paths: [], pathCount: MAX_HISTORY_PATHS + 1 })
    expect(canRetry(job)).toBe(false)
    expect(canRetry(boundedJob({ ...finishedJob(), paths: paths.slice(1) }))).toBe(true)
    expect(canRetry(boundedJob({ ...finishedJob(), paths: ['x'.repeat(100_000)] }))).toBe(false)
  })

  it('is kept with so many failures as fit, and counts all', () => {
    const failures = Array.from({ length: 5_000 }, (_, index) => ({
      path: `${index}.jpg`,
      code: 'ERR_X',
      message: 'x',
    }))
    const job = boundedJob({ ...finishedJob(), summary: summary({ failures, failed: 5_000 }) })
    expect(job.summary.failures).toHaveLength(MAX_SHOWN_FAILURES)
    expect(decodeFinishedJob(encodeFinishedJob(job)).summary.failed).toBe(5_000)
    const long = failures.slice(0, MAX_SHOWN_FAILURES).map((failure) => ({ ...failure, path: 'x'.repeat(20_000) }))
    const text = encodeFinishedJob(boundedJob({ ...finishedJob(), summary: summary({ failures: long, failed: 100 }) }))
    expect(Buffer.byteLength(text)).toBeLessThan(MAX_HISTORY_FILE_BYTES)
    expect(decodeFinishedJob(text).summary.failed).toBe(100)
  })
})
