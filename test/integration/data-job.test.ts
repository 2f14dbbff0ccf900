/** Pipelines that give data, through a whole peer: threads, OpenCV, journal and `results.ndjson`. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { type JobSummary, type Peer, type SubmitOptions, startPeer } from '../../src/index.ts'
import { type MadeImage, makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const lineSchema = z.strictObject({
  path: z.string(),
  width: z.number(),
  height: z.number(),
  data: z.object({
    channels: z.array(z.object({ mean: z.number(), histogram: z.array(z.number()).length(256) })).length(3),
  }),
})

const linesOf = async (out: string): Promise<z.infer<typeof lineSchema>[]> =>
  (await readFile(join(out, 'results.ndjson'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)))

async function ownPeer(slots: number): Promise<Peer> {
  const dataDir = await temporaryFolder()
  const peer = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', mdns: false, executor: { slots } })
  onTestFinished(() => peer.stop({ atOnce: true }))
  return peer
}

const submit = (peer: Peer, folder: string, options: SubmitOptions) =>
  peer.submit(folder, { pipeline: 'stats', local: 'always', waitMs: 0, ...options })

/** Ends the job once so many images are done. */
async function interrupted(peer: Peer, folder: string, out: string, afterDone: number): Promise<JobSummary> {
  const stop = new AbortController()
  const submission = submit(peer, folder, { out, signal: stop.signal })
  let done = 0
  for await (const event of submission) {
    if (event.event === 'done' && ++done === afterDone) stop.abort()
  }
  return submission.summary
}

function expectOneLineEach(lines: readonly z.infer<typeof lineSchema>[], images: readonly MadeImage[]): void {
  const byPath = lines.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  expect(byPath.map(({ path, width, height }) => ({ path, widthPx: width, heightPx: height }))).toEqual(images)
  for (const { width, height, data } of lines) {
    for (const { histogram } of data.channels) expect(histogram.reduce((a, b) => a + b)).toBe(width * height)
  }
}

it('a data job that is interrupted and continued has exactly one line per image', async () => {
  const folder = join(await temporaryFolder(), 'images')
  const out = join(await temporaryFolder(), 'out')
  const images = await makeSmallImages(folder, 40)
  const peer = await ownPeer(2)
  const first = await interrupted(peer, folder, out, 5)
  expect(first).toMatchObject({ outcome: 'interrupted', kind: 'data' })
  const before = await linesOf(out)
  expect(before.length).toBeGreaterThanOrEqual(5)
  expect(before.length).toBeLessThan(40)

  const second = await submit(peer, folder, { out }).summary
  expect(second).toMatchObject({ outcome: 'done', kind: 'data', images: 40, alreadyDone: before.length, failed: 0 })
  const lines = await linesOf(out)
  expectOneLineEach(lines, images)
  expect(lines.slice(0, before.length)).toEqual(before)
  expect((await readdir(out)).sort()).toEqual(['.murmuration', 'logs', 'results.ndjson', 'summary.json'])

  const third = await submit(peer, folder, { out }).summary
  expect(third).toMatchObject({ outcome: 'done', alreadyDone: 40, done: 0 })
  expect(await linesOf(out)).toEqual(lines)
})

it('a data job refuses what is meant for images, before anything is written', async () => {
  const folder = join(await temporaryFolder(), 'images')
  const out = join(await temporaryFolder(), 'out')
  await makeSmallImages(folder, 1)
  const peer = await ownPeer(1)
  await expect(submit(peer, folder, { out, format: 'png' }).summary).rejects.toThrow(
    'operation "stats" gives data, which goes to results.ndjson: --format is for images, got --format png',
  )
  await expect(submit(peer, folder, { out, suffix: '_x' }).summary).rejects.toThrow('got --suffix _x')
  await expect(submit(peer, folder, { out, keepMetadata: true }).summary).rejects.toThrow('got --keep-metadata')
  await expect(submit(peer, folder, { out, pipeline: 'stats | edges' }).summary).rejects.toMatchObject({
    code: 'ERR_PIPELINE',
  })
  await expect(readdir(out)).rejects.toThrow('ENOENT')
})
