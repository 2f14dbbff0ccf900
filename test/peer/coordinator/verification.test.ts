/** Peers check each other: results that differ are decided, liars are put aside, and what they did is done again. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taskId } from '../../../src/base/ids.ts'
import { hashToUnit } from '../../../src/base/random.ts'
import { STRATEGY_NAMES } from '../../../src/peer/coordinator/strategies/index.ts'
import { isDrawn, isOther, type Opinion } from '../../../src/peer/coordinator/verification.ts'
import type { OfferFrame, ResultFrame } from '../../../src/protocol/messages.ts'
import { FakeCluster, FakeExecutor, type FakeExecutorOptions, type Move } from '../../support/fake-cluster.ts'
import { finish, type HarnessOptions, type RunningJob, startJob } from '../../support/job-harness.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

function world(...options: FakeExecutorOptions[]) {
  const clock = createVirtualClock()
  const cluster = new FakeCluster()
  const executors = options.map((one) => new FakeExecutor(clock, one))
  cluster.join(...executors)
  const start = (more: Omit<HarnessOptions, 'clock' | 'cluster'>) => startJob({ clock, cluster, ...more })
  return { clock, cluster, executors, start }
}

const WRONG = new Uint8Array([6, 6, 6])
/** Changes the pixels of a share of its tasks, by their seeds. */
const liar =
  (share: number) =>
  ({ seed, body }: OfferFrame): Uint8Array =>
    hashToUnit('lie', seed) < share ? WRONG : body

const wrongOutputs = ({ outputs }: RunningJob): number =>
  [...outputs.values()].filter(({ bytes }) => Buffer.from(bytes).equals(WRONG)).length

const task = (index: number) => ({ id: taskId(index), path: '', source: '', output: '', seed: BigInt(index) })

describe('the share that is checked', () => {
  it('is drawn by the seed of a task alone', () => {
    const drawn = Array.from({ length: 10_000 }, (_, index) => isDrawn(task(index), 0.05))
    expect(drawn).toEqual(Array.from({ length: 10_000 }, (_, index) => isDrawn(task(index), 0.05)))
    const share = drawn.filter(Boolean).length / drawn.length
    expect(share).toBeGreaterThan(0.043)
    expect(share).toBeLessThan(0.057)
  })

  it('is nothing at 0 and everything at 1', () => {
    expect(Array.from({ length: 100 }, (_, index) => isDrawn(task(index), 0)).some(Boolean)).toBe(false)
    expect(Array.from({ length: 100 }, (_, index) => isDrawn(task(index), 1)).every(Boolean)).toBe(true)
  })
})

