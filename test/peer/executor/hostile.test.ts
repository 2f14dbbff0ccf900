import { describe, expect, it } from 'vitest'
import { MAX_PARKED_PER_COORDINATOR } from '../../../src/base/limits.ts'
import {
  attachByHand,
  attemptOf,
  bodyOf,
  type HandCoordinator,
  LARGE_BYTES,
  setUpExecutor,
} from './hand-coordinator.ts'

/** Plays `attack` on an executor that works for somebody else at the same time. */
async function attack(play: (mallory: HandCoordinator) => void) {
  const { executor, clock, runner } = setUpExecutor({ slots: 2 })
  const alice = attachByHand(executor, 'alice')
  const mallory = attachByHand(executor, 'mallory')
  alice.offer(1)
  await clock.advance(0)
  play(mallory)
  await clock.advance(0)
  alice.offer(2)
  await clock.advance(0)
  runner.finishAfter(clock, 1)
  for (const started of runner.started) started.finish()
  await clock.advance(500)
  expect(alice.of('result').map(({ task }) => task)).toEqual([1, 2])
  expect(alice.closed).toBeUndefined()
  return { mallory, executor, runner }
}

async function expectStreamLost(play: (mallory: HandCoordinator) => void) {
  const { mallory, executor } = await attack(play)
  expect(mallory.closed?.error).toBeDefined()
  expect(executor.read()).toMatchObject({ running: 0, parked: 0 })
}

describe('a hostile coordinator loses its stream and costs others nothing when it', () => {
  it('sends chunks of a task that it never offered', () =>
    expectStreamLost((mallory) => mallory.chunk(attemptOf(66), 0, bodyOf(10))))

  it('sends chunks of a task whose body came inline', () =>
    expectStreamLost((mallory) => mallory.chunk(mallory.offer(66), 0, bodyOf(10))))

  it('sends chunks before ACCEPT', () =>
    expectStreamLost((mallory) => {
      for (let task = 50; task < 60; task++) mallory.offerLarge(task, bodyOf(LARGE_BYTES))
      mallory.chunk(attemptOf(59), 0, bodyOf(10))
    }))

  it('sends more bytes than it announced', () =>
    expectStreamLost((mallory) =>
      mallory.chunk(mallory.offerLarge(66, bodyOf(LARGE_BYTES)), 0, bodyOf(LARGE_BYTES + 1)),
    ))

  it('leaves a gap', () =>
    expectStreamLost((mallory) => mallory.chunk(mallory.offerLarge(66, bodyOf(LARGE_BYTES)), 5, bodyOf(10))))

  it('offers the same attempt twice', () =>
    expectStreamLost((mallory) => {
      mallory.offer(66)
      mallory.offer(66)
    }))

  it('announces another size than it sends inline', () =>
    expectStreamLost((mallory) => mallory.offer(66, { sizeBytes: 11 })))

  it('announces an empty body', () =>
    expectStreamLost((mallory) => mallory.offer(66, { sizeBytes: 0, body: new Uint8Array(0) })))
})

describe('a greedy coordinator', () => {
  it('that offers beyond its credit hears BUSY and keeps its stream', async () => {
    const { mallory, executor, runner } = await attack((greedy) => {
      for (let task = 100; task < 1_100; task++) greedy.offer(task)
    })
    expect(mallory.closed).toBeUndefined()
    const busy = mallory.of('refuse').filter(({ reason }) => reason === 'BUSY').length
    expect(busy).toBeGreaterThan(1_000 - MAX_PARKED_PER_COORDINATOR - 20)
    expect(busy + mallory.of('result').length).toBe(1_000)
    expect(runner.mostActive).toBeLessThanOrEqual(2)
    expect(executor.read()).toMatchObject({ running: 0, parked: 0 })
  })

  it('that cancels and offers without end leaves nothing behind', async () => {
    const { mallory, executor } = await attack((restless) => {
      for (let attempt = 0; attempt < 500; attempt++) {
        const ref = restless.offerLarge(66, bodyOf(LARGE_BYTES), { attempt })
        restless.cancel(ref)
      }
    })
    expect(mallory.closed).toBeUndefined()
    expect(executor.read()).toMatchObject({ running: 0, parked: 0 })
  })
})
