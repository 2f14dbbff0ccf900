/** Watched folders on a real disk, with real peers. */

import { appendFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import {
  type JobEvent,
  type JobSummary,
  type Peer,
  type PeerOptions,
  type SubmitOptions,
  startPeer,
} from '../../src/index.ts'
import { eventually, PATIENCE_MS } from '../support/eventually.ts'
import { startPeerProcess } from '../support/peer-process.ts'
import { runSideBySide } from '../support/side-by-side.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { atEnd, temporaryFolder } from '../support/temporary-folder.ts'

interface Watched {
  readonly events: readonly JobEvent[]
  of<Name extends JobEvent['event']>(name: Name): readonly Extract<JobEvent, { event: Name }>[]
  /** Waits until so many images ended. */
  ended(count: number): Promise<void>
  /** As Ctrl-C does. */
  end(): Promise<JobSummary>
  readonly summary: Promise<JobSummary>
}

async function world(executor: PeerOptions['executor'] = { slots: 1 }) {
  const dataDir = await temporaryFolder()
  const peer = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', executor })
  atEnd(() => peer.stop({ atOnce: true }))
  const folder = await temporaryFolder()
  const input = join(folder, 'in')
  await mkdir(input)
  const spare = join(folder, 'spare')
  await makeSmallImages(spare, 8)
  return { peer, dataDir, folder, input, out: join(folder, 'out'), spare: (name: string) => join(spare, name) }
}

async function watch(peer: Peer, input: string, options: SubmitOptions): Promise<Watched> {
  const ending = new AbortController()
  const events: JobEvent[] = []
  const submission = peer.submit(input, {
    ...{ local: 'always', pipeline: 'grayscale', watch: true, signal: ending.signal },
    ...options,
  })
  submission.summary.catch(() => {})
  void (async () => {
    for await (const event of submission) events.push(event)
  })().catch(() => {})
  atEnd(async () => ending.abort())
  const of: Watched['of'] = <Name extends JobEvent['event']>(name: Name) =>
    events.filter((event): event is Extract<JobEvent, { event: Name }> => event.event === name)
  const told = (): string =>
    JSON.stringify(events.map(({ event, ...more }) => [event, 'path' in more ? more.path : '']))
  await Promise.race([eventually(() => of('planned').length > 0), submission.summary])
  return {
    ...{ events, of, summary: submission.summary },
    ended: (count) => eventually(() => of('done').length + of('failed').length >= count, PATIENCE_MS, told),
    async end() {
      ending.abort()
      return submission.summary
    },
  }
}

const outputs = async (out: string): Promise<string[]> =>
  (await readdir(out, { recursive: true })).filter((name) => /\.(png|jpg|webp|tif)$/.test(name)).sort()

runSideBySide()

describe.concurrent('a watched folder', () => {
  it('is done first, then what appears: in pieces, renamed into place, in new folders, and overwritten', async () => {
    const { peer, input, out, spare } = await world()
    await writeFile(join(input, 'first.png'), await readFile(spare('image-000.png')))
    const job = await watch(peer, input, { out })
    expect(job.of('planned')).toMatchObject([{ total: 1, alreadyDone: 0, watching: [input] }])
    await job.ended(1)

    const bytes = await readFile(spare('image-001.jpg'))
    const piece = Math.ceil(bytes.length / 10)
    const slow = (async () => {
      for (let at = 0; at < bytes.length; at += piece) {
        // at once, and by a timer of this process as the watch's own: however late they are, it comes before the watch looks again
        appendFileSync(join(input, 'slow.jpg'), bytes.subarray(at, at + piece))
        await pause(200) // who writes is slow: all together twice as long as a file has to stay unchanged
      }
    })()
    await writeFile(join(input, '.uploading'), await readFile(spare('image-002.webp')))
    await rename(join(input, '.uploading'), join(input, 'moved.webp'))
    await mkdir(join(input, 'new', 'deep'), { recursive: true })
    await writeFile(join(input, 'new', 'deep', 'x.tif'), await readFile(spare('image-003.tif')))
    await slow
    await job.ended(4)
    expect(await outputs(out)).toEqual(['first.png', 'moved.webp', 'new/deep/x.tif', 'slow.jpg'])
    expect(job.of('failed')).toEqual([])
    expect(job.of('accepted').filter(({ path }) => path === 'slow.jpg')).toHaveLength(1)

    const [before] = job.of('done').filter(({ path }) => path === 'first.png')
    await writeFile(join(input, 'first.png'), await readFile(spare('image-004.png')))
    await job.ended(5)
    const [, after] = job.of('done').filter(({ path }) => path === 'first.png')
    expect(after?.pixelDigest).not.toBe(before?.pixelDigest)

    expect(await job.end()).toMatchObject({ outcome: 'done', exitCode: 0, images: 5, done: 5, failed: 0 })
    const totals = job.of('found').map(({ total }) => total)
    expect(totals).toEqual([2, 3, 4, 5])
  })

  it('may hold its output folder, and takes neither that nor links, hidden and excluded files', async () => {
    const { peer, input, spare } = await world()
    const out = join(input, 'out')
    const job = await watch(peer, input, { out, exclude: ['thumbs/**'] })
    const bytes = await readFile(spare('image-000.png'))
    await mkdir(join(input, 'thumbs'))
    await writeFile(join(input, 'thumbs', 'a.png'), bytes)
    await writeFile(join(input, '.hidden.png'), bytes)
    await symlink(spare('image-000.png'), join(input, 'link.png'))
    await writeFile(join(input, 'notes.txt'), 'no image')
    await writeFile(join(input, 'a.png'), bytes)
    await job.ended(1)
    await writeFile(join(input, 'b.png'), bytes)
    await job.ended(2)
    expect(await job.end()).toMatchObject({ outcome: 'done', images: 2, done: 2 })
    expect(await outputs(out)).toEqual(['a.png', 'b.png'])
  })

  it('fails a bad image by name, and takes that back when it is replaced by a good one', async () => {
    const { peer, input, out, spare } = await world()
    const good = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#888', noise: NOISE } })
      .jpeg()
      .toBuffer()
    const job = await watch(peer, input, { out })
    await writeFile(join(input, 'stalled.jpg'), good.subarray(0, good.length / 2))
    await job.ended(1)
    expect(job.of('failed')).toMatchObject([{ path: 'stalled.jpg', code: 'ERR_NOT_AN_IMAGE' }])
    await writeFile(join(input, 'stalled.jpg'), good)
    await job.ended(2)
    await writeFile(join(input, 'bad.jpg'), good.subarray(0, good.length / 2))
    await job.ended(3)
    await writeFile(join(input, 'after.png'), await readFile(spare('image-000.png')))
    await job.ended(4)
    expect(await job.end()).toMatchObject({
      ...{ outcome: 'some-failed', exitCode: 1, images: 3, done: 2, failed: 1 },
      failures: [{ path: 'bad.jpg', code: 'ERR_NOT_AN_IMAGE' }],
    })
  })

  it('fails what would be written over another image or a file of somebody else, and goes on', async () => {
    const { peer, input, out, spare } = await world()
    await mkdir(out)
    await writeFile(join(out, 'mine.png'), 'mine')
    const job = await watch(peer, input, { out, format: 'png' })
    await writeFile(join(input, 'a.jpg'), await readFile(spare('image-001.jpg')))
    await job.ended(1)
    await writeFile(join(input, 'a.tif'), await readFile(spare('image-003.tif')))
    await job.ended(2)
    await writeFile(join(input, 'mine.jpg'), await readFile(spare('image-001.jpg')))
    await writeFile(join(input, 'b.jpg'), await readFile(spare('image-001.jpg')))
    await job.ended(4)
    expect(await job.end()).toMatchObject({
      ...{ exitCode: 1, images: 4, done: 2, failed: 2 },
      failures: [
        { path: 'a.tif', code: 'ERR_COLLISION' },
        { path: 'mine.jpg', code: 'ERR_EXISTS' },
      ],
    })
    expect(await readFile(join(out, 'mine.png'), 'utf8')).toBe('mine')
  })

  it('is continued by the same command, and ends as a finished job of the history that tries again without watching', async () => {
    const { peer, input, out, spare } = await world()
    for (const name of ['a', 'b']) await writeFile(join(input, `${name}.png`), await readFile(spare('image-000.png')))
    const first = await watch(peer, input, { out })
    await first.ended(2)
    expect(await first.end()).toMatchObject({ outcome: 'done', done: 2 })

    await writeFile(join(input, 'c.png'), await readFile(spare('image-004.png')))
    const second = await watch(peer, input, { out })
    expect(second.of('planned')).toMatchObject([{ total: 3, alreadyDone: 2 }])
    await second.ended(1)
    // what an earlier run did and comes again is not done again
    // (it is never missing, and settles no later than d: a look in between would count it anew)
    for (const [name, image] of [
      ['a', 'image-000.png'],
      ['d', 'image-004.png'],
    ] as const) {
      await writeFile(join(input, `.${name}.png`), await readFile(spare(image)))
      await rename(join(input, `.${name}.png`), join(input, `${name}.png`))
    }
    await second.ended(2)
    const summary = await second.end()
    expect(summary).toMatchObject({ outcome: 'done', exitCode: 0, images: 4, alreadyDone: 2, done: 2 })

    await rm(join(out, 'd.png'))
    const retried = peer.retryJob(summary.job)
    expect(await retried?.summary).toMatchObject({ outcome: 'done', images: 4, alreadyDone: 3, done: 1 })
  })

  it('holds its output folder all the while', async () => {
    const { peer, input, out, spare } = await world()
    const job = await watch(peer, input, { out })
    await writeFile(join(input, 'a.png'), await readFile(spare('image-000.png')))
    await job.ended(1)
    await expect(peer.submit(input, { out, pipeline: 'edges' }).summary).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
    await job.end()
  })

  it('gives one line of data for each image, also for one that is overwritten', async () => {
    const { peer, input, out, spare } = await world()
    const lines = async (): Promise<{ path: string; width: number }[]> =>
      (await readFile(join(out, 'results.ndjson'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    const job = await watch(peer, input, { out, pipeline: 'stats' })
    await writeFile(join(input, 'a.png'), await readFile(spare('image-000.png')))
    await writeFile(join(input, 'b.png'), await readFile(spare('image-000.png')))
    await job.ended(2)
    await writeFile(join(input, 'a.png'), await readFile(spare('image-004.png')))
    await job.ended(3)
    expect(await job.end()).toMatchObject({ outcome: 'done', images: 3, done: 3 })
    expect((await lines()).map(({ path }) => path).sort()).toEqual(['a.png', 'b.png'])
    expect((await lines()).find(({ path }) => path === 'a.png')?.width).toBe(72)

    const again = await watch(peer, input, { out, pipeline: 'stats' })
    expect(again.of('planned')).toMatchObject([{ total: 2, alreadyDone: 2 }])
    expect(await again.end()).toMatchObject({ outcome: 'done', done: 0 })
    expect(await lines()).toHaveLength(2)
  })

  it('is interrupted, and not done, when images that had appeared are left', async () => {
    const { peer, dataDir, input, out, spare } = await world(false)
    await startPeerProcess(dataDir, '--load', '1', '--delay', '300ms', '--slots', '1')
    for (let index = 0; index < 40; index++) {
      await writeFile(join(input, `${index}.png`), await readFile(spare('image-000.png')))
    }
    const job = await watch(peer, input, { out, strategy: 'random', local: 'never', waitMs: PATIENCE_MS })
    await job.ended(1)
    const summary = await job.end()
    expect(summary).toMatchObject({ outcome: 'interrupted', exitCode: 130, images: 40 })
    expect(await outputs(out)).toHaveLength(summary.done)
  })

  it('is refused beside what needs to know all images, and for what is no folder', async () => {
    const { peer, input, out, spare } = await world()
    const refusal = (paths: string | readonly string[], options: SubmitOptions) =>
      peer.submit(paths, { out, watch: true, ...options }).summary
    await expect(refusal(input, { dryRun: true })).rejects.toMatchObject({ code: 'ERR_USAGE' })
    await expect(refusal(input, { tile: 'auto' })).rejects.toMatchObject({ code: 'ERR_USAGE' })
    await expect(refusal(spare('image-000.png'), {})).rejects.toMatchObject({ code: 'ERR_USAGE' })
    await expect(refusal(join(input, 'missing'), {})).rejects.toMatchObject({ code: 'ERR_INPUT' })
    await mkdir(join(input, 'sub'))
    await expect(refusal([input, join(input, 'sub')], {})).rejects.toMatchObject({ code: 'ERR_USAGE' })
    await expect(refusal(input, { out: input })).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
  })
})

const NOISE = { type: 'gaussian', mean: 128, sigma: 60 } as const
