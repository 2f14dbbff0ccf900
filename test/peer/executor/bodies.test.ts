import { describe, expect, it } from 'vitest'
import {
  BODY_STALL_MS,
  BODY_START_MS,
  MAX_ADAPTIVE_CREDIT_TASKS,
  MAX_CHUNK_BYTES,
  RESULT_STALL_MS,
} from '../../../src/base/limits.ts'
import { attachByHand, attemptOf, bodyOf, LARGE_BYTES, setUpExecutor } from './hand-coordinator.ts'

const LARGE = bodyOf(LARGE_BYTES)

describe('bodies on their way in', () => {
  it('are asked for by ACCEPT and run when they are whole', async () => {
    const { executor, clock, runner } = setUpExecutor()
    const alice = attachByHand(executor, 'alice')
    const offer = alice.offerLarge(1, bodyOf(600_000, 9))
    await clock.advance(100)
    expect(alice.answer(1)).toBe('accept')
    expect(executor.read()).toMatchObject({ running: 0, parked: 1 })
    await alice.channel.sendBody(offer, bodyOf(600_000, 9))
    await clock.advance(0)
    expect(runner.started[0]?.task.bytes).toEqual(bodyOf(600_000, 9))
    expect(executor.read()).toMatchObject({ running: 1, parked: 0 })
  })

  it('do not count as queueing', async () => {
    const { executor, clock, runner } = setUpExecutor()
    const alice = attachByHand(executor, 'alice')
    const offer = alice.offerLarge(1, LARGE)
    await clock.advance(700)
    await alice.channel.sendBody(offer, LARGE)
    await clock.advance(0)
    runner.started[0]?.finish()
    await clock.advance(0)
    expect(alice.of('result')[0]?.stages.queueMs).toBe(0)
  })

  it('that do not begin fail their task after a while, and make room', async () => {
    const { executor, clock } = setUpExecutor({ slots: 1 })
    const alice = attachByHand(executor, 'alice', () => undefined)
    for (const task of [1, 2, 3]) alice.offerLarge(task, LARGE)
    await clock.advance(BODY_START_MS - 1)
    expect(alice.answer(1)).toBe('accept')
    expect(alice.answer(3)).toBe('none')
    await clock.advance(1)
    expect(alice.answer(1)).toBe('failed ERR_DEADLINE')
    expect(alice.answer(2)).toBe('failed ERR_DEADLINE')
    expect(alice.answer(3)).toBe('accept')
    expect(alice.closed).toBeUndefined()
    expect(executor.read()).toMatchObject({ running: 0, parked: 1, counts: { accepted: 3, failed: 2 } })
  })

  it('that stop in the middle fail their task; chunks still under way are let pass', async () => {
    const { executor, clock } = setUpExecutor()
    const alice = attachByHand(executor, 'alice')
    const body = bodyOf(3 * MAX_CHUNK_BYTES)
    const offer = alice.offerLarge(1, body)
    alice.chunk(offer, 0, body.subarray(0, MAX_CHUNK_BYTES))
    await clock.advance(5_000)
    alice.chunk(offer, MAX_CHUNK_BYTES, body.subarray(0, MAX_CHUNK_BYTES))
    await clock.advance(BODY_STALL_MS - 1)
    expect(alice.answer(1)).toBe('accept')
    await clock.advance(1)
    expect(alice.answer(1)).toBe('failed ERR_DEADLINE')
    alice.chunk(offer, 2 * MAX_CHUNK_BYTES, body.subarray(0, MAX_CHUNK_BYTES))
    await clock.advance(0)
    expect(alice.closed).toBeUndefined()
  })

  it('wait for each other: a body behind a long one is not late', async () => {
    const { executor, clock } = setUpExecutor()
    const alice = attachByHand(executor, 'alice')
    const chunks = 6
    const first = alice.offerLarge(1, bodyOf(chunks * MAX_CHUNK_BYTES))
    const second = alice.offerLarge(2, LARGE)
    for (let chunk = 0; chunk < chunks; chunk++) {
      await clock.advance(BODY_STALL_MS - 1_000)
      alice.chunk(first, chunk * MAX_CHUNK_BYTES, bodyOf(MAX_CHUNK_BYTES))
    }
    await clock.advance(BODY_STALL_MS - 1_000)
    await alice.channel.sendBody(second, LARGE)
    await clock.advance(0)
    expect(alice.of('failed')).toEqual([])
    expect(executor.read().running).toBe(2)
  })

  it('that drip are given up however often a byte comes', async () => {
    const { executor, clock } = setUpExecutor()
    const alice = attachByHand(executor, 'alice')
    const offer = alice.offerLarge(1, LARGE)
    let offset = 0
    await clock.advance(0)
    while (alice.answer(1) === 'accept' && offset < 20) {
      alice.chunk(offer, offset, LARGE.subarray(0, 1))
      offset++
      await clock.advance(5_000)
    }
    expect(alice.answer(1)).toBe('failed ERR_DEADLINE')
    expect(offset).toBeLessThan(6)
  })

  it('that do not match their digest fail with ERR_DIGEST, inline or in chunks', async () => {
    const { executor, clock, runner } = setUpExecutor()
    const alice = attachByHand(executor, 'alice')
    alice.offer(1, { digest: bodyOf(32) })
    const offer = alice.offerLarge(2, LARGE, { digest: bodyOf(32) })
    await alice.channel.sendBody(offer, LARGE)
    await clock.advance(0)
    expect(alice.answer(1)).toBe('failed ERR_DIGEST')
    expect(alice.answer(2)).toBe('failed ERR_DIGEST')
    expect(runner.started).toHaveLength(0)
    expect(alice.closed).toBeUndefined()
    expect(executor.read()).toMatchObject({ running: 0, parked: 0, counts: { accepted: 2, failed: 2 } })
  })

  it("are not checked where they never left this process: of the peer's own coordinator", async () => {
    const { executor, clock, runner } = setUpExecutor({ slots: 2 })
    const own = attachByHand(executor, 'self', () => 0, true)
    own.offer(1, { digest: bodyOf(32) })
    const offer = own.offerLarge(2, LARGE, { digest: bodyOf(32) })
    await own.channel.sendBody(offer, LARGE)
    await clock.advance(0)
    expect(runner.started.map(({ task }) => task.bytes.byteLength)).toEqual([expect.any(Number), LARGE_BYTES])
  })
})

