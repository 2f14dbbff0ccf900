/** `peer jobs`: files of the data folder in, lines and JSON out. No peer is started. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type JobId, jobId } from '../../src/base/ids.ts'
import { continueCommand } from '../../src/cli/continue-command.ts'
import { type FinishedJob, historyFileName, writeHistory } from '../../src/peer/files/job-history.ts'
import { createFakeCliWorld, type FakeCliWorld } from '../support/fake-cli-world.ts'
import { finishedJob, summary } from '../support/sample-events.ts'

const idOf = (start: string): JobId => jobId(start.padEnd(32, '0'))

const dataDirOf = (cli: FakeCliWorld): string => join(cli.world.workingDir, 'data-dir')
const folderOf = (cli: FakeCliWorld): string => join(dataDirOf(cli), 'jobs')

/** A command line whose data folder holds these jobs. */
async function withJobs(...jobs: readonly FinishedJob[]): Promise<FakeCliWorld> {
  const cli = createFakeCliWorld()
  for (const job of jobs) await writeHistory(folderOf(cli), job)
  return cli
}

/** A command line without flags of every command. */
const HERE: Parameters<typeof continueCommand>[0] = {
  world: { workingDir: '/home/ann' },
  globals: { dataDir: undefined, keyFile: undefined, bootstrap: [], mdns: true },
}

const DONE = finishedJob({ summary: summary({ job: idOf('aa1'), startedAt: '2026-01-02T00:00:00.000Z' }) })
const FAILED = finishedJob({
  summary: summary({
    job: idOf('aa2'),
    startedAt: '2026-01-03T00:00:00.000Z',
    outcome: 'some-failed',
    exitCode: 1,
    done: 2,
    alreadyDone: 1,
    failed: 1,
    failures: [{ path: 'bad\x1b[2J.jpg', code: 'ERR_NOT_AN_IMAGE', message: 'got an empty file' }],
  }),
})
const GAVE_UP = finishedJob({
  summary: summary({
    job: idOf('bb1'),
    outcome: 'gave-up',
    code: 'ERR_GIVE_UP',
    reason: 'nothing moved for 60 s',
    exitCode: 3,
    done: 1,
  }),
  paths: ["/photos/ann's", '/b/*.png'],
  pathCount: 2,
})

describe('peer jobs', () => {
  it('lists the jobs that ended, the newest first, without starting a peer', async () => {
    const cli = await withJobs(DONE, FAILED)
    expect(await cli.run('jobs')).toBe(0)
    const [titles, first, second] = cli.stdout().split('\n')
    expect(titles).toMatch(/^when +id +pipeline +strategy +images +failed +took +outcome +out$/)
    expect(first).toMatch(
      /^2026-01-0\d \d\d:\d\d +aa200000 +edges +balanced +3\/4 +1 +2\.00 s +some-failed +\/home\/ann\/out$/,
    )
    expect(second).toMatch(/ aa100000 .* 4\/4 +0 .* done /)
    expect(cli.startedWith).toEqual([])
  })

  it('--json is { jobs }, with null for what is not there', async () => {
    const cli = await withJobs(DONE, GAVE_UP)
    expect(await cli.run('jobs', '--json')).toBe(0)
    const [list] = cli.jsonLines() as [{ jobs: object[] }]
    expect(list.jobs[0]).toEqual({
      id: idOf('aa1'),
      startedAt: '2026-01-02T00:00:00.000Z',
      endedAt: '2026-01-01T00:00:02.000Z',
      elapsedMs: 2000,
      pipeline: 'edges',
      strategy: 'balanced',
      kind: 'image',
      outcome: 'done',
      reason: null,
      code: null,
      exitCode: 0,
      images: 4,
      done: 4,
      alreadyDone: 0,
      failed: 0,
      imagesPerSecond: 2,
      out: '/home/ann/out',
      coordinator: { id: 'id-ann', name: 'ann' },
    })
    expect(list.jobs[1]).toMatchObject({ outcome: 'gave-up', code: 'ERR_GIVE_UP', reason: 'nothing moved for 60 s' })
  })

  it('says that there is none, and exits 0', async () => {
    const cli = await withJobs()
    expect(await cli.run('jobs')).toBe(0)
    expect(cli.stdout()).toBe('No job has ended here yet.\n')
    const json = await withJobs()
    expect(await json.run('jobs', '--json')).toBe(0)
    expect(json.jsonLines()).toEqual([{ jobs: [] }])
  })

  it('skips a file that is no job with a notice, and lists the rest', async () => {
    const cli = await withJobs(DONE)
    writeFileSync(join(folderOf(cli), historyFileName(FAILED)), '{"version":1}')
    expect(await cli.run('jobs')).toBe(0)
    expect(cli.stdout()).toContain('aa100000')
    expect(cli.stderr()).toContain('is no finished job and was skipped')
  })
})

