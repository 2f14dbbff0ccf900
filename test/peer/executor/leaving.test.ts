import { describe, expect, it } from 'vitest'
import { attachByHand, attemptOf, bodyOf, LARGE_BYTES, setUpExecutor } from './hand-coordinator.ts'

/** One running, one receiving, one ready, one parked; slots are 1 and the window is 3. */
async function inEveryState() {
  const bench = setUpExecutor({ slots: 1 })
  // two slots' worth of window is two: a far coordinator makes it three
  const alice = attachByHand(bench.executor, 'alice', () => 20)
  alice.offer(0)
  await bench.clock.advance(10)
  bench.runner.started[0]?.finish()
  await bench.clock.advance(0)
  alice.offer(1)
  alice.offerLarge(2, bodyOf(LARGE_BYTES))
  alice.offer(3)
  alice.offer(4)
  await bench.clock.advance(0)
  return { ...bench, alice }
}

describe('cancelling', () => {
  it('drops what is parked, waits for its body, or is ready, without a word', async () => {
    const { executor, clock, runner, alice } = await inEveryState()
    expect([1, 2, 3, 4].map(alice.answer)).toEqual(['accept', 'accept', 'accept', 'none'])
    expect(executor.read()).toMatchObject({ running: 1, parked: 3 })
    const framesBefore = alice.frames.length
    for (const task of [4, 3, 2]) alice.cancel(attemptOf(task))
    await clock.advance(0)
    expect(executor.read()).toMatchObject({ running: 1, parked: 0 })
    expect(alice.frames).toHaveLength(framesBefore)
    runner.started[1]?.finish()
    await clock.advance(60_000)
    expect(runner.started).toHaveLength(2)
    expect(alice.of('result').map(({ task }) => task)).toEqual([0, 1])
    expect(executor.read().counts).toMatchObject({ accepted: 4, completed: 2, failed: 0 })
  })

  it('lets chunks pass that were under way, and no more than were announced', async () => {
    const { clock, alice } = await inEveryState()
    alice.cancel(attemptOf(2))
    alice.chunk(attemptOf(2), 0, bodyOf(LARGE_BYTES - 1))
    await clock.advance(0)
    expect(alice.closed).toBeUndefined()
    alice.chunk(attemptOf(2), LARGE_BYTES - 1, bodyOf(2))
    await clock.advance(0)
    expect(alice.closed).toBeDefined()
  })

  it('lets a running task finish in its slot and throws it away', async () => {
    const { executor, clock, runner, alice } = await inEveryState()
    alice.cancel(attemptOf(1))
    await clock.advance(0)
    expect(runner.started).toHaveLength(2)
    expect(executor.read()).toMatchObject({ running: 1 })
    runner.started[1]?.finish()
    await clock.advance(0)
    expect(alice.answer(1)).toBe('accept')
    expect(runner.started).toHaveLength(3)
  })

  it('frees the slot of a sleeping task at once', async () => {
    const { executor, clock, runner } = setUpExecutor({ load: 1, slots: 1 })
    const alice = attachByHand(executor, 'alice')
    alice.offer(1, { mode: 'delayed-execute' })
    alice.offer(2, { mode: 'delayed-execute' })
    await clock.advance(1_000)
    alice.cancel(attemptOf(1))
    await clock.advance(2_999)
    expect(runner.started).toHaveLength(0)
    await clock.advance(1)
    expect(runner.started).toHaveLength(1)
    expect(alice.answer(1)).toBe('accept')
    expect(executor.read()).toMatchObject({ running: 1, parked: 0 })
  })

  it('of something that is not held means nothing', async () => {
    const { clock, alice } = await inEveryState()
    alice.cancel(attemptOf(0))
    alice.cancel(attemptOf(99))
    await clock.advance(0)
    expect(alice.closed).toBeUndefined()
  })

  it('makes room for the same attempt again', async () => {
    const { clock, alice } = await inEveryState()
    alice.cancel(attemptOf(4))
    alice.offer(4)
    await clock.advance(0)
    expect(alice.closed).toBeUndefined()
  })
})