describe('results on their way out', () => {
  function stuck() {
    const bench = setUpExecutor()
    const pending: { onChunk: (() => void) | undefined; resolve: () => void }[] = []
    let closedBy: Error | undefined
    const { executor } = bench
    let onFrame: ((frame: never) => void) | undefined
    const sent: string[] = []
    executor.attach(
      {
        start(handler) {
          onFrame = (frame) => handler.onFrame(frame)
        },
        send: ({ kind }) => void sent.push(kind),
        sendBody: (_ref, _bytes, options) =>
          new Promise((resolve) => void pending.push({ onChunk: options?.onChunk, resolve })),
        close(error) {
          closedBy = error
        },
      },
      { peer: 'alice' as never, rttMs: () => undefined },
    )
    return { ...bench, pending, sent, closedBy: () => closedBy, deliver: (frame: unknown) => onFrame?.(frame as never) }
  }

  function stuckBeside(name: string) {
    const bench = stuck()
    return { ...bench, other: attachByHand(bench.executor, name) }
  }

  async function finishLarge(tasks: number) {
    const bench = stuckBeside('bob')
    const { other } = bench
    for (let task = 0; task < tasks; task++) {
      bench.deliver({ ...other.offer(1000 + task, { pixelVersion: 'another' }), pixelVersion: 'pixels-1' })
    }
    await bench.clock.advance(0)
    for (const started of bench.runner.started) started.finish({ bytes: bodyOf(LARGE_BYTES) })
    await bench.clock.advance(0)
    return bench
  }

  it('close the stream of a coordinator that does not take them, and of nobody else', async () => {
    const { clock, closedBy, executor, other, pending } = await finishLarge(1)
    expect(pending).toHaveLength(1)
    await clock.advance(RESULT_STALL_MS - 1)
    expect(closedBy()).toBeUndefined()
    await clock.advance(1)
    expect(closedBy()).toMatchObject({ code: 'ERR_DEADLINE' })
    other.offer(1)
    await clock.advance(0)
    expect(other.answer(1)).toBe('accept')
    expect(executor.read().running).toBe(1)
  })

  it('are counted as stuck from the first one on, however many more are finished', async () => {
    const { clock, closedBy, deliver, other, runner } = await finishLarge(1)
    for (let task = 0; task < 4; task++) {
      await clock.advance(RESULT_STALL_MS / 5)
      deliver({ ...other.offer(2000 + task, { pixelVersion: 'another' }), pixelVersion: 'pixels-1' })
      await clock.advance(0)
      runner.started.at(-1)?.finish({ bytes: bodyOf(LARGE_BYTES) })
    }
    expect(closedBy()).toBeUndefined()
    await clock.advance(RESULT_STALL_MS / 5)
    expect(closedBy()).toMatchObject({ code: 'ERR_DEADLINE' })
  })

  it('that pile up unfetched end the making of more for that coordinator', async () => {
    const { clock, deliver, other, runner, pending } = stuckBeside('bob')
    runner.finishAfter(clock, 1, { bytes: bodyOf(LARGE_BYTES) })
    for (let task = 0; task < MAX_ADAPTIVE_CREDIT_TASKS + 3; task++) {
      deliver({ ...other.offer(task, { pixelVersion: 'another' }), pixelVersion: 'pixels-1' })
      await clock.advance(10)
    }
    expect(runner.started).toHaveLength(MAX_ADAPTIVE_CREDIT_TASKS)
    other.offer(1)
    await clock.advance(10)
    expect(other.answer(1)).toBe('result')
    pending[0]?.resolve()
    await clock.advance(10)
    expect(runner.started).toHaveLength(MAX_ADAPTIVE_CREDIT_TASKS + 2)
  })

  it('may be slow as long as chunks leave', async () => {
    const { clock, closedBy, pending } = await finishLarge(2)
    for (let chunk = 0; chunk < 5; chunk++) {
      await clock.advance(RESULT_STALL_MS - 1_000)
      pending[0]?.onChunk?.()
    }
    await clock.advance(RESULT_STALL_MS - 1_000)
    pending[0]?.resolve()
    await clock.advance(RESULT_STALL_MS - 1_000)
    pending[1]?.resolve()
    await clock.advance(10 * RESULT_STALL_MS)
    expect(closedBy()).toBeUndefined()
  })

  it('are named in beats until they have left', async () => {
    const { clock, pending, sent } = await finishLarge(1)
    await clock.advance(3_000)
    expect(sent.filter((kind) => kind === 'beat')).toHaveLength(3)
    pending[0]?.resolve()
    await clock.advance(10_000)
    expect(sent.filter((kind) => kind === 'beat')).toHaveLength(3)
  })

  it('stop when their attempt is cancelled', async () => {
    const { executor, clock, runner } = setUpExecutor()
    const alice = attachByHand(executor, 'alice')
    alice.offer(1)
    await clock.advance(0)
    runner.started[0]?.finish({ bytes: bodyOf(40 * MAX_CHUNK_BYTES) })
    await Promise.resolve()
    alice.cancel(attemptOf(1))
    await clock.advance(0)
    expect(alice.of('chunk').length).toBeLessThan(40)
    expect(alice.closed).toBeUndefined()
    expect(executor.read().counts).toMatchObject({ accepted: 1, completed: 1 })
  })
})
