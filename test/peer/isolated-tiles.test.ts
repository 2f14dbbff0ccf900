/** `isolate` and images in tiles: decoded and stitched in another process, with the same pixels, and a crash there costs one image. */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createIsolatedHugeCodec } from '../../src/cv/index.ts'
import type { JobSummary } from '../../src/peer/job-events.ts'
import type { Peer, SubmitOptions } from '../../src/peer/peer.ts'
import { type PeerInternals, startPeer } from '../../src/peer/start-peer.ts'
import { childrenOf, childWithFile, commandLineOf } from '../support/child-processes.ts'
import { makeExif } from '../support/exif-fields.ts'
import { jpegWith } from '../support/images-with-metadata.ts'
import { gradient, sharpOf } from '../support/sample-images.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { atEnd, temporaryFolder } from '../support/temporary-folder.ts'

const CRASHING = new URL('../support/threads/crashing-codec-process.ts', import.meta.url)
const ENDLESS = new URL('../support/threads/endless-codec-process.ts', import.meta.url)
const TILED = { local: 'always', pipeline: 'invert', tile: 128 } as const
const CRASHED = 'ended by itself, by a crash in native code (SIGSEGV)'

async function peerWith(isolate: boolean, internals: PeerInternals = {}): Promise<Peer> {
  const world = { dataDir: await temporaryFolder(), listen: '/ip4/127.0.0.1/tcp/0', mdns: false }
  const peer = await startPeer({ ...world, executor: { slots: 1 }, isolate }, internals)
  atEnd(() => peer.stop({ atOnce: true }))
  return peer
}

const codecProcesses = (): readonly number[] =>
  childrenOf(process.pid).filter((pid) => commandLineOf(pid).includes('codec-process'))

async function inputFolder(): Promise<{ input: string; out: string }> {
  const folder = await temporaryFolder()
  const [input, out] = [join(folder, 'in'), join(folder, 'out')]
  await mkdir(input)
  return { input, out }
}

/** A peer whose processes never end decoding a file called `endless`. */
const endlessPeer = (): Promise<Peer> =>
  peerWith(true, { openHugeCodec: () => createIsolatedHugeCodec({ entry: ENDLESS }) })

describe.runIf(process.platform === 'linux')('images in tiles with isolate', () => {
  it('have the bytes of those without, from a process that ends with the job', async () => {
    const { input, out } = await inputFolder()
    const pixels = gradient(300, 200, 3)
    await writeFile(
      join(input, 'turned.jpg'),
      await jpegWith(pixels, { exif: makeExif({ orientation: 6, copyright: 'me' }) }),
    )
    await sharpOf(gradient(200, 200, 4))
      .webp({ lossless: true })
      .toFile(join(input, 'clear.webp'))
    await sharpOf(gradient(257, 130, 2))
      .toColourspace('b-w')
      .png()
      .toFile(join(input, 'gray.png'))
    await sharpOf(pixels).tiff({ compression: 'lzw' }).toFile(join(input, 'large.tif'))
    const met: number[] = []
    const submitted = async (isolate: boolean, options: SubmitOptions): Promise<JobSummary> => {
      const peer = await peerWith(isolate)
      const submission = peer.submit(input, { ...TILED, keepMetadata: true, pipeline: 'edges', ...options })
      let most = 0
      for await (const { event } of submission)
        if (event === 'tile-done') most = Math.max(most, codecProcesses().length)
      met.push(most)
      const summary = await submission.summary
      // that of the job is gone, the one that reads headers stays with the peer
      expect(codecProcesses()).toHaveLength(isolate ? 1 : 0)
      await peer.stop({ atOnce: true })
      expect(codecProcesses()).toEqual([])
      return summary
    }
    const outs = [join(out, 'here'), join(out, 'there')] as const
    const here = await submitted(false, { out: outs[0] })
    const there = await submitted(true, { out: outs[1] })
    expect([here.done, there.done, met]).toEqual([4, 4, [0, 2]])
    const names = (await readdir(outs[0])).filter((name) => /\.(jpg|webp|png|tif)$/.test(name))
    expect(names).toHaveLength(4)
    for (const name of names) {
      const [ours, theirs] = await Promise.all(outs.map((folder) => readFile(join(folder, name))))
      expect(theirs?.equals(ours ?? Buffer.alloc(0)), name).toBe(true)
    }
  })

  it('fail with the reason where their process is killed half-way, twice, and the job goes on', async () => {
    const { input, out } = await inputFolder()
    await makeSmallImages(join(input, 'small'), 3)
    await sharpOf(gradient(300, 200, 3)).toFile(join(input, 'endless.png'))
    await sharpOf(gradient(300, 200, 3)).toFile(join(input, 'other.png'))
    const peer = await endlessPeer()
    const job = peer.submit(input, { ...TILED, out })
    const first = await childWithFile(process.pid, '-source.v')
    process.kill(first, 'SIGSEGV')
    process.kill(await childWithFile(process.pid, '-source.v', first), 'SIGSEGV')
    const summary = await job.summary
    expect(summary).toMatchObject({ outcome: 'some-failed', done: 4, failed: 1 })
    expect(summary.failures).toMatchObject([
      { path: 'endless.png', code: 'ERR_WORKER_CRASHED', message: `the process that decoded the image ${CRASHED}` },
    ])
    expect(await readdir(join(out, '.murmuration'))).toEqual(['journal.ndjson'])
    const again = await peer.submit(join(input, 'other.png'), { ...TILED, out: join(out, 'again') }).summary
    expect(again).toMatchObject({ outcome: 'done', done: 1 })
  })

  it('fail with the reason where what was stitched ends the process that encodes it', async () => {
    const { input, out } = await inputFolder()
    await makeSmallImages(join(input, 'small'), 3)
    await sharpOf(gradient(300, 200, 3)).toFile(join(input, 'large.png'))
    const peer = await peerWith(true, { openHugeCodec: () => createIsolatedHugeCodec({ entry: CRASHING }) })
    const summary = await peer.submit(input, { ...TILED, out: join(out, 'poison-encode') }).summary
    expect(summary).toMatchObject({ done: 3, failed: 1 })
    expect(summary.failures).toMatchObject([
      { path: 'large.png', code: 'ERR_WORKER_CRASHED', message: `the process that encoded the result ${CRASHED}` },
    ])
  })

  it('are decoded no longer once their job is cancelled', async () => {
    const { input, out } = await inputFolder()
    await sharpOf(gradient(300, 200, 3)).toFile(join(input, 'endless.png'))
    const peer = await endlessPeer()
    const cancelling = new AbortController()
    const job = peer.submit(input, { ...TILED, out, signal: cancelling.signal })
    await childWithFile(process.pid, '-source.v')
    cancelling.abort()
    expect(await job.summary).toMatchObject({ outcome: 'interrupted', done: 0 })
    // the one that reads headers
    expect(codecProcesses()).toHaveLength(1)
    expect(await readdir(join(out, '.murmuration'))).toEqual([])
  })
})
