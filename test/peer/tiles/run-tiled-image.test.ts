/** Huge images through the real coordinator, in virtual time: executors are scripts, and make their tiles with OpenCV. */

import { beforeAll, describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { taskId } from '../../../src/base/ids.ts'
import { encodeRawTiff, parseRawTiff } from '../../../src/cv/codec/raw-tiff.ts'
import type { OpenCv } from '../../../src/cv/opencv.ts'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { runPipeline } from '../../../src/cv/run-pipeline.ts'
import { runTile } from '../../../src/cv/tiles/run-tile.ts'
import { planTiles } from '../../../src/cv/tiles/tile-plan.ts'
import type { TiledImage } from '../../../src/peer/tiles/run-tiled-image.ts'
import type { OfferFrame } from '../../../src/protocol/messages.ts'
import { FakeCluster, FakeExecutor, type FakeExecutorOptions } from '../../support/fake-cluster.ts'
import {
  type HugeImagesInMemory,
  type HugeImagesOptions,
  hugeImagesInMemory,
} from '../../support/huge-images-in-memory.ts'
import { finish, type HarnessOptions, type RunningJob, startJob } from '../../support/job-harness.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'
import { gradient } from '../../support/sample-images.ts'
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts'

const SIDE_PX = 32
const IMAGE = gradient(150, 100, 3)
/** 5 x 4 tiles. */
const TILES = 20
const SEED = 7n

describe('a huge image in tiles', () => {
  let openCv: OpenCv

  beforeAll(async () => {
    openCv = await testOpenCv()
  })

  const answer = (offer: OfferFrame): Uint8Array => {
    if (offer.tile === undefined) throw new Error('a tile is expected')
    return encodeRawTiff(
      runTile(openCv, parseRawTiff(offer.body), parsePipeline(offer.pipeline), offer.seed, offer.tile),
    )
  }

  interface Run {
    readonly clock: VirtualClock
    readonly cluster: FakeCluster
    readonly executors: readonly FakeExecutor[]
    readonly localExecutor: FakeExecutor | undefined
    readonly store: HugeImagesInMemory
    readonly job: RunningJob
  }

  interface RunOptions extends Partial<HarnessOptions>, HugeImagesOptions {
    readonly pipeline: string
    readonly peers: readonly FakeExecutorOptions[]
    /** Paths of images; default one. */
    readonly paths?: readonly string[]
    /** This peer's own executor; default none. */
    readonly own?: FakeExecutorOptions
  }

  function start({ pipeline, peers, paths = ['huge.png'], own, whileOpening, whilePlacing, ...more }: RunOptions): Run {
    const clock = createVirtualClock()
    const localExecutor = own && new FakeExecutor(clock, { answer, ...own })
    const cluster = new FakeCluster()
    const executors = peers.map((options) => new FakeExecutor(clock, { answer, ...options }))
    cluster.join(...executors)
    const plan = planTiles(parsePipeline(pipeline), { approximate: false })
    const tiled = paths.map((path, index): TiledImage => {
      return { task: { id: taskId(index), path, source: path, output: path, seed: SEED }, plan, sidePx: SIDE_PX }
    })
    const images = new Map<string, Pixels>(paths.filter((path) => path !== 'missing.png').map((path) => [path, IMAGE]))
    const store = hugeImagesInMemory(images, {
      ...(whileOpening && { whileOpening }),
      ...(whilePlacing && { whilePlacing }),
    })
    const local = localExecutor ? ({ local: 'auto', localExecutor } as const) : {}
    const job = startJob({ clock, cluster, images: 0, tiled, hugeImages: store, pipeline, ...local, ...more })
    return { clock, cluster, executors, localExecutor, store, job }
  }

  const expected = (pipeline: string): Pixels => runPipeline(openCv, IMAGE, parsePipeline(pipeline), SEED)

  /** The image is whole, each tile of each pass was taken once, and nothing stays open. */
  function expectWhole({ store, job }: Run, pipeline: string, path = 'huge.png'): void {
    const saved = store.saved.get(path)
    const whole = expected(pipeline)
    expect({ ...saved?.pixels, data: undefined }).toEqual({ ...whole, data: undefined })
    expect(Buffer.compare(saved?.pixels.data ?? new Uint8Array(), whole.data)).toBe(0)
    const own = job.of('tile-done').filter((event) => event.path === path)
    const passes = planTiles(parsePipeline(pipeline), { approximate: false }).passes.length
    expect(own).toHaveLength(passes * TILES)
    expect(new Set(own.map(({ tile }) => `${tile?.pass}/${tile?.index}`)).size).toBe(passes * TILES)
    expect(store.placed.filter((part) => part.startsWith(`${path} `))).toHaveLength(TILES)
    expect(store.openCount).toBe(0)
  }

  it.each(['invert', 'gaussian:5 | noise', 'edges', 'equalize | canny:60,160'])(
    'has the pixels of the whole image: %s',
    async (pipeline) => {
      const run = start({ pipeline, peers: [{ name: 'a' }, { name: 'b', slots: 3 }] })
      const summary = await finish(run.job, run.clock)
      expect(summary).toMatchObject({ outcome: 'done', done: 1, failed: 0, retries: 0 })
      expectWhole(run, pipeline)
      const done = run.job.of('done')
      expect(done).toHaveLength(1)
      // the peer of an image is the one that did most of its tiles
      const most = summary.peers.toSorted((one, other) => (other.tiles ?? 0) - (one.tiles ?? 0))[0]
      expect(done[0]?.peer.name).toBe(most?.name)
      expect(summary.peers.reduce((sum, { tiles = 0 }) => sum + tiles, 0)).toBe(run.job.of('tile-done').length)
      expect(done[0]?.tiles).toBe(run.job.of('tile-done').length)
      // what came over the network: the tiles, and not once more the image that they make
      const received = run.job.of('tile-done').reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      expect(summary.bytesReceived).toBe(received)
    },
  )

  it('is not changed by tiles that come twice', async () => {
    const twice = { script: () => ({ do: 'answer-twice' }) as const }
    const run = start({
      pipeline: 'equalize',
      peers: [
        { name: 'a', ...twice },
        { name: 'b', ...twice, slots: 2 },
      ],
    })
    expect(await finish(run.job, run.clock)).toMatchObject({ outcome: 'done', done: 1, retries: 0 })
    expectWhole(run, 'equalize')
  })

  it('is not changed by tiles that come late, when others have done them', async () => {
    const run = start({
      pipeline: 'edges',
      peers: [
        { name: 'a', serviceMs: 200 },
        { name: 'b', serviceMs: 50 },
      ],
    })
    const [sleeper] = run.executors
    await run.clock.advanceUntil(() => run.job.of('tile-done').length >= 4, 60_000)
    sleeper?.stop()
    // past its leases: b has its tiles, when its own answers come after all
    await run.clock.advanceUntil(() => run.job.of('lost').length > 0, 60_000)
    const lost = run.job.of('lost').length
    await run.clock.advance(60)
    sleeper?.continue()
    expect(await finish(run.job, run.clock)).toMatchObject({ outcome: 'done', done: 1, failed: 0 })
    expect(lost).toBeLessThanOrEqual(2)
    expectWhole(run, 'edges')
  })

  it('costs a lost peer its own tiles, and nothing that was done', async () => {
    const run = start({
      pipeline: 'edges',
      peers: [
        { name: 'a', slots: 2, serviceMs: 100 },
        { name: 'b', serviceMs: 100 },
      ],
    })
    const [victim, survivor] = run.executors
    await run.clock.advanceUntil(() => run.job.of('tile-done').length >= 9, 60_000)
    const before = run.job.of('tile-done').length
    if (victim === undefined) throw new Error('no victim')
    victim.die()
    run.cluster.leave(victim)
    expect(await finish(run.job, run.clock)).toMatchObject({ outcome: 'done', done: 1, failed: 0 })
    expectWhole(run, 'edges')
    const offered = run.executors.reduce((sum, { offers }) => sum + offers.length, 0)
    // credits of 3: that much it can have held
    expect(run.job.of('lost').length).toBeGreaterThan(0)
    expect(run.job.of('lost').length).toBeLessThanOrEqual(3)
    expect(offered).toBe(2 * TILES + run.job.of('lost').length)
    expect(survivor?.completed).toBeGreaterThanOrEqual(2 * TILES - before)
  })

  it('fails with a tile that fails for good, and the next image is done', async () => {
    const failing = { do: 'fail', code: 'ERR_OPERATION' } as const
    const run = start({
      pipeline: 'invert',
      paths: ['bad.png', 'good.png'],
      peers: [{ name: 'a', script: (offer) => (offer.task === 2 + 5 ? failing : { do: 'run' }) }],
    })
    const summary = await finish(run.job, run.clock)
    expect(summary).toMatchObject({ outcome: 'some-failed', done: 1, failed: 1, exitCode: 1 })
    expect(summary.failures).toEqual([{ path: 'bad.png', code: 'ERR_OPERATION', message: 'it failed' }])
    expect([...run.store.saved.keys()]).toEqual(['good.png'])
    expectWhole(run, 'invert', 'good.png')
  })

  it('fails with a result that is no tile, or none of its size', async () => {
    for (const bytes of [new Uint8Array(100), encodeRawTiff(gradient(SIDE_PX, SIDE_PX - 1, 3))]) {
      const run = start({ pipeline: 'invert', peers: [{ name: 'a', answer: () => bytes }] })
      const summary = await finish(run.job, run.clock)
      expect(summary).toMatchObject({ outcome: 'some-failed', done: 0, failed: 1 })
      expect([run.store.openCount, run.store.saved.size]).toEqual([0, 0])
    }
  })

  it('fails alone where it cannot be opened', async () => {
    const run = start({ pipeline: 'invert', paths: ['missing.png', 'huge.png'], peers: [{ name: 'a' }] })
    expect(await finish(run.job, run.clock)).toMatchObject({ done: 1, failed: 1 })
    expectWhole(run, 'invert')
  })

  it('stops the job where the output folder is at fault', async () => {
    const full = async (): Promise<never> => {
      throw new MurmurationError('ERR_OUTPUT', 'the disk is full')
    }
    const run = start({ pipeline: 'invert', paths: ['a.png', 'b.png'], peers: [{ name: 'a' }], whilePlacing: full })
    expect(await finish(run.job, run.clock)).toMatchObject({
      outcome: 'stopped',
      code: 'ERR_OUTPUT',
      done: 0,
      failed: 0,
    })
    expect([run.store.openCount, run.store.saved.size]).toEqual([0, 0])
  })

  it('is interrupted between its tiles: nothing more is asked for, and nothing stays open', async () => {
    const interruption = new AbortController()
    const run = start({ pipeline: 'edges', peers: [{ name: 'a', slots: 2 }], signal: interruption.signal })
    await run.clock.advanceUntil(() => run.job.of('tile-done').length >= 5, 60_000)
    interruption.abort()
    expect(await finish(run.job, run.clock)).toMatchObject({
      outcome: 'interrupted',
      exitCode: 130,
      done: 0,
      failed: 0,
    })
    const offered = run.executors[0]?.offers.length
    await run.clock.advance(60_000)
    expect(run.executors[0]?.offers.length).toBe(offered)
    expect([run.store.openCount, run.store.saved.size]).toEqual([0, 0])
  })

  it('is interrupted while it is decoded: nobody waits for that, and what comes of it is closed', async () => {
    const interruption = new AbortController()
    const { promise: decoded, resolve } = Promise.withResolvers<void>()
    const run = start({
      pipeline: 'edges',
      peers: [{ name: 'a' }],
      signal: interruption.signal,
      whileOpening: () => decoded,
    })
    await run.clock.advance(5_000)
    interruption.abort()
    expect(await finish(run.job, run.clock)).toMatchObject({ outcome: 'interrupted', exitCode: 130 })
    expect(run.executors[0]?.offers).toEqual([])
    resolve()
    await run.clock.advance(0)
    expect(run.store.openCount).toBe(0)
  })

  it('has its tiles checked by this peer’s own executor where there is one other, which does nothing else in any pass', async () => {
    const pipeline = 'equalize | normalize'
    const run = start({ pipeline, peers: [{ name: 'a' }], own: { name: 'own', slots: 4 }, verify: 0.25 })
    const { verification, outcome } = await finish(run.job, run.clock)
    expect(outcome).toBe('done')
    expectWhole(run, pipeline)
    expect(verification?.verified).toBeGreaterThan(5)
    expect(run.localExecutor?.completed).toBe(verification?.verified)
  })

  it('waits for the peers that come when there is none, and gives up like any job', async () => {
    const run = start({ pipeline: 'invert', peers: [], giveUpMs: 5_000 })
    expect(await finish(run.job, run.clock)).toMatchObject({ exitCode: 3, done: 0, failed: 0 })
    expect([run.store.openCount, run.store.saved.size]).toEqual([0, 0])
  })

  // one pass, and two, of which the first collects what cannot be taken back
  it.each(['gaussian:5', 'equalize'])('is done again where a peer gave wrong tiles, under %s', async (pipeline) => {
    const lie = (offer: OfferFrame): Uint8Array => {
      const bytes = new Uint8Array(answer(offer))
      const last = bytes.length - 1
      bytes[last] = (bytes[last] ?? 0) ^ 255
      return bytes
    }
    const peers = [{ name: 'liar', answer: lie }, { name: 'b' }, { name: 'c' }]
    const { clock, job, store } = start({ pipeline, peers, verify: 0.15 })
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 1 })
    expect(job.of('quarantined')).toMatchObject([{ peer: { name: 'liar' }, forMs: undefined }])
    expect(job.of('tile-done').some(({ peer }) => peer.name === 'liar')).toBe(true)
    expect(store.saved.get('huge.png')?.pixels).toEqual(expected(pipeline))
    expect(store.openCount).toBe(0)
  })
})
