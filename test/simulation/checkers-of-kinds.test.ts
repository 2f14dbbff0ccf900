/** The checkers of tiles, of data and of peers that check each other: each sees what it is there for. */

import { describe, expect, it } from 'vitest'
import { STUCK_MS } from '../../src/base/limits.ts'
import { hashToSeed } from '../../src/base/random.ts'
import type { PlannedTask } from '../../src/peer/coordinator/job.ts'
import { planTasks } from '../../src/peer/coordinator/plan.ts'
import type { JobEvent } from '../../src/peer/job-events.ts'
import { atFile, calm, calmImage, calmJob, calmPeers, verdict } from './calm-scenario.ts'
import { JOB_SEED, outputOf, sourceBytes } from './images.ts'
import { simulatedPeerId } from './peer-ids.ts'
import { runScenario } from './run-seed.ts'
import type { JobPlan } from './scenario.ts'
import type { Run } from './sim-job.ts'
import { createVirtualHugeImages } from './virtual-huge-images.ts'
import type { World } from './world.ts'

const RESULTS = '/out/j0/results.ndjson'
const OUTPUT = '/out/j0/j0/7.png'

const large = calmImage(0, { widthPx: 250, heightPx: 130 })
const jobs = (change: Partial<JobPlan>) => ({ jobs: [calmJob(change)] })

/** Changes the events of the first job while it runs. */
function tamper(world: World, act: (events: JobEvent[]) => void): void {
  world.timeline.at(1_700, () => {
    const events = world.jobs[0]?.runs[0]?.emitted
    if (!events || events.length === 0) throw new Error('nothing has happened yet')
    act(events)
  })
}

function changeDone(events: JobEvent[], change: (done: Extract<JobEvent, { event: 'done' }>) => object): void {
  const at = events.findIndex(({ event }) => event === 'done')
  const done = events[at]
  if (done?.event !== 'done') throw new Error('nothing is done yet')
  events[at] = { ...done, ...change(done) }
}

const about = { task: 0, attempt: 0, atMs: 0 }

describe('calm worlds', () => {
  const withLiar = (hidesLies: boolean) => ({
    ...jobs({ verify: 1, local: 'auto' }),
    peers: calmPeers(4, { 2: { character: 'liar', lies: 1, hidesLies } }),
  })

  it.each([
    ['of images in tiles', jobs({ kind: 'tiles', images: [large, calmImage(1)] })],
    ['of data', jobs({ kind: 'data' })],
    ['of honest peers that check each other', { ...jobs({ verify: 1 }), peers: calmPeers(4) }],
    ['with a liar among others', withLiar(false)],
    ['with a liar who names the right pixels', withLiar(true)],
  ])('%s: nothing is wrong', async (_, change) => {
    expect(await verdict(() => {}, change)).toBe('')
  })

  it('with a peer that only says that it holds its tasks: it loses them, and the job ends without it', async () => {
    let run: Run | undefined
    const look = (world: World): void =>
      void world.timeline.at(1.2 * STUCK_MS, () => {
        run = world.jobs[0]?.runs[0]
      })
    const peers = calmPeers(4, { 2: { character: 'holder' } })
    expect((await runScenario(calm({ peers }), { sabotage: look })).violations).toEqual([])
    expect(run?.summary).toMatchObject({ outcome: 'done', done: 20 })
    expect(run?.summary?.elapsedMs).toBeLessThan(1.2 * STUCK_MS)
    const lost = run?.emitted.flatMap((event) => (event.event === 'lost' ? [event.peer.name] : []))
    expect(lost?.length).toBeGreaterThanOrEqual(2)
    expect(new Set(lost)).toEqual(new Set(['p2']))
  })
})

