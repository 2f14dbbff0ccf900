/** `isolate` and the files of a peer's own jobs: what they say of themselves is read in another process too. */

import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createIsolatedHeaders } from '../../src/cv/index.ts'
import type { PeerOptions } from '../../src/peer/peer.ts'
import { type PeerInternals, startPeer } from '../../src/peer/start-peer.ts'
import { childrenOf, commandLineOf } from '../support/child-processes.ts'
import { createPacedRunner } from '../support/paced-runner.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const CRASHING = new URL('../support/threads/crashing-codec-process.ts', import.meta.url)

async function peerWith(options: PeerOptions, internals: PeerInternals = {}) {
  const peer = await startPeer(
    { dataDir: await temporaryFolder(), listen: '/ip4/127.0.0.1/tcp/0', mdns: false, ...options },
    { runner: createPacedRunner(), ...internals },
  )
  onTestFinished(() => peer.stop({ atOnce: true }))
  return peer
}

const headerProcesses = (): readonly number[] =>
  childrenOf(process.pid).filter((pid) => commandLineOf(pid).includes('codec-process'))

describe('the headers of a peer’s own jobs', () => {
  it.runIf(process.platform === 'linux').each([true, false])('are read in another process: %s', async (isolate) => {
    const peer = await peerWith({ isolate })
    const folder = await temporaryFolder()
    await makeSmallImages(join(folder, 'in'), 8)
    const summary = await peer.submit(join(folder, 'in'), {
      out: join(folder, 'out'),
      pipeline: 'grayscale',
      local: 'always',
    }).summary
    expect(summary).toMatchObject({ outcome: 'done', done: 8 })
    expect(headerProcesses()).toHaveLength(isolate ? 1 : 0)
    await peer.stop({ atOnce: true })
    expect(headerProcesses()).toEqual([])
  })

  it('of a file that crashes libvips cost that image, and the job goes on', async () => {
    const peer = await peerWith({}, { headers: createIsolatedHeaders({ entry: CRASHING }) })
    const folder = await temporaryFolder()
    const [image] = await makeSmallImages(join(folder, 'in'), 13)
    for (const name of ['image-004-poison.png', 'image-009-poison.png']) {
      await copyFile(join(folder, 'in', image?.path ?? ''), join(folder, 'in', name))
    }
    const out = join(folder, 'out')
    const summary = await peer.submit(join(folder, 'in'), { out, pipeline: 'grayscale', local: 'always' }).summary
    expect(summary).toMatchObject({ outcome: 'some-failed', done: 13, failed: 2 })
    expect(summary.failures).toMatchObject([
      { path: 'image-004-poison.png', code: 'ERR_WORKER_CRASHED' },
      { path: 'image-009-poison.png', code: 'ERR_WORKER_CRASHED' },
    ])
    expect(await readFile(join(out, image?.path ?? ''))).toEqual(await readFile(join(folder, 'in', image?.path ?? '')))
  })

  it('of a file that crashes libvips cost that image where tiles are chosen by them, too', async () => {
    const peer = await peerWith({}, { headers: createIsolatedHeaders({ entry: CRASHING }) })
    const folder = await temporaryFolder()
    const [image] = await makeSmallImages(join(folder, 'in'), 3)
    await copyFile(join(folder, 'in', image?.path ?? ''), join(folder, 'in', 'poison.png'))
    const options = { out: join(folder, 'out'), pipeline: 'grayscale', local: 'always', tile: 'auto' } as const
    expect(await peer.submit(join(folder, 'in'), options).summary).toMatchObject({ done: 3, failed: 1 })
  })
})