describe('peers that agree', () => {
  it.each(STRATEGY_NAMES)('cost the drawn share once more, and nothing else, under %s', async (strategy) => {
    const { clock, executors, start } = world({ name: 'a' }, { name: 'b', slots: 2 }, { name: 'c' })
    const job = start({ images: 200, verify: 0.1, strategy })
    const summary = await finish(job, clock)
    const drawn = Array.from({ length: 200 }, (_, index) => isDrawn(task(index), 0.1)).filter(Boolean).length
    expect(drawn).toBeGreaterThan(8)
    expect(summary).toMatchObject({ outcome: 'done', done: 200, failed: 0, retries: 0 })
    expect(summary.verification).toEqual({ verified: drawn, unchecked: 0, mismatches: 0, redone: 0 })
    expect(executors.reduce((sum, { completed }) => sum + completed, 0)).toBe(200 + drawn)
    expect([...job.saved.values()].every((count) => count === 1)).toBe(true)
    const checked = job.of('done').filter(({ verifiedBy }) => verifiedBy)
    expect(checked).toHaveLength(drawn)
    expect(checked.every(({ peer, verifiedBy = [] }) => verifiedBy.length === 1 && verifiedBy[0]?.id !== peer.id)).toBe(
      true,
    )
  })

  it('agree about images that are none, too', async () => {
    const script = ({ seed }: OfferFrame): Move =>
      seed === 3n ? { do: 'fail', code: 'ERR_NOT_AN_IMAGE' } : { do: 'run' }
    const { clock, start } = world({ name: 'a', script }, { name: 'b', script })
    const job = start({ images: 10, verify: 1 })
    expect(await finish(job, clock)).toMatchObject({ outcome: 'some-failed', done: 9, failed: 1 })
    expect(job.of('failed')).toMatchObject([{ code: 'ERR_NOT_AN_IMAGE' }])
    expect(job.of('mismatch')).toEqual([])
  })

  it('make no image fail where the second one cannot run it', async () => {
    const crashing = (): Move => ({ do: 'fail', code: 'ERR_WORKER_CRASHED' })
    const refusing = (): Move => ({ do: 'refuse', reason: 'TOO_LARGE', isPermanent: true })
    for (const script of [crashing, refusing]) {
      const { clock, start } = world({ name: 'good' }, { name: 'other', script })
      const summary = await finish(start({ images: 20, verify: 1 }), clock)
      expect(summary).toMatchObject({ outcome: 'done', done: 20, verification: { mismatches: 0 } })
    }
  })

  it('end a job whose only second peer refuses for ever', async () => {
    const { clock, start } = world(
      { name: 'a' },
      { name: 'b', script: () => ({ do: 'refuse', reason: 'REFUSED_LOAD' }) },
    )
    const summary = await finish(start({ images: 20, verify: 1, giveUpMs: 5_000 }), clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 20, verification: { verified: 0, unchecked: 20 } })
  })

  it('leave it to this peer’s own executor where the second refuses for ever', async () => {
    const { clock, start } = world(
      { name: 'a' },
      { name: 'b', script: () => ({ do: 'refuse', reason: 'REFUSED_LOAD' }) },
    )
    const localExecutor = new FakeExecutor(clock, { name: 'own' })
    const job = start({ images: 20, verify: 1, giveUpMs: 5_000, local: 'auto', localExecutor })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 20, verification: { verified: 20, unchecked: 0 } })
  })
})

describe('where there is no second peer', () => {
  it('this peer’s own executor checks, and does nothing else', async () => {
    const { clock, executors, start } = world({ name: 'a' })
    const own = new FakeExecutor(clock, { name: 'own', slots: 4 })
    const job = start({ images: 40, verify: 0.25, local: 'auto', localExecutor: own })
    const { verification, outcome } = await finish(job, clock)
    expect(outcome).toBe('done')
    expect(verification?.verified).toBeGreaterThan(3)
    expect(own.completed).toBe(verification?.verified)
    expect(executors[0]?.completed).toBe(40)
  })

  it('results stay unchecked with --no-local, and the summary says so', async () => {
    const { clock, start } = world({ name: 'a' })
    const summary = await finish(start({ images: 10, verify: 1, local: 'never' }), clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 10, verification: { verified: 0, unchecked: 10 } })
  })
})

