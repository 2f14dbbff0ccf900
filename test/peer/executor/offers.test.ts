import { describe, expect, it } from 'vitest'
import { checksum } from '../../../src/base/checksum.ts'
import { peerId } from '../../../src/base/ids.ts'
import { MAX_PARKED_PER_COORDINATOR } from '../../../src/base/limits.ts'
import { createChannelPair } from '../../../src/peer/channel-pair.ts'
import type { ExecutorChannel } from '../../../src/peer/task-channel.ts'
import { attachByHand, attemptOf, bodyOf, LARGE_BYTES, playCoordinator, setUpExecutor } from './hand-coordinator.ts'

describe('an executor and its offers', () => {
  it('grants slots + 1 credits at once', async () => {
    const { executor, clock } = setUpExecutor({ slots: 3 })
    const alice = attachByHand(executor, 'alice')
    await clock.advance(0)
    expect(alice.frames).toEqual([{ kind: 'credit', tasks: 4, pixels: 3 * 64_000_000 }])
  })

  it('accepts, runs and returns a small task with its body inline', async () => {
    const { executor, clock, runner } = setUpExecutor()
    const alice = attachByHand(executor, 'alice')
    const offer = alice.offer(5, { seed: 77n, format: 'png', quality: 80, widthPx: 1000, heightPx: 1000 })
    await clock.advance(40)
    expect(runner.started).toHaveLength(1)
    expect(runner.started[0]?.task).toEqual({
      bytes: offer.body,
      keepMetadata: false,
      pipeline: 'edges',
      seed: 77n,
      format: 'png',
      quality: 80,
      maxPixels: 50_000_000,
    })
    expect(alice.of('accept')[0]).toMatchObject({ task: 5, attempt: 0, delayMs: 0 })
    const result = bodyOf(2000)
    runner.started[0]?.finish({ bytes: result, widthPx: 30, heightPx: 20 })
    await clock.advance(0)
    expect(alice.of('result')).toEqual([
      {
        kind: 'result',
        job: offer.job,
        task: 5,
        attempt: 0,
        stages: { queueMs: 0, delayMs: 0, decodeMs: 1, processMs: 2, encodeMs: 1 },
        widthPx: 30,
        heightPx: 20,
        pixelDigest: bodyOf(16),
        digest: checksum(result),
        sizeBytes: 2000,
        body: result,
        load: expect.objectContaining({ slots: 2, runningYours: 0, parkedYours: 0, msPerMegapixel: 4 }),
      },
    ])
    expect(executor.read()).toMatchObject({
      running: 0,
      parked: 0,
      msPerMegapixel: 4,
      counts: { accepted: 1, refused: 0, delayed: 0, completed: 1, failed: 0 },
      strategies: [{ strategy: 'balanced', tasks: 1, totalMs: 4 }],
    })
  })

  it.each([
    ['here', bodyOf(10), [false, true]],
    ['still to come', bodyOf(LARGE_BYTES), [false, false]],
  ])('lets an ACCEPT wait for company only where no slot is free: its body is %s', async (_, body, expected) => {
    const { executor, clock } = setUpExecutor({ slots: 1 })
    const pair = createChannelPair()
    const alice = playCoordinator(pair.coordinator)
    const waiting: boolean[] = []
    const channel: ExecutorChannel = {
      ...pair.executor,
      send(frame, options) {
        if (frame.kind === 'accept') waiting.push(options?.canWait === true)
        pair.executor.send(frame)
      },
    }
    executor.attach(channel, { peer: peerId('alice'), rttMs: () => 1 })
    alice.offer(1)
    await clock.advance(0)
    if (body.byteLength < LARGE_BYTES) alice.offer(2, { body })
    else alice.offerLarge(2, body)
    await clock.advance(0)
    expect(waiting).toEqual(expected)
  })

  it('gives the worker bytes of its own: the coordinator keeps its body for another attempt', async () => {
    const { executor, clock, runner } = setUpExecutor()
    const alice = attachByHand(executor, 'alice')
    const offer = alice.offer(1)
    await clock.advance(0)
    expect(runner.started[0]?.task.bytes.buffer).not.toBe(offer.body.buffer)
    expect(runner.started[0]?.task.bytes.byteLength).toBe(runner.started[0]?.task.bytes.buffer.byteLength)
  })

  it('returns a large result in chunks behind its RESULT', async () => {
    const { executor, clock, runner } = setUpExecutor()
    const alice = attachByHand(executor, 'alice')
    alice.offer(1)
    await clock.advance(0)
    runner.started[0]?.finish({ bytes: bodyOf(600_000) })
    await clock.advance(0)
    expect(alice.of('result')[0]).toMatchObject({ sizeBytes: 600_000, body: new Uint8Array(0) })
    expect(alice.of('chunk').map(({ offset, bytes }) => [offset, bytes.byteLength])).toEqual([
      [0, 262_144],
      [262_144, 262_144],
      [524_288, 75_712],
    ])
    expect(executor.read()).toMatchObject({ running: 0, parked: 0 })
  })

  it('tells apart in every reply what it holds of this coordinator and of others', async () => {
    const { executor, clock, runner } = setUpExecutor({ slots: 1 })
    const alice = attachByHand(executor, 'alice')
    const bob = attachByHand(executor, 'bob')
    for (const task of [1, 2, 3]) alice.offer(task)
    await clock.advance(0)
    bob.offer(4, { pixelVersion: 'another' })
    await clock.advance(0)
    expect(bob.of('refuse')[0]?.load).toMatchObject({
      runningYours: 0,
      runningOthers: 1,
      parkedYours: 0,
      parkedOthers: 2,
    })
    runner.started[0]?.finish()
    await clock.advance(0)
    expect(alice.of('result')[0]?.load).toMatchObject({ runningYours: 1, parkedYours: 1, runningOthers: 0 })
  })

  it('refuses for ever other pixels, pipelines that it cannot read, and images that are too large', async () => {
    const { executor, clock, runner } = setUpExecutor({ maxPixels: 10_000 })
    const alice = attachByHand(executor, 'alice')
    alice.offer(1, { pixelVersion: 'another' })
    alice.offer(2, { pipeline: 'teleport' })
    alice.offer(3, { widthPx: 101 })
    await clock.advance(0)
    expect(alice.of('refuse').map(({ task, reason, isPermanent }) => [task, reason, isPermanent])).toEqual([
      [1, 'OTHER_PIXEL_VERSION', true],
      [2, 'UNKNOWN_OPERATION', true],
      [3, 'TOO_LARGE', true],
    ])
    expect(runner.started).toHaveLength(0)
    expect(executor.read().counts).toMatchObject({ accepted: 0, refused: 3 })
  })

  it('asks for a pipeline only once, and takes a parser that throws for a refusal', async () => {
    let asked = 0
    const { executor, clock } = setUpExecutor(
      {},
      {
        knowsPipeline() {
          asked++
          throw new Error('the parser broke')
        },
      },
    )
    const alice = attachByHand(executor, 'alice')
    for (const task of [1, 2, 3]) alice.offer(task)
    await clock.advance(0)
    expect(alice.of('refuse').map(({ reason }) => reason)).toEqual(Array(3).fill('UNKNOWN_OPERATION'))
    expect(asked).toBe(1)
    expect(alice.closed).toBeUndefined()
  })

  it('answers BUSY only when the park is full, and takes tasks again when it is not', async () => {
    const { executor, clock, runner } = setUpExecutor({ slots: 1 })
    const alice = attachByHand(executor, 'alice')
    const accepted = 2 // one runs, the body of the next is here
    for (let task = 0; task < accepted + MAX_PARKED_PER_COORDINATOR; task++) alice.offer(task)
    await clock.advance(0)
    expect(alice.of('refuse')).toEqual([])
    alice.offer(1_000)
    await clock.advance(0)
    expect(alice.of('refuse')).toMatchObject([{ task: 1_000, reason: 'BUSY', isPermanent: false }])
    runner.started[0]?.finish()
    await clock.advance(0)
    alice.offer(1_001)
    await clock.advance(0)
    expect(alice.of('refuse')).toHaveLength(1)
    expect(alice.closed).toBeUndefined()
  })

  it('says why a task failed in words for strangers, and frees the slot', async () => {
    const { executor, clock, runner } = setUpExecutor({ slots: 1 })
    const alice = attachByHand(executor, 'alice')
    alice.offer(1)
    alice.offer(2)
    await clock.advance(0)
    runner.started[0]?.fail(new Error('ENOENT /home/someone/secret'))
    await clock.advance(0)
    expect(alice.of('failed')).toMatchObject([
      { task: 1, code: 'ERR_INTERNAL', message: 'the task failed inside this peer' },
    ])
    expect(runner.started).toHaveLength(2)
    expect(executor.read().counts).toMatchObject({ accepted: 2, failed: 1, completed: 0 })
  })

  it('keeps an attempt that is offered anew apart from the one that was cancelled while it ran', async () => {
    const { executor, clock, runner } = setUpExecutor()
    const alice = attachByHand(executor, 'alice')
    alice.offer(1)
    await clock.advance(0)
    alice.cancel(attemptOf(1))
    alice.offer(1)
    await clock.advance(0)
    runner.started[0]?.finish() // to be thrown away
    await clock.advance(0)
    expect(alice.of('result')).toHaveLength(0)
    alice.cancel(attemptOf(1))
    await clock.advance(0)
    runner.started[1]?.finish()
    await clock.advance(0)
    expect(alice.of('result')).toHaveLength(0)
    expect(executor.read()).toMatchObject({ running: 0, parked: 0 })
  })

  it('does not run more than its slots at once, nor accept more than two per slot', async () => {
    const { executor, clock, runner } = setUpExecutor({ slots: 3 })
    const alice = attachByHand(executor, 'alice', () => undefined)
    for (let task = 0; task < 12; task++) alice.offer(task)
    await clock.advance(0)
    expect(runner.active).toBe(3)
    expect(alice.of('accept')).toHaveLength(6)
    expect(executor.read()).toMatchObject({ running: 3, parked: 9 })
  })

  it('tells listeners once about all that changed in one turn', async () => {
    const { executor, clock } = setUpExecutor()
    const alice = attachByHand(executor, 'alice')
    await clock.advance(0)
    let tellings = 0
    const stop = executor.onChange(() => void tellings++)
    alice.offer(1)
    await clock.advance(0)
    expect(tellings).toBe(1)
    stop()
    alice.offer(2)
    await clock.advance(0)
    expect(tellings).toBe(1)
  })

  it('refuses settings that make no executor', () => {
    expect(() => setUpExecutor({ slots: 0 })).toThrow('slots are expected between 1')
    expect(() => setUpExecutor({ load: 2 })).toThrow('a load probability is expected between 0 and 1, got 2')
  })

  it('keeps the memory of bodies within its bound', async () => {
    const { executor, clock } = setUpExecutor({ slots: 4 })
    const alice = attachByHand(executor, 'alice')
    const quarter = 256 * 1024 * 1024
    for (let task = 0; task < 6; task++) alice.offerLarge(task, bodyOf(LARGE_BYTES), { sizeBytes: quarter })
    await clock.advance(0)
    expect(alice.of('accept')).toHaveLength(4)
    alice.cancel(alice.of('accept')[0] ?? expect.fail('nothing was accepted'))
    await clock.advance(0)
    expect(alice.of('accept')).toHaveLength(5)
  })
})
