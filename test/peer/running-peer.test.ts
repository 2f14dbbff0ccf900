/** Real peers on loopback, all in this process, with a runner that only paces: what they show of each other, and how they obey. */

import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { jobId } from '../../src/base/ids.ts'
import type { JobEvent } from '../../src/peer/job-events.ts'
import type { Peer, PeerOptions, Submission, SubmitOptions } from '../../src/peer/peer.ts'
import type { JobSnapshot, PeerSnapshot } from '../../src/peer/snapshot.ts'
import { startPeer } from '../../src/peer/start-peer.ts'
import { eventually } from '../support/eventually.ts'
import { createPacedRunner, type PacedRunner } from '../support/paced-runner.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { atEnd, temporaryFolder } from '../support/temporary-folder.ts'

async function start(
  dataDir: string,
  options: PeerOptions = {},
  runner: PacedRunner = createPacedRunner(),
): Promise<Peer> {
  const peer = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', ...options }, { runner })
  atEnd(() => peer.stop({ atOnce: true }))
  return peer
}

interface World {
  readonly dataDir: string
  readonly worker: Peer
  readonly boss: Peer
  readonly runner: PacedRunner
  /** Of `count` images by the boss; the worker runs them. */
  submit(options?: SubmitOptions): Submission
  readonly out: string
}

/** Longer than any machine needs: who does not find anybody says so in the end. */
const WITHIN_MS = 60_000

/** An executor and an observer that know each other, and a folder of images. */
async function world(count: number, taskMs = 0): Promise<World> {
  const dataDir = await temporaryFolder()
  const runner = createPacedRunner(taskMs)
  const worker = await start(dataDir, { name: 'worker', executor: { slots: 2 } }, runner)
  const boss = await start(dataDir, { name: 'boss', executor: false })
  expect(await boss.waitForExecutors(1, WITHIN_MS)).toBe(true)
  const folder = await temporaryFolder()
  const images = join(folder, 'images')
  const out = join(folder, 'out')
  await makeSmallImages(images, count)
  const submit = (options: SubmitOptions = {}) => boss.submit(images, { out, local: 'never', ...options })
  return { dataDir, worker, boss, runner, submit, out }
}

const firstJob = (peer: Peer): JobSnapshot | undefined => peer.snapshot().jobs[0]
const workerSeenBy = (peer: Peer) => peer.snapshot().peers.find(({ name }) => name === 'worker')
const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

async function noticesOf(submission: Submission): Promise<string[]> {
  const events: JobEvent[] = []
  for await (const event of submission) events.push(event)
  return events.flatMap((event) => (event.event === 'notice' ? [event.message] : []))
}