describe('pausing', () => {
  it('refuses new tasks, hands back parked ones, and lets accepted ones go on', async () => {
    const { executor, clock, runner, alice } = await inEveryState()
    executor.pause()
    alice.offer(5)
    await clock.advance(0)
    expect([4, 5].map(alice.answer)).toEqual(['refuse PAUSED', 'refuse PAUSED'])
    expect(alice.of('refuse').every(({ isPermanent, load }) => !isPermanent && load.isPaused)).toBe(true)
    expect(executor.read().isPaused).toBe(true)
    runner.started[1]?.finish()
    await clock.advance(0)
    expect(runner.started).toHaveLength(3)
    executor.resume()
    alice.offer(6)
    await clock.advance(0)
    expect(alice.answer(6)).toBe('accept')
    expect(executor.read().isPaused).toBe(false)
  })
})

describe('draining', () => {
  it('hands back at once what is in no slot, and resolves when the rest is done', async () => {
    const { executor, clock, runner, alice } = await inEveryState()
    let isDrained = false
    const drained = executor.drain(5_000).then(() => {
      isDrained = true
    })
    alice.offer(5)
    await clock.advance(1_000)
    expect([1, 2, 3, 4, 5].map(alice.answer)).toEqual(['accept', ...Array(4).fill('refuse DRAINING')])
    expect(isDrained).toBe(false)
    expect(executor.read()).toMatchObject({ isDraining: true, running: 1, parked: 0 })
    runner.started[1]?.finish()
    await clock.advance(0)
    expect(alice.answer(1)).toBe('result')
    expect(isDrained).toBe(true)
    await drained
    expect(executor.read().counts).toMatchObject({ accepted: 4, completed: 2, refused: 4 })
  })

  it('hands back what still runs when the time is over', async () => {
    const { executor, clock, runner, alice } = await inEveryState()
    let isDrained = false
    void executor.drain(5_000).then(() => {
      isDrained = true
    })
    await clock.advance(4_999)
    expect([isDrained, alice.answer(1)]).toEqual([false, 'accept'])
    await clock.advance(1)
    expect([isDrained, alice.answer(1)]).toEqual([true, 'refuse DRAINING'])
    runner.started[1]?.finish()
    await clock.advance(0)
    expect(alice.answer(1)).toBe('refuse DRAINING')
  })

  it('is shortened by draining again, and never made longer', async () => {
    const { executor, clock, alice } = await inEveryState()
    let isDrained = false
    void executor.drain(3_600_000).then(() => {
      isDrained = true
    })
    await clock.advance(1_000)
    void executor.drain(5_000)
    void executor.drain(60_000)
    await clock.advance(4_999)
    expect([isDrained, alice.answer(1)]).toEqual([false, 'accept'])
    await clock.advance(1)
    expect([isDrained, alice.answer(1)]).toEqual([true, 'refuse DRAINING'])
  })

  it('of an idle executor resolves at once, also twice', async () => {
    const { executor } = setUpExecutor()
    await executor.drain(5_000)
    await executor.drain(5_000)
    expect(executor.read().isDraining).toBe(true)
  })

  it('lets a sleeping task finish when there is time', async () => {
    const { executor, clock, runner } = setUpExecutor({ load: 1, delayMs: 1_000 })
    const alice = attachByHand(executor, 'alice')
    alice.offer(1, { mode: 'delayed-execute' })
    await clock.advance(500)
    const drained = executor.drain(5_000)
    await clock.advance(600)
    runner.started[0]?.finish()
    await drained
    await clock.advance(0)
    expect(alice.answer(1)).toBe('result')
  })
})

describe('closing', () => {
  it('closes every stream, tells the runner, and takes no new one', async () => {
    const { executor, clock, runner, alice } = await inEveryState()
    const bob = attachByHand(executor, 'bob')
    await executor.close()
    await executor.close()
    await clock.advance(0)
    expect(alice.closed).toEqual({ error: undefined })
    expect(bob.closed).toEqual({ error: undefined })
    expect(runner.started[1]?.signal?.aborted).toBe(true)
    const late = attachByHand(executor, 'late')
    await clock.advance(0)
    expect(late.closed?.error).toBeDefined()
    expect(late.of('credit')).toEqual([])
  })

  it('ends a drain that was under way', async () => {
    const { executor } = await inEveryState()
    const drained = executor.drain(1e6)
    await executor.close()
    await drained
  })
})