describe('peers that differ', () => {
  it('a third decides, and the liar is asked for nothing more', async () => {
    const { clock, executors, start } = world({ name: 'liar', answer: liar(1) }, { name: 'b' }, { name: 'c' })
    const job = start({ images: 60, verify: 1 })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 60, failed: 0 })
    expect(wrongOutputs(job)).toBe(0)
    expect(job.of('quarantined')).toMatchObject([{ peer: { name: 'liar' }, forMs: undefined }])
    expect(job.of('quarantined')[0]?.reason).toMatch(/^its pixels of "image-.*" are not those of (b, c|c, b)$/)
    expect(summary.peers.find(({ name }) => name === 'liar')).toMatchObject({ done: 0, lied: true })
    expect(executors[0]?.offers.length).toBeLessThan(10)
  })

  it('the coordinator’s own executor decides between two', async () => {
    const { clock, start } = world({ name: 'liar', answer: liar(1) }, { name: 'honest' })
    const own = new FakeExecutor(clock, { name: 'own' })
    const job = start({ images: 40, verify: 1, local: 'auto', localExecutor: own })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 40, verification: { unchecked: 0 } })
    expect(wrongOutputs(job)).toBe(0)
    expect(summary.peers.filter(({ lied }) => lied).map(({ name }) => name)).toEqual(['liar'])
  })

  it('nobody decides between two with --no-local: those images fail by name', async () => {
    const { clock, start } = world({ name: 'liar', answer: liar(0.2) }, { name: 'honest' })
    const job = start({ images: 40, verify: 1, local: 'never' })
    const summary = await finish(job, clock)
    expect(summary.outcome).toBe('some-failed')
    expect(job.of('failed').every(({ code }) => code === 'ERR_DISAGREEMENT')).toBe(true)
    expect(job.of('failed').length).toBe(job.of('mismatch').length)
    expect(wrongOutputs(job)).toBe(0)
  })

  it.each([{ do: 'fail', code: 'ERR_WORKER_CRASHED' }, { do: 'garble' }] as const)(
    'the coordinator’s own executor decides where the third cannot run it: $do',
    async (move) => {
      const { clock, start } = world(
        { name: 'liar', answer: liar(1) },
        { name: 'honest' },
        { name: 'useless', script: () => move },
      )
      const own = new FakeExecutor(clock, { name: 'own' })
      const job = start({ images: 40, verify: 1, local: 'auto', localExecutor: own })
      expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 40, verification: { unchecked: 0 } })
      expect(wrongOutputs(job)).toBe(0)
    },
  )

  it('a peer that calls good images broken is outvoted, and put aside like one that fails', async () => {
    const script = (): Move => ({ do: 'fail', code: 'ERR_NOT_AN_IMAGE' })
    const { clock, start } = world({ name: 'broken', script }, { name: 'b' }, { name: 'c' })
    const job = start({ images: 60, verify: 1 })
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 60 })
    expect(job.of('quarantined')).toMatchObject([{ peer: { name: 'broken' }, forMs: 30_000 }])
  })

  it('what a liar did before is done again', async () => {
    // lies about one image late in the job, and is not checked before
    const answer = ({ seed, body }: OfferFrame): Uint8Array => (seed % 50n === 49n ? WRONG : body)
    const { clock, start } = world({ name: 'liar', answer }, { name: 'b' }, { name: 'c' })
    const job = start({ images: 600, verify: 0.2 })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 600 })
    expect(wrongOutputs(job)).toBe(0)
    const byLiar = [...job.outputs.values()].filter(({ peer }) => peer.name === 'liar')
    expect(byLiar.every(({ verifiedBy = [] }) => verifiedBy.length > 0)).toBe(true)
    expect(summary.verification?.redone).toBeGreaterThan(10)
    expect(job.of('withdrawn')).toHaveLength(summary.verification?.redone ?? -1)
    expect(job.outputs.size).toBe(600)
    expect(summary.peers.reduce((sum, { done }) => sum + done, 0)).toBe(600)
  })

  it('and what it did in earlier runs of the job', async () => {
    const { clock, executors, start } = world({ name: 'liar', answer: liar(1) }, { name: 'b' }, { name: 'c' })
    const liarId = executors[0]?.id
    if (!liarId) throw new Error('there is no liar')
    const done = Array.from({ length: 30 }, (_, index) => index)
    const job = start({
      images: 60,
      verify: 1,
      earlier: { done: done.map(taskId), liars: [] },
      earlierBy: new Map([[liarId, done.slice(0, 20)]]),
    })
    const summary = await finish(job, clock)
    // twenty of the thirty were the liar's; the fake knows nothing of the other ten and lets them be done
    expect(job.of('withdrawn').filter(({ wasEarlierRun }) => wasEarlierRun)).toHaveLength(20)
    expect(summary).toMatchObject({ outcome: 'done', alreadyDone: 0 })
    for (const index of done.slice(0, 20)) expect(job.saved.get(`image-${String(index).padStart(5, '0')}.png`)).toBe(1)
    expect(wrongOutputs(job)).toBe(0)
  })

  it('a liar of an earlier run gets nothing', async () => {
    const { clock, executors, start } = world({ name: 'liar', answer: liar(1) }, { name: 'b' })
    const liarId = executors[0]?.id
    if (!liarId) throw new Error('there is no liar')
    const job = start({ images: 20, earlier: { done: [], liars: [{ id: liarId, name: 'liar' }] } })
    expect(await finish(job, clock)).toMatchObject({ outcome: 'done', done: 20 })
    expect(executors[0]?.offers).toEqual([])
    expect(job.of('quarantined')).toMatchObject([
      { peer: { name: 'liar' }, reason: expect.stringContaining('earlier run') },
    ])
  })

  it('a job whose only peer lied goes on with its own executor, or says who is left', async () => {
    for (const local of ['auto', 'never'] as const) {
      const { clock, executors, start } = world({ name: 'liar', answer: liar(1) })
      const liarId = executors[0]?.id
      if (!liarId) throw new Error('there is no liar')
      const own = new FakeExecutor(clock, { name: 'own' })
      const earlier = { done: [], liars: [{ id: liarId, name: 'liar' }] }
      const summary = await finish(start({ images: 5, local, localExecutor: own, earlier }), clock)
      if (local === 'auto') expect(summary).toMatchObject({ outcome: 'done', done: 5 })
      else
        expect(summary).toMatchObject({
          exitCode: 3,
          reason: expect.stringContaining('besides liar, whose results were wrong'),
        })
    }
  })
})

