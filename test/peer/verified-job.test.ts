/** Real peers on loopback, one of which computes right and sends another file: `verify` finds it, and nothing of it stays. */

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { checksum } from '../../src/base/checksum.ts'
import { taskId } from '../../src/base/ids.ts'
import type { ImageRunner, ImageTask } from '../../src/cv/image-runner.ts'
import { isDrawn } from '../../src/peer/coordinator/verification.ts'
import type { Peer, PeerOptions } from '../../src/peer/peer.ts'
import { startPeer } from '../../src/peer/start-peer.ts'
import { createPacedRunner } from '../support/paced-runner.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const VERIFY = 0.5

const isChecked = ({ seed }: ImageTask): boolean =>
  isDrawn({ id: taskId(0), path: '', source: '', output: '', seed }, VERIFY)

/** Reports the pixels of the right result and sends it with its last byte changed. `onTask` hears what it is given. */
function createTamperingRunner(onTask: (task: ImageTask) => void): ImageRunner {
  const honest = createPacedRunner()
  return {
    async run(task, options) {
      onTask(task)
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
  // those who tell the truth wait until the liar was given something that is checked, however little of the job it gets
  const truthful = [createPacedRunner(5), createPacedRunner(5)] as const
  for (const runner of truthful) runner.hold()
  const onTask = (task: ImageTask): void => {
    if (isChecked(task)) for (const runner of truthful) runner.release()
  }
  await start({ name: 'honest', executor: { slots: 1 } }, truthful[0])
  await start({ name: 'other', executor: { slots: 1 } }, truthful[1])
  await start({ name: 'liar', executor: { slots: 1 } }, createTamperingRunner(onTask))
  const boss = await start({ name: 'boss', executor: false }, createPacedRunner())
  expect(await boss.waitForExecutors(3, 60_000)).toBe(true)
  const folder = await temporaryFolder()
  const [images, out] = [join(folder, 'in'), join(folder, 'out')]
  await makeSmallImages(images, 60)

  const summary = await boss.submit(images, { out, pipeline: 'grayscale', verify: VERIFY, local: 'never' }).summary

  expect(summary).toMatchObject({ outcome: 'done', done: 60, failed: 0 })
  expect(summary.peers.filter(({ lied }) => lied).map(({ name }) => name)).toEqual(['liar'])
  expect(summary.verification?.mismatches).toBeGreaterThan(0)
  const names = await readdir(images)
  for (const name of names) {
    expect((await readFile(join(out, name))).equals(await readFile(join(images, name))), name).toBe(true)
  }
})
