/** Huge images over real peers: the stitched output has the pixels of the whole image, whoever did which tile. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type JobEvent, type JobSummary, type Peer, startPeer } from '../../src/index.ts'
import { PATIENCE_MS } from '../support/eventually.ts'
import { startPeerProcess } from '../support/peer-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const SIDE = { widthPx: 450, heightPx: 340 }

async function observer(dataDir: string): Promise<Peer> {
  const peer = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', executor: false })
  onTestFinished(() => peer.stop({ atOnce: true }))
  return peer
}

/** A picture with long edges and noise. */
async function makePicture(file: string, channels: 1 | 3 | 4 = 3): Promise<void> {
  const { widthPx, heightPx } = SIDE
  const samples = Buffer.alloc(widthPx * heightPx * channels)
  for (let y = 0, at = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const wave = Math.sin(x / 40 + Math.sin(y / 60) * 2) * 90
        samples[at++] = 128 + wave + ((x * 7919 + y * 104729 + channel * 31) % 23)
      }
    }
  }
  await sharp(samples, { raw: { width: widthPx, height: heightPx, channels } }).toFile(file)
}

interface Finished {
  readonly summary: JobSummary
  readonly events: readonly JobEvent[]
}

async function run(
  peer: Peer,
  paths: string | readonly string[],
  options: Parameters<Peer['submit']>[1],
  onEvent?: (event: JobEvent) => void,
): Promise<Finished> {
  const submission = peer.submit(paths, { local: 'never', waitMs: PATIENCE_MS, ...options })
  const events: JobEvent[] = []
  for await (const event of submission) {
    events.push(event)
    onEvent?.(event)
  }
  return { summary: await submission.summary, events }
}

const digestsOf = ({ events }: Finished): Map<string, string> =>
  new Map(events.flatMap((event) => (event.event === 'done' ? [[event.path, event.pixelDigest] as const] : [])))

const tilesDone = ({ events }: Finished): number => events.filter(({ event }) => event === 'tile-done').length

describe('an image in tiles over two peers', () => {
  it('gives the bytes of the whole image for exact operations, and a journal line with which it is not done again', async () => {
    const dataDir = await temporaryFolder()
    const folder = await temporaryFolder()
    const out = await temporaryFolder()
    await makePicture(join(folder, 'picture.png'))
    await makePicture(join(folder, 'gray.tif'), 1)
    await makePicture(join(folder, 'alpha.webp'), 4)
    await Promise.all([startPeerProcess(dataDir, '--slots', '1'), startPeerProcess(dataDir, '--slots', '1')])
    const peer = await observer(dataDir)
    expect(await peer.waitForExecutors(2, PATIENCE_MS)).toBe(true)

    for (const pipeline of ['edges', 'gray', 'equalize', 'canny:50,150', 'grayscale | gaussian:9', 'noise']) {
      const whole = await run(peer, folder, { pipeline, out: join(out, 'whole', pipeline), format: 'png' })
      const tiled = await run(peer, folder, { pipeline, out: join(out, 'tiled', pipeline), format: 'png', tile: 128 })
      expect(tiled.summary, pipeline).toMatchObject({ outcome: 'done', done: 3, failed: 0, exitCode: 0 })
      expect(tilesDone(tiled) % (3 * 12), pipeline).toBe(0)
      expect(tilesDone(tiled)).toBeGreaterThan(0)
      expect(digestsOf(tiled), pipeline).toEqual(digestsOf(whole))
      for (const name of await readdir(join(out, 'whole', pipeline))) {
        if (!name.endsWith('.png')) continue
        const bytes = await Promise.all(['whole', 'tiled'].map((kind) => readFile(join(out, kind, pipeline, name))))
        expect(bytes[1]?.equals(bytes[0] ?? Buffer.alloc(0)), `${pipeline}: ${name}`).toBe(true)
      }
      // nothing is left of the raw samples
      expect(await readdir(join(out, 'tiled', pipeline, '.murmuration'))).not.toContain('partial')
    }
    const again = await run(peer, folder, {
      pipeline: 'noise',
      out: join(out, 'tiled', 'noise'),
      format: 'png',
      tile: 128,
    })
    expect(again.summary).toMatchObject({ outcome: 'done', done: 0, alreadyDone: 3 })
  })

  it('loses only the tiles of a peer that is killed', async () => {
    const dataDir = await temporaryFolder()
    const folder = await temporaryFolder()
    await makePicture(join(folder, 'picture.png'))
    const victim = await startPeerProcess(dataDir, '--slots', '1')
    await startPeerProcess(dataDir, '--slots', '1')
    const peer = await observer(dataDir)
    expect(await peer.waitForExecutors(2, PATIENCE_MS)).toBe(true)
    let seen = 0
    const out = await temporaryFolder()
    const tiled = await run(peer, folder, { pipeline: 'edges', out, tile: 64 }, (event) => {
      if (event.event === 'tile-done' && ++seen === 20) victim.process.kill('SIGKILL')
    })
    expect(tiled.summary).toMatchObject({ outcome: 'done', done: 1, failed: 0 })
    const keys = tiled.events.flatMap((event) =>
      event.event === 'tile-done' && event.tile ? [`${event.tile.pass}/${event.tile.index}`] : [],
    )
    expect(keys.length).toBe(2 * 48)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('fails alone when it is damaged, and is refused by name where tiles would not be exact', async () => {
    const dataDir = await temporaryFolder()
    const folder = await temporaryFolder()
    const out = await temporaryFolder()
    await makePicture(join(folder, 'picture.png'))
    const bytes = await readFile(join(folder, 'picture.png'))
    const { writeFile } = await import('node:fs/promises')
    await writeFile(join(folder, 'cut-off.png'), bytes.subarray(0, bytes.length / 2))
    await startPeerProcess(dataDir, '--slots', '1')
    const peer = await observer(dataDir)
    expect(await peer.waitForExecutors(1, PATIENCE_MS)).toBe(true)

    const tiled = await run(peer, folder, { pipeline: 'gaussian:5', out, tile: 256 })
    expect(tiled.summary).toMatchObject({ outcome: 'some-failed', done: 1, failed: 1 })
    expect(tiled.summary.failures[0]).toMatchObject({ path: 'cut-off.png', code: 'ERR_NOT_AN_IMAGE' })

    const refused = run(peer, folder, { pipeline: 'clahe', out: join(out, 'clahe'), tile: 256 })
    await expect(refused).rejects.toMatchObject({ code: 'ERR_PIPELINE', message: /"clahe".*--approximate-tiles/ })
    const approximate = { pipeline: 'clahe', out: join(out, 'clahe'), tile: 256, approximateTiles: true } as const
    const seams = await run(peer, join(folder, 'picture.png'), approximate)
    expect(seams.summary).toMatchObject({ outcome: 'done', done: 1 })
    expect(seams.events).toContainEqual({ event: 'notice', message: expect.stringMatching(/"clahe".*seams/) })
  })
})
