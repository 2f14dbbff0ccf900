/** `--isolate`: a crash in native code costs one attempt of one image. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Peer, startPeer } from '../../src/index.ts'
import { childrenOf, childWithFile, cpuMsOf } from '../support/child-processes.ts'
import { eventually, PATIENCE_MS } from '../support/eventually.ts'
import { type PeerProcess, peerCommand, startPeerProcess } from '../support/peer-process.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** CPU time that shows that a worker is at an image: that takes some seconds of it. */
const WORK_MS = 300

/** Slow enough to be met while it runs. */
const SLOW = 'bilateral:15 | bilateral:15 | bilateral:15'

/** A cluster of one executor with one warm worker, and a coordinator. */
async function warmCluster(): Promise<{ peer: PeerProcess; coordinator: Peer; image: string; out: string }> {
  const dataDir = await temporaryFolder()
  // the image below takes a busy machine minutes
  const peer = await startPeerProcess(dataDir, '--slots', '1', '--isolate', '--task-timeout', '1h')
  const coordinator = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', executor: false })
  onTestFinished(() => coordinator.stop({ atOnce: true }))
  expect(await coordinator.waitForExecutors(1, PATIENCE_MS)).toBe(true)
  const folder = await temporaryFolder()
  await makeSmallImages(join(folder, 'small'), 2)
  const warm = await coordinator.submit(join(folder, 'small'), { out: join(folder, 'warm'), local: 'never' }).summary
  expect(warm).toMatchObject({ outcome: 'done', done: 2 })
  const image = join(folder, 'image.png')
  const create = { width: 2_000, height: 1_500, channels: 3, background: 'gray' } as const
  await sharp({ create }).toFile(image)
  return { peer, coordinator, image, out: join(folder, 'out') }
}

/** Submits the image and crashes the first `crashes` workers that take it up. */
async function submitAndCrash(crashes: number) {
  const cluster = await warmCluster()
  const { peer, coordinator, image, out } = cluster
  const pid = peer.process.pid ?? 0
  const submission = coordinator.submit(image, { out, local: 'never', pipeline: SLOW, hedge: false })
  const known = new Set<number>()
  let crashed = 0
  let startMs = 0
  for await (const { event } of submission) {
    if (event !== 'accepted' || crashed === crashes) continue
    let worker = 0
    await eventually(() => {
      worker = childrenOf(pid).find((child) => !known.has(child)) ?? 0
      return worker !== 0
    })
    // what a start costs here, as the warm one shows, and then some: it works on the image
    if (known.size === 0) startMs = cpuMsOf(worker)
    const workedMs = (known.size === 0 ? startMs : 1.5 * startMs) + WORK_MS
    await eventually(() => cpuMsOf(worker) > workedMs)
    process.kill(worker, 'SIGSEGV')
    known.add(worker)
    crashed++
  }
  return { ...cluster, crashed, summary: await submission.summary }
}

describe.runIf(process.platform === 'linux')('a worker that crashes in native code', () => {
  it('costs its image one attempt, and the peer nothing', async () => {
    const { peer, crashed, summary } = await submitAndCrash(1)
    expect(crashed).toBe(1)
    expect(summary).toMatchObject({ outcome: 'done', done: 1, failed: 0 })
    expect([peer.process.exitCode, peer.process.signalCode]).toEqual([null, null])
  })

  it('each time fails its image after two attempts, with a reason, and the peer goes on', async () => {
    const { peer, coordinator, image, out, summary } = await submitAndCrash(2)
    expect(summary).toMatchObject({ outcome: 'some-failed', failed: 1 })
    expect(summary.failures[0]).toMatchObject({
      code: 'ERR_WORKER_CRASHED',
      message: expect.stringContaining('a crash in native code (SIGSEGV)'),
    })
    const again = await coordinator.submit(image, { out: join(out, 'again'), local: 'never', pipeline: 'grayscale' })
      .summary
    expect(again).toMatchObject({ outcome: 'done', done: 1 })
    const [worker = 0] = childrenOf(peer.process.pid ?? 0)
    expect(await peer.end('SIGTERM')).toBe(0)
    expect(() => process.kill(worker, 0)).toThrow()
  })
})

describe.runIf(process.platform === 'linux')('the process in which a coordinator decodes a huge image', () => {
  it('may be killed half-way, twice: that image fails with a reason, the others and the report are done', async () => {
    const folder = await temporaryFolder()
    const [input, out] = [join(folder, 'in'), join(folder, 'out')]
    await makeSmallImages(input, 3)
    const create = { width: 10_000, height: 9_000, channels: 3, background: 'gray' } as const
    await sharp({ create }).png().toFile(join(input, 'large.png'))
    const flags = ['--isolate', '--tile', '512', '--op', 'invert', '--local', '--report', '--json', '--no-mdns']
    const args = ['submit', input, '--out', out, '--data-dir', await temporaryFolder(), ...flags]
    const child = spawn(process.execPath, peerCommand(args), { stdio: ['ignore', 'ignore', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const exited = once(child, 'exit')
    const first = await childWithFile(child.pid ?? 0, '-source.v')
    process.kill(first, 'SIGSEGV')
    process.kill(await childWithFile(child.pid ?? 0, '-source.v', first), 'SIGSEGV')
    expect(await exited).toEqual([1, null])
    expect(JSON.parse(await readFile(join(out, 'summary.json'), 'utf8'))).toMatchObject({
      done: 3,
      failures: [
        {
          path: 'large.png',
          code: 'ERR_WORKER_CRASHED',
          message: 'the process that decoded the image ended by itself, by a crash in native code (SIGSEGV)',
        },
      ],
    })
    expect((await readdir(out)).filter((name) => name.startsWith('image-'))).toHaveLength(3)
    const page = await readFile(join(out, 'report.html'), 'utf8')
    expect(page.match(/<img src="data:image\/webp;base64,/g)).toHaveLength(6)
    expect(page).toContain('large.png')
  })
})