describe('files that differ where pixels agree', () => {
  const tampered = (): Uint8Array => WRONG

  it('are a lie: a third decides, and nothing that its peer did is kept', async () => {
    const { clock, executors, start } = world({ name: 'liar', encode: tampered }, { name: 'b' }, { name: 'c' })
    const job = start({ images: 60, verify: 1 })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 60, failed: 0 })
    expect(wrongOutputs(job)).toBe(0)
    expect(job.of('quarantined')).toMatchObject([{ peer: { name: 'liar' }, forMs: undefined }])
    expect(job.of('quarantined')[0]?.reason).toMatch(
      /^its file of "image-.*" is not that of (b, c|c, b), though it names the same pixels$/,
    )
    expect(summary.peers.find(({ name }) => name === 'liar')).toMatchObject({ done: 0, lied: true })
    expect(executors[0]?.offers.length).toBeLessThan(10)
  })

  it('of a few images only are found by a share, and what was saved before is done again', async () => {
    const encode = (answer: Uint8Array, { seed }: OfferFrame): Uint8Array => (seed % 50n === 49n ? WRONG : answer)
    const { clock, start } = world({ name: 'liar', encode }, { name: 'b' }, { name: 'c' })
    const job = start({ images: 600, verify: 0.2 })
    const summary = await finish(job, clock)
    expect(summary).toMatchObject({ outcome: 'done', done: 600 })
    expect(wrongOutputs(job)).toBe(0)
    expect(summary.verification?.redone).toBeGreaterThan(10)
  })

  it('are decided by the coordinator’s own executor where there is no third', async () => {
    const { clock, start } = world({ name: 'liar', encode: tampered }, { name: 'honest' })
    const own = new FakeExecutor(clock, { name: 'own' })
    const job = start({ images: 40, verify: 1, local: 'auto', localExecutor: own })
    const summary = await finish(job, clock)
    expect(wrongOutputs(job)).toBe(0)
    expect(summary.peers.filter(({ lied }) => lied).map(({ name }) => name)).toEqual(['liar'])
  })

  const avif = (label: number): Uint8Array =>
    Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from('ftypavif'), Buffer.from([0, 0, 0, label])])

  it('are none of AVIF, whose encoder gives other bytes on other processors', async () => {
    const { clock, start } = world({ name: 'a', encode: () => avif(1) }, { name: 'b', encode: () => avif(2) })
    const summary = await finish(start({ images: 20, verify: 1 }), clock)
    expect(summary).toMatchObject({ outcome: 'done', verification: { verified: 20, mismatches: 0 } })
  })

  it('are a lie where only one of them is AVIF', async () => {
    const { clock, start } = world({ name: 'liar', encode: () => avif(1) }, { name: 'b' }, { name: 'c' })
    const summary = await finish(start({ images: 20, verify: 1 }), clock)
    expect(summary.peers.filter(({ lied }) => lied).map(({ name }) => name)).toEqual(['liar'])
  })

  it('are seen while the other one is on its way', () => {
    const frame = { pixelDigest: new Uint8Array(16).fill(1), digest: new Uint8Array(32).fill(2) }
    const said = (bytes: Uint8Array, digest: number): Opinion => {
      const outcome = { kind: 'result', bytes, ...frame, digest: new Uint8Array(32).fill(digest) }
      return { peer: { id: 'p', name: 'p' }, isOwn: false, outcome } as unknown as Opinion
    }
    const arriving = frame as ResultFrame
    expect(isOther(said(WRONG, 2), arriving)).toBe(false)
    expect(isOther(said(WRONG, 3), arriving)).toBe(true)
    expect(isOther(said(avif(1), 3), arriving)).toBe(false)
    expect(isOther(said(avif(1), 3), { ...arriving, pixelDigest: new Uint8Array(16) })).toBe(true)
  })
})

