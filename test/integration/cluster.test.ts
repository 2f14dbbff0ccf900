/** Several real peers as processes over real loopback TCP; this process coordinates. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, vi } from 'vitest'
import { type JobEvent, type JobSummary, type Peer, type PeerOptions, startPeer } from '../../src/index.ts'
import { PATIENCE_MS } from '../support/eventually.ts'
import { startPeerProcess } from '../support/peer-process.ts'
import { runSideBySide, whenTestEnds } from '../support/side-by-side.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// one of them waits for a silence of 15 s
runSideBySide()

const WITHIN = { timeout: PATIENCE_MS, interval: 50 }

async function observer(dataDir: string, options: PeerOptions = {}): Promise<Peer> {
  const peer = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', executor: false, ...options })
  whenTestEnds(() => peer.stop({ atOnce: true }))
  return peer
}

interface Finished {
  readonly summary: JobSummary
  readonly digests: Map<string, string>
  readonly events: readonly JobEvent[]
}

async function run(
  peer: Peer,
  folder: string,
  options: Parameters<Peer['submit']>[1],
  onEvent?: (event: JobEvent) => void,
): Promise<Finished> {
  const submission = peer.submit(folder, { local: 'never', waitMs: PATIENCE_MS, ...options })
  const digests = new Map<string, string>()
  const events: JobEvent[] = []
  for await (const event of submission) {
    events.push(event)
    if (event.event === 'done') digests.set(event.path, event.pixelDigest)
    onEvent?.(event)
  }
  return { summary: await submission.summary, digests, events }
}

const aliveNames = (peer: Peer): string[] =>
  peer
    .snapshot()
    .peers.filter(({ role, state }) => role === 'executor' && state === 'alive')
    .map(({ name }) => name)
    .sort()

describe.concurrent('four peers with load .1 .5 .2 .9', () => {
  it('give random and balanced runs every output, with equal pixels; refusals are retried elsewhere', async () => {
    const dataDir = await temporaryFolder()
    const folder = join(await temporaryFolder(), 'images')
    const out = await temporaryFolder()
    const images = await makeSmallImages(folder, 100)
    const loads = ['0.1', '0.5', '0.2', '0.9']
    const slow = ['--delay', '150ms', '--slots', '1']
    await Promise.all(loads.map((load) => startPeerProcess(dataDir, '--load', load, ...slow)))
    const peer = await observer(dataDir)
    expect(await peer.waitForExecutors(4, PATIENCE_MS)).toBe(true)

    const random = await run(peer, folder, { strategy: 'random', out: join(out, 'random') })
    const balanced = await run(peer, folder, { strategy: 'balanced', out: join(out, 'balanced') })

    for (const { summary } of [random, balanced]) {
      expect(summary).toMatchObject({ outcome: 'done', done: 100, failed: 0, exitCode: 0 })
    }
    for (const { path, widthPx, heightPx } of images) {
      for (const strategy of ['random', 'balanced']) {
        const { info } = await sharp(join(out, strategy, path))
          .raw()
          .toBuffer({ resolveWithObject: true })
        expect(info, `${strategy}/${path}`).toMatchObject({ width: widthPx, height: heightPx })
      }
    }
    expect(balanced.digests).toEqual(random.digests)
    expect(random.summary.refusals).toEqual({})
    expect(random.events.some((event) => event.event === 'delayed')).toBe(true)
    expect(balanced.summary.refusals.REFUSED_LOAD).toBeGreaterThan(0)
    const refused = balanced.events.filter((event) => event.event === 'refused').map((event) => event.path)
    for (const path of refused) expect(balanced.digests.has(path)).toBe(true)
    const onDisk: unknown = JSON.parse(await readFile(join(out, 'balanced', 'summary.json'), 'utf8'))
    expect(onDisk).toEqual(JSON.parse(JSON.stringify(balanced.summary)))
    expect(await readFile(join(out, 'random/logs/random-job.log'), 'utf8')).toContain('images 100')
  })

  it('lose nothing when a fifth, through which all came, is killed half-way, and stay one cluster', async () => {
    const dataDir = await temporaryFolder()
    const folder = join(await temporaryFolder(), 'images')
    const out = await temporaryFolder()
    await makeSmallImages(folder, 100)
    // it sleeps for longer than the test takes: what it accepted once it surely holds
    const victim = await startPeerProcess(dataDir, '--name', 'victim', '--load', '1', '--delay', '1h', '--slots', '1')
    const others = ['b', 'c', 'd', 'e']
    await Promise.all(
      ['0.1', '0.5', '0.2', '0.9'].map((load, index) => {
        const name = others[index] ?? ''
        return startPeerProcess(dataDir, '--name', name, '--load', load, '--delay', '100ms', '--slots', '1')
      }),
    )
    const peer = await observer(dataDir)
    await vi.waitFor(() => expect(aliveNames(peer)).toEqual([...others, 'victim']), WITHIN)

    const held = new Set<number>()
    let done = 0
    let killed: Promise<unknown> | undefined
    const { summary, events } = await run(peer, folder, { strategy: 'random', out }, (event) => {
      if (event.event === 'accepted' && event.peer.name === 'victim') held.add(event.task)
      if (event.event === 'done') {
        done++
        held.delete(event.task)
      }
      // few, or the window may be full of the victim's tasks before
      if (done >= 3 && held.size > 0) killed ??= victim.end('SIGKILL')
    })
    expect(killed).toBeDefined()
    await killed
    expect(summary).toMatchObject({ outcome: 'done', done: 100, failed: 0 })
    expect(events.some((event) => event.event === 'lost' && event.peer.name === 'victim')).toBe(true)

    await vi.waitFor(() => expect(aliveNames(peer)).toEqual(others), WITHIN)
    const newcomer = await observer(dataDir)
    await vi.waitFor(() => expect(aliveNames(newcomer)).toEqual(others), WITHIN)
  })

  it('hand their tasks back when they are asked to leave', async () => {
    const dataDir = await temporaryFolder()
    const folder = join(await temporaryFolder(), 'images')
    const out = await temporaryFolder()
    await makeSmallImages(folder, 40)
    const leaver = await startPeerProcess(dataDir, '--name', 'leaver', '--slots', '1')
    await startPeerProcess(dataDir, '--name', 'stayer', '--slots', '1')
    const peer = await observer(dataDir)
    expect(await peer.waitForExecutors(2, PATIENCE_MS)).toBe(true)

    let left: Promise<number | null> | undefined
    const { summary } = await run(peer, folder, { strategy: 'round-robin', out, pipeline: 'noise' }, (event) => {
      if (event.event === 'done' && event.peer.name === 'leaver') left ??= leaver.end('SIGTERM')
    })
    expect(await left).toBe(0)
    expect(summary).toMatchObject({ outcome: 'done', done: 40, failed: 0 })
    await vi.waitFor(() => {
      const leaverState = peer.snapshot().peers.find(({ name }) => name === 'leaver')?.state
      expect(leaverState).toBe('left')
    }, WITHIN)
  })
})