describe('the checkers of images in tiles', () => {
  const tiles = jobs({ kind: 'tiles', images: [large] })
  const file = '/out/j0/j0/0.png'

  it('see one sample that is wrong', async () => {
    const change = (bytes: Buffer): void => void bytes.writeUInt8((bytes.readUInt8(20_000) + 1) % 256, 20_000)
    expect(await verdict((world) => atFile(world, file, ({ bytes }) => change(bytes)), tiles)).toContain(
      `${file} of j0 has not the content that its image gives`,
    )
  })

  it('see a tile that was run twice without a reason', async () => {
    const sabotage = (world: World): void => void world.executions.set(large.path, new Map([['pass 1, tile 2', 1]]))
    expect(await verdict(sabotage, tiles)).toContain('pass 1, tile 2 of j0/0.png was run 2 times')
  })

  it('see a tile that is placed twice, and an image that is saved with a hole', async () => {
    let broken: string[] = []
    const sabotage = (world: World): void => {
      const [peer] = world.peers
      const life = peer?.life
      if (!peer || !life) throw new Error('there is no peer yet')
      const { files } = peer.disk.as(life.process)
      const [task] = planTasks([{ path: large.path, source: `/in/${large.path}` }], {
        ...{ seed: JOB_SEED, kind: 'image', format: 'keep', suffix: '' },
      })
      void life.process.enter(() => void stitchBadly(task, files).then((said) => (broken = said)))
    }
    expect(await verdict((world) => world.timeline.at(30_000, () => sabotage(world)), tiles)).toBe('')
    expect(broken).toEqual([
      'the tile at 0,0 of j0/0.png was placed twice',
      'j0/0.png is saved with 200 of 32500 pixels placed',
    ])
  })

  type Files = Parameters<typeof createVirtualHugeImages>[0]['files']

  async function stitchBadly(task: PlannedTask | undefined, files: Files): Promise<string[]> {
    if (!task) throw new Error('there is no task')
    const said: string[] = []
    const store = createVirtualHugeImages({
      folder: {
        ...{ partialPath: (name) => `/scratch/${name}`, adopt: async () => {}, close: async () => {} },
        ...{ save: async () => {}, noteFailure: async () => {}, withdraw: async () => [] },
        writeError: (_, error) => {
          throw error
        },
      },
      files,
      reader: {
        stat: async () => ({ sizeBytes: 300, modifiedMs: 0 }),
        read: async () => sourceBytes(large),
        measure: async () => large,
      },
      onBroken: (sentence) => said.push(sentence),
    })
    const image = await store.open(task)
    const part = { x: 0, y: 0, widthPx: 10, heightPx: 10 }
    const pixels = { widthPx: 10, heightPx: 10, channels: 1, data: new Uint8Array(100) } as const
    await image.place(part, pixels)
    await image.place(part, pixels)
    await image.save({ id: simulatedPeerId(1), name: 'somebody' })
    await image.close()
    return said
  }
})

describe('the checkers of data', () => {
  const data = jobs({ kind: 'data' })
  const edit = (act: (lines: string[]) => string[]) => (world: World) =>
    atFile(world, RESULTS, (file) => {
      const lines = file.bytes.toString().split(/(?<=\n)/)
      file.bytes = Buffer.from(act(lines).join(''))
    })
  /** While the job runs: what is wrong then is seen when the run ends. */
  const append = (text: string) => (world: World) =>
    world.timeline.at(2_000, () => {
      const file = world.jobs[0]?.peer.disk.files.get(RESULTS)
      if (!file) throw new Error(`${RESULTS} is not there`)
      const [first = ''] = file.bytes.toString().split(/(?<=\n)/)
      file.bytes = Buffer.concat([file.bytes, Buffer.from(text === '' ? first : text)])
    })

  it('see an image without a line', async () => {
    expect(
      await verdict(
        edit((lines) => lines.slice(1)),
        data,
      ),
    ).toContain('is neither done nor listed as failed')
  })

  it('see an image with two lines', async () => {
    expect(await verdict(append(''), data)).toMatch(/j0, run 0: j0\/\d+\.png has two lines in results.ndjson/)
  })

  it('see a line that is torn', async () => {
    expect(await verdict(append('{"path":"j0/3.p\n'), data)).toContain('j0, run 0: results.ndjson has 1 torn lines')
  })

  it('see a line of no image', async () => {
    expect(await verdict(append('{"path":"else.png"}\n'), data)).toContain(
      'has a line of no image: {"path":"else.png"}',
    )
  })

  it('see a line with other data', async () => {
    const change = edit((lines) => lines.map((line) => line.replace('"by":""', '"by":"me"')))
    expect(await verdict(change, data)).toMatch(/the line of j0\/\d+\.png of j0 has not the content/)
  })
})