describe('with one liar among several peers', () => {
  it('every output is right when everything is verified', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 6 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.constantFrom(...STRATEGY_NAMES),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 6, maxLength: 6 }),
        fc.boolean(),
        async (peers, share, seed, strategy, slots, isLossy) => {
          const options = Array.from({ length: peers }, (_, index): FakeExecutorOptions => {
            const script = ({ task: id, attempt }: OfferFrame): Move =>
              isLossy && hashToUnit(seed, index, id, attempt) < 0.05 ? { do: 'die' } : { do: 'run' }
            const one = { name: `p${index}`, slots: slots[index] ?? 1, serviceMs: 5 + 20 * index, script }
            return index === 0 ? { ...one, answer: liar(share) } : one
          })
          const { clock, cluster, executors, start } = world(...options)
          const hedge = strategy === 'balanced'
          const job = start({ images: 50, verify: 1, seed, strategy, hedge, waitMs: 60_000 })
          const restart = (): void => {
            cluster.join(...executors)
            if (!job.isEnded()) clock.setTimer(500, restart)
          }
          restart()
          const summary = await finish(job, clock, 3_600_000)
          expect(summary.done + summary.failed).toBe(50)
          expect(job.outputs.size).toBe(summary.done)
          expect([...job.saved.values()].every((count) => count === 1)).toBe(true)
          expect(wrongOutputs(job)).toBe(0)
          if (!isLossy) expect(summary.done).toBe(50)
          expect(summary.peers.filter(({ lied, name }) => lied && name !== 'p0')).toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('a small share finds a liar as often as computed: 1 - (1 - share)^images between two peers', async () => {
    const runs = 200
    const images = 20
    const share = 0.05
    let found = 0
    for (let seed = 1; seed <= runs; seed++) {
      // each image that is checked is run by both
      const { clock, start } = world({ name: 'liar', answer: liar(1) }, { name: 'honest' })
      const own = new FakeExecutor(clock, { name: 'own' })
      const summary = await finish(start({ images, seed, verify: share, local: 'auto', localExecutor: own }), clock)
      if (summary.peers.some(({ name, lied }) => name === 'liar' && lied)) found++
    }
    const expected = 1 - (1 - share) ** images // 0.64
    const deviation = Math.sqrt((expected * (1 - expected)) / runs)
    expect(Math.abs(found / runs - expected)).toBeLessThan(3 * deviation)
  })
})
