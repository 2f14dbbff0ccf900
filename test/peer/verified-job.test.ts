/** Real peers on loopback, one of which computes right and sends another file: `verify` finds it, and nothing of it stays. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { checksum } from '../../src/base/checksum.ts'
import type { ImageRunner } from '../../src/cv/image-runner.ts'
import type { Peer, PeerOptions } from '../../src/peer/peer.ts'
import { startPeer } from '../../src/peer/start-peer.ts'
import { createPacedRunner } from '../support/paced-runner.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Reports the pixels of the right result and sends it with its last byte changed. */
function createTamperingRunner(): ImageRunner {
  const honest = createPacedRunner()
  return {
    async run(task, options) {
      const result = await honest.run(task, options)
      const bytes = new Uint8Array(result.bytes)
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff
      return { ...result, bytes, digest: checksum(bytes) }
    },
    close: () => honest.close(),
  }
}

it('a peer with the right pixel digests and other bytes is found, and its outputs are done again', async () => {
  const dataDir = await temporaryFolder()
  const start = async (options: PeerOptions, runner: ImageRunner): Promise<Peer> => {
    const peer = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', mdns: false, ...options }, { runner })
    onTestFinished(() => peer.stop({ atOnce: true }))
    return peer
  }
  await start({ name: 'honest', executor: { slots: 1 } }, createPacedRunner(5))
  await start({ name: 'other', executor: { slots: 1 } }, createPacedRunner(5))
  await start({ name: 'liar', executor: { slots: 1 } }, createTamperingRunner())
  const boss = await start({ name: 'boss', executor: false }, createPacedRunner())
  expect(await boss.waitForExecutors(3, 10_000)).toBe(true)
  const folder = await temporaryFolder()
  const [images, out] = [join(folder, 'in'), join(folder, 'out')]
  await makeSmallImages(images, 60)

  const summary = await boss.submit(images, { out, pipeline: 'grayscale', verify: 0.5, local: 'never' }).summary

  expect(summary).toMatchObject({ outcome: 'done', done: 60, failed: 0 })
  expect(summary.peers.filter(({ lied }) => lied).map(({ name }) => name)).toEqual(['liar'])
  expect(summary.verification?.mismatches).toBeGreaterThan(0)
  const names = await readdir(images)
  for (const name of names) {
    expect((await readFile(join(out, name))).equals(await readFile(join(images, name))), name).toBe(true)
  }
})