describe('peer jobs ID', () => {
  it('shows one in full: shares, refusals, failures, paths, and how to try the rest', async () => {
    const cli = await withJobs(DONE, FAILED)
    expect(await cli.run('jobs', 'aa2')).toBe(0)
    const text = cli.stdout()
    expect(text).toContain(`job ${idOf('aa2')}`)
    expect(text).toMatch(/paths +\/home\/ann\/images/)
    expect(text).toContain('balanced: 3 of 4 images in 2.00 s (2.0 images/s), 1 of them by an earlier run, 1 failed')
    expect(text).toMatch(/ann +4 +100 %/)
    expect(text).toContain('refusals 3 (REFUSED_LOAD 3)')
    expect(text).toContain('bad\\x1b[2J.jpg: got an empty file (ERR_NOT_AN_IMAGE)')
    expect(text).toContain(`peer submit /home/ann/images --out /home/ann/out --data-dir ${dataDirOf(cli)}\n`)
    expect(text).not.toContain('\x1b')
  })

  it('says why a job stopped; of one that is done it offers nothing to continue', async () => {
    const cli = await withJobs(DONE, GAVE_UP)
    await cli.run('jobs', 'BB')
    expect(cli.stdout()).toMatch(/because +nothing moved for 60 s/)
    expect(cli.stdout()).toContain(`peer submit '/photos/ann'\\''s' '/b/*.png' --out`)
    const done = await withJobs(DONE)
    await done.run('jobs', 'aa1')
    expect(done.stdout()).not.toContain('peer submit')
  })

  it('--json is { job } with all of it', async () => {
    const cli = await withJobs(FAILED)
    expect(await cli.run('jobs', 'aa', '--json')).toBe(0)
    const [detail] = cli.jsonLines() as [{ job: object }]
    expect(detail.job).toMatchObject({
      id: idOf('aa2'),
      outcome: 'some-failed',
      seed: 1,
      paths: ['/home/ann/images'],
      peers: [{ name: 'ann', done: 4, refused: 3 }],
      refusals: { REFUSED_LOAD: 3 },
      failures: [{ code: 'ERR_NOT_AN_IMAGE' }],
      continueWith: `peer submit /home/ann/images --out /home/ann/out --data-dir ${dataDirOf(cli)}`,
    })
  })

  it('exits 2 when no job, or more than one, begins with it', async () => {
    const cli = await withJobs(DONE, FAILED)
    expect(await cli.run('jobs', 'cc')).toBe(2)
    expect(cli.stderr()).toContain(
      `there is no finished job "cc"\n  \`peer jobs --data-dir ${dataDirOf(cli)}\` lists them`,
    )
    expect(await cli.run('jobs', 'aa')).toBe(2)
    expect(cli.stderr()).toContain(`2 finished jobs begin with "aa": ${idOf('aa2')}, ${idOf('aa1')}`)
    expect(await cli.run('jobs', '')).toBe(2)
    expect(await cli.run('jobs', '../../etc/passwd')).toBe(2)
  })

  it('exits 2 with the reason when the file of that job is damaged', async () => {
    const cli = await withJobs()
    mkdirSync(folderOf(cli), { recursive: true })
    writeFileSync(join(folderOf(cli), historyFileName(DONE)), 'half a fi')
    expect(await cli.run('jobs', 'aa1')).toBe(2)
    expect(cli.stderr()).toContain('expected JSON')
  })
})

describe('the line that continues a job', () => {
  const unfinished = finishedJob({ summary: summary({ outcome: 'interrupted', exitCode: 130 }) })

  it('has every flag that is not at its default', () => {
    const job = finishedJob({
      ...unfinished,
      options: {
        ...unfinished.options,
        pipeline: 'grayscale | canny:100,200',
        strategy: 'random',
        format: 'png',
        quality: 80,
        seed: 7,
        suffix: '',
        tile: 'auto',
        approximateTiles: true,
        include: ['a/**'],
        exclude: ['b', 'c'],
        waitMs: 0,
        giveUpMs: 1_000,
        local: 'never',
        hedge: false,
        overwrite: true,
      },
    })
    expect(continueCommand(HERE, job)).toBe(
      "peer submit /home/ann/images --out /home/ann/out --op 'grayscale | canny:100,200' --strategy random --format png " +
        "--quality 80 --seed 7 --suffix '' --wait 0 --give-up 1000 --tile auto --include 'a/**' --exclude b --exclude c " +
        '--overwrite --approximate-tiles --no-local --no-hedge',
    )
  })

  it('is not there when nothing is left, or the paths were too many to be kept', () => {
    expect(continueCommand(HERE, finishedJob())).toBeUndefined()
    expect(continueCommand(HERE, finishedJob({ ...unfinished, paths: [], pathCount: 2_000 }))).toBeUndefined()
  })
})