describe('two peers, one of which submits', () => {
  it('both show the job, its rate, and what the worker does second by second', async () => {
    const { worker, boss, runner, submit, out } = await world(60, 50)
    // it stands still before its end, so that nobody has to look at a certain moment
    runner.hold(40)
    const submission = submit()
    await eventually(() => firstJob(worker)?.done === 40)
    const seen = firstJob(worker)
    expect(seen).toMatchObject({ coordinatorName: 'boss', pipeline: 'edges', strategy: 'balanced', state: 'running' })
    expect(seen).toMatchObject({ total: 60, failed: 0, own: undefined })
    expect(seen?.imagesPerSecond).toBeGreaterThan(0)
    expect(seen?.remainingMs).toBeGreaterThan(0)
    expect(firstJob(boss)?.own).toMatchObject({ out, refused: 0, failures: [], peers: [{ name: 'worker' }] })
    await eventually(() => (workerSeenBy(boss)?.imagesPerSecond ?? 0) > 0)
    await eventually(() => workerSeenBy(boss)?.activity.some(({ running }) => running === 2) === true)
    await eventually(() => (worker.snapshot().self.imagesPerSecond ?? 0) > 0)

    runner.release()
    const summary = await submission.summary
    expect(summary).toMatchObject({ outcome: 'done', done: 60 })
    const completed = (row: PeerSnapshot | undefined) => sum(row?.activity.map((second) => second.completed) ?? [])
    await eventually(() => completed(worker.snapshot().self) === 60)
    await eventually(() => completed(workerSeenBy(boss)) === 60)
    await eventually(() => firstJob(worker)?.state === 'done')
    expect(firstJob(worker)).toMatchObject({ done: 60, remainingMs: undefined })
  })

  it('tell their cluster, and write down who came and how the job ended', async () => {
    const { dataDir, worker, boss, runner, submit } = await world(3)
    runner.hold()
    const submission = submit()
    // of a job that is over when it is heard of first nothing is written down
    await eventually(() => firstJob(worker)?.state === 'running')
    runner.release()
    await submission.summary
    const { cluster } = boss.snapshot()
    expect(cluster).toMatchObject({ reach: 'loopback', dataDir })
    expect(cluster.keyFingerprint).toMatch(/^[0-9a-f]{4}-[0-9a-f]{4}$/)
    expect(cluster.keyFingerprint).toBe(worker.snapshot().cluster.keyFingerprint)
    expect(cluster.uptimeMs).toBeGreaterThan(0)
    const key = (await readFile(join(dataDir, 'cluster.key'), 'utf8')).trim()
    expect(JSON.stringify(boss.snapshot())).not.toContain(key)
    const says = (peer: Peer, words: string) => peer.snapshot().log.some(({ message }) => message.includes(words))
    expect(says(boss, 'is done: 3 of 3 images')).toBe(true)
    await eventually(() => says(worker, 'joined boss (observer)') && says(worker, 'of boss is done: 3 of 3 images'))
  })

  it('calls listeners a few times a second, however many tasks end', async () => {
    const { worker, boss, submit } = await world(200)
    const calls = { worker: 0, boss: 0 }
    worker.onChange(() => calls.worker++)
    boss.onChange(() => calls.boss++)
    const startedMs = performance.now()
    await submit().summary
    const bound = (performance.now() - startedMs) / 100 + 3
    expect(calls.worker).toBeLessThan(bound)
    expect(calls.boss).toBeLessThan(bound)
    // the first may come at the end of an interval that had begun before
    await eventually(() => calls.worker > 0 && calls.boss > 0)
  })
})

describe('the history', () => {
  it('is there after a restart, for every peer of the user, and tries failed images again', async () => {
    const { dataDir, boss, worker, runner, submit, out } = await world(6)
    const bad = await readFile(join(out, '../images/image-002.webp'))
    runner.failWhere(({ bytes }) => Buffer.from(bytes).equals(bad))
    const first = await submit({ pipeline: 'grayscale', seed: 7 }).summary
    expect(first).toMatchObject({ outcome: 'some-failed', done: 5, failed: 1 })
    await eventually(() => worker.snapshot().history.length === 1)
    await boss.stop()

    const again = await start(dataDir, { name: 'boss', executor: false })
    const [finished] = again.snapshot().history
    expect(finished).toMatchObject({
      summary: JSON.parse(JSON.stringify(first)),
      out,
      paths: [join(out, '../images')],
      coordinator: { id: boss.id, name: 'boss' },
      options: { pipeline: 'grayscale', seed: 7, strategy: 'balanced', local: 'never' },
    })
    runner.failWhere(() => false)
    expect(await again.waitForExecutors(1, WITHIN_MS)).toBe(true)
    const retried = again.retryJob(first.job)
    expect(await retried?.summary).toMatchObject({ outcome: 'done', done: 1, alreadyDone: 5, failed: 0, seed: 7 })
    expect(again.snapshot().history.map(({ summary }) => summary.done)).toEqual([1, 5])
  })

  it('keeps no plan, and no run in which nothing was left to do', async () => {
    const { dataDir, submit, boss } = await world(3)
    await submit({ dryRun: true }).summary
    expect(boss.snapshot().history).toEqual([])
    await submit().summary
    await submit().summary
    expect(boss.snapshot().history).toHaveLength(1)
    expect(await readdir(join(dataDir, 'jobs'))).toHaveLength(1)
  })

  it('costs no job its end where it cannot be written, and a file that is none costs no start', async () => {
    const { dataDir, submit, boss } = await world(3)
    await rm(join(dataDir, 'jobs'), { recursive: true, force: true })
    await writeFile(join(dataDir, 'jobs'), 'in the way')
    const submission = submit()
    const notices = await noticesOf(submission)
    expect(await submission.summary).toMatchObject({ outcome: 'done', done: 3, exitCode: 0 })
    expect(notices).toContainEqual(expect.stringContaining('the job was not written down'))
    expect(boss.snapshot().history).toHaveLength(1)
    const notice: string[] = []
    const next = await start(dataDir, { executor: false, onNotice: (sentence) => notice.push(sentence) })
    expect(notice).toContainEqual(expect.stringContaining('cannot be read'))
    expect(next.snapshot().log.map(({ message }) => message)).toContainEqual(notice[0])
  })
})

