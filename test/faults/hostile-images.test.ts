/**
 * A folder of hostile images as one job of a real cluster: nobody ends, nothing is lost, each failure has its reason. A share of
 * them here; `npm run test:hostile-images` takes all.
 */

import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startPeer } from '../../src/index.ts'
import { PATIENCE_MS } from '../support/eventually.ts'
import type { HostileImage } from '../support/hostile-images/hostile-image.ts'
import { fileNameOf, makeHostileImages } from '../support/hostile-images/make-hostile-images.ts'
import { startPeerProcess } from '../support/peer-process.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const TAKES_ALL = process.env['HOSTILE_IMAGES'] === 'all'
const SHARE = 6
const GOOD_IMAGES = 20

let images: readonly HostileImage[]
beforeAll(async () => {
  const all = await makeHostileImages()
  images = TAKES_ALL ? all : all.filter((_, index) => index % SHARE === 0)
})

describe.each([
  ['threads', []],
  ['processes', ['--isolate']],
])('hostile images among good ones, with %s as workers', (_, flags) => {
  it('end no peer, and each that cannot be read is listed with its reason', async () => {
    const dataDir = await temporaryFolder()
    const peers = [await startPeerProcess(dataDir, '--slots', '1', ...flags)]
    peers.push(await startPeerProcess(dataDir, '--slots', '1', ...flags))
    const input = join(await temporaryFolder(), 'images')
    await mkdir(input)
    for (const image of images) await writeFile(join(input, fileNameOf(image)), image.bytes)
    const good = await makeSmallImages(input, GOOD_IMAGES)
    const coordinator = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', executor: false })
    onTestFinished(() => coordinator.stop({ atOnce: true }))
    expect(await coordinator.waitForExecutors(peers.length, PATIENCE_MS)).toBe(true)
    const out = join(await temporaryFolder(), 'out')
    const summary = await coordinator.submit(input, { out, local: 'never', pipeline: 'grayscale' }).summary
    const failed = new Set(summary.failures.map(({ path }) => path))
    expect(summary).toMatchObject({ outcome: 'some-failed', images: images.length + GOOD_IMAGES })
    expect(summary.done + summary.failed).toBe(summary.images)
    const wrong = images
      .filter(({ fate }) => fate !== 'either')
      .filter((image) => failed.has(fileNameOf(image)) !== (image.fate === 'failed'))
    expect(wrong.map(fileNameOf)).toEqual([])
    expect(good.filter(({ path }) => failed.has(path))).toEqual([])
    expect(await readdir(out)).toEqual(expect.arrayContaining(good.map(({ path }) => path)))
    for (const { code, message } of summary.failures) {
      expect(['ERR_NOT_AN_IMAGE', 'ERR_UNSUPPORTED_IMAGE', 'ERR_TOO_LARGE', 'ERR_REFUSED']).toContain(code)
      expect(message).not.toContain(input)
    }
    for (const { process: child } of peers) expect([child.exitCode, child.signalCode]).toEqual([null, null])
    // they still work, and leave as they should
    const again = await coordinator.submit(join(input, good[0]?.path ?? ''), {
      out: join(out, 'again'),
      local: 'never',
    }).summary
    expect(again).toMatchObject({ outcome: 'done', done: 1 })
    expect(await Promise.all(peers.map((peer) => peer.end('SIGTERM')))).toEqual([0, 0])
  })
})