describe('the checkers of trust', () => {
  /** As peer 2 would have made it if it had lied, which it does about none. */
  function lieIn(file: { bytes: Buffer }): void {
    const image = calmImage(7)
    file.bytes = outputOf(sourceBytes(image), hashToSeed(JOB_SEED, image.path), 'a lie of p2')
  }
  const withLiar = (lies: number, verify: number) => ({
    ...jobs({ verify, local: 'auto' }),
    peers: calmPeers(4, { 2: { character: 'liar', lies } }),
  })

  it('see a lie that stands where every image was to be checked', async () => {
    expect(await verdict((world) => atFile(world, OUTPUT, lieIn), withLiar(0, 1))).toBe(
      '/out/j0/j0/7.png of j0 is a lie of p2, though every image was to be checked',
    )
  })

  it('see a lie that was not done again when its liar was found out', async () => {
    expect(await verdict((world) => atFile(world, OUTPUT, lieIn), withLiar(1, 0.6))).toBe(
      '/out/j0/j0/7.png of j0 is still a lie of p2, which was found out',
    )
    // nobody was found out: then it may stand
    expect(await verdict((world) => atFile(world, OUTPUT, lieIn), withLiar(0, 0.6))).toBe('')
  })

  it('see an honest peer that is called a liar', async () => {
    const sabotage = (world: World): void => void Object.assign(world.peers[2] ?? {}, { liesAs: 'a mistake' })
    const peers = calmPeers(4, { 2: { lies: 1 } })
    expect(await verdict(sabotage, { ...jobs({ verify: 1 }), peers })).toContain('calls p2 a liar, which is honest')
  })

  it('see an image that nobody checked, though the coordinator itself could', async () => {
    const sabotage = (world: World): void => {
      const [peer] = world.peers
      if (!peer) throw new Error('there is no peer')
      const local = peer.localExecutor.bind(peer)
      peer.localExecutor = () => {
        const { info, attach } = local()
        return { info: { ...info, isPaused: true }, attach }
      }
    }
    expect(await verdict(sabotage, jobs({ verify: 1, local: 'auto' }))).toContain(
      'was not checked, though p0 itself could',
    )
  })

  it('see a peer that checked itself', async () => {
    const sabotage = (world: World): void =>
      tamper(world, (events) => changeDone(events, ({ peer }) => ({ verifiedBy: [peer] })))
    expect(await verdict(sabotage)).toMatch(/p1 checked its own j0\/\d+\.png/)
  })

  it('see an image that fails because peers differed, where none did', async () => {
    const failure = { event: 'failed', path: 'j0/19.png', peer: undefined, source: '', ...about } as const
    const sabotage = (world: World): void =>
      tamper(world, (events) => events.push({ ...failure, code: 'ERR_DISAGREEMENT', message: 'they differ' }))
    expect(await verdict(sabotage)).toContain(
      'j0/19.png is good and failed with ERR_DISAGREEMENT (they differ): nobody differed',
    )
  })

  it('see an image that is withdrawn and was not done', async () => {
    const sabotage = (world: World): void =>
      tamper(world, (events) => events.push({ event: 'withdrawn', path: 'j0/19.png', wasEarlierRun: false, atMs: 0 }))
    expect(await verdict(sabotage)).toContain('j0/19.png was withdrawn and never done')
  })

  it('have something to see: a liar is found out, and what it did is done again', async () => {
    const events: JobEvent[] = []
    const keep = (world: World): void =>
      void world.timeline.at(39_000, () => void events.push(...(world.jobs[0]?.runs[0]?.emitted ?? [])))
    await runScenario(calm(withLiar(1, 0.3)), { sabotage: keep })
    expect(events.filter(({ event }) => event === 'quarantined')).toHaveLength(1)
    expect(events.filter(({ event }) => event === 'withdrawn').length).toBeGreaterThan(1)
  })
})