describe('a person at the controls', () => {
  it('cancels a running job, which is kept as interrupted and can be continued', async () => {
    const { boss, runner, submit } = await world(12)
    runner.hold()
    const submission = submit()
    await eventually(() => workerSeenBy(boss)?.running === 2)
    // the worker may tell that it runs before the job is announced
    await eventually(() => firstJob(boss) !== undefined)
    const id = firstJob(boss)?.id ?? jobId('')
    expect(boss.retryJob(id)).toBeUndefined()
    expect(boss.cancelJob(id)).toBe(true)
    expect(await submission.summary).toMatchObject({ outcome: 'interrupted', exitCode: 130, done: 0 })
    expect(boss.cancelJob(id)).toBe(false)
    expect(boss.snapshot().history[0]?.summary.outcome).toBe('interrupted')
    runner.release()
    expect(await boss.retryJob(id)?.summary).toMatchObject({ outcome: 'done', images: 12, failed: 0 })
  })

  it('changes load, pauses and resumes, and the others know', async () => {
    const { worker, boss } = await world(1)
    worker.setLoadProbability(0.35)
    expect(worker.snapshot().self.load).toBe(0.35)
    await eventually(() => workerSeenBy(boss)?.load === 0.35)
    worker.pause()
    await eventually(() => workerSeenBy(boss)?.isPaused === true)
    worker.resume()
    await eventually(() => workerSeenBy(boss)?.isPaused === false)
    expect(() => worker.setLoadProbability(1.5)).toThrow('between 0 and 1')
  })

  it('drains a peer: it finishes what runs, takes nothing more, and stays', async () => {
    const { worker, boss, runner, submit } = await world(12)
    runner.hold()
    const submission = submit()
    await eventually(() => workerSeenBy(boss)?.running === 2)
    const drained = worker.drain(60_000)
    await eventually(() => workerSeenBy(boss)?.isDraining === true)
    runner.release()
    await drained
    await eventually(() => firstJob(boss)?.done === 2)
    expect(boss.cancelJob(firstJob(boss)?.id ?? jobId(''))).toBe(true)
    expect(await submission.summary).toMatchObject({ outcome: 'interrupted', done: 2 })
    expect(worker.snapshot().self).toMatchObject({ isDraining: true, running: 0, queued: 0 })
    expect(workerSeenBy(boss)).toMatchObject({ state: 'alive', isDraining: true })
  })

  it('does nothing to an observer, which has no executor', async () => {
    const { boss } = await world(1)
    boss.pause()
    boss.setLoadProbability(0.5)
    await boss.drain(1_000)
    expect(boss.snapshot().self).toMatchObject({ role: 'observer', load: 0, isPaused: false, isDraining: false })
  })
})
