import { describe, expect, it } from 'vitest'
import type { LoadMeter } from '../../../src/peer/executor/index.ts'
import { attachByHand, setUpExecutor } from './hand-coordinator.ts'

describe('an executor under load', () => {
  async function answersOf(load: number, mode: 'execute' | 'delayed-execute', seed = 'a peer') {
    const { executor, clock, runner } = setUpExecutor({ load, seed, slots: 1 })
    runner.finishAfter(clock, 10)
    const alice = attachByHand(executor, 'alice')
    const answers: string[] = []
    for (let task = 0; task < 200; task++) {
      alice.offer(task, { mode })
      await clock.advanceUntil(() => ['result', 'refuse REFUSED_LOAD'].includes(alice.answer(task)), 60_000)
      const delayMs = alice.of('accept').find((frame) => frame.task === task)?.delayMs
      answers.push(delayMs === undefined ? 'refused' : `after ${delayMs}`)
    }
    return { answers, counts: executor.read().counts }
  }
  const count = (answers: string[], answer: string) => answers.filter((given) => given === answer).length

  it('at 0 takes everything at once', async () => {
    const { answers, counts } = await answersOf(0, 'execute')
    expect(count(answers, 'after 0')).toBe(200)
    expect(counts).toMatchObject({ accepted: 200, refused: 0, delayed: 0, completed: 200 })
  })

  it('at 1 refuses every task that may be refused', async () => {
    const { answers, counts } = await answersOf(1, 'execute')
    expect(count(answers, 'refused')).toBe(200)
    expect(counts).toMatchObject({ accepted: 0, refused: 200 })
  })

  it('at 1 takes every task that must be taken, and sleeps before each', async () => {
    const { answers, counts } = await answersOf(1, 'delayed-execute')
    expect(count(answers, 'after 3000')).toBe(200)
    expect(counts).toMatchObject({ accepted: 200, delayed: 200, refused: 0, completed: 200 })
  })

  it('in between refuses and delays by independent draws that a seed repeats', async () => {
    const { answers, counts } = await answersOf(0.5, 'execute')
    // 200 draws: four standard deviations are 28
    expect(Math.abs(counts.refused - 100)).toBeLessThan(28)
    expect(Math.abs(counts.delayed - counts.accepted / 2)).toBeLessThan(20)
    expect(counts.accepted + counts.refused).toBe(200)
    expect((await answersOf(0.5, 'execute')).answers).toEqual(answers)
    expect((await answersOf(0.5, 'execute', 'another peer')).answers).not.toEqual(answers)
  })

  it('holds one slot with its sleep and says so', async () => {
    const { executor, clock, runner } = setUpExecutor({ load: 1, slots: 1 })
    const alice = attachByHand(executor, 'alice')
    alice.offer(1, { mode: 'delayed-execute' })
    alice.offer(2, { mode: 'delayed-execute' })
    await clock.advance(2_999)
    expect(runner.started).toHaveLength(0)
    expect(executor.read()).toMatchObject({ running: 1, parked: 1 })
    await clock.advance(1)
    expect(runner.started).toHaveLength(1)
    await clock.advance(500)
    runner.started[0]?.finish()
    await clock.advance(0)
    expect(alice.of('result')[0]?.stages).toMatchObject({ delayMs: 3_000, queueMs: 0 })
    await clock.advance(2_999)
    expect(runner.started).toHaveLength(1)
    await clock.advance(1)
    expect(runner.started).toHaveLength(2)
    runner.started[1]?.finish()
    await clock.advance(0)
    expect(alice.of('result')[1]?.stages).toMatchObject({ delayMs: 3_000, queueMs: 3_500 })
    expect(executor.read().strategies).toEqual([{ strategy: 'balanced', tasks: 2, totalMs: 6_008 }])
  })

  it('refuses by load at once even when its park is full: load never takes a place', async () => {
    const { executor, clock } = setUpExecutor({ load: 0, slots: 1 })
    const alice = attachByHand(executor, 'alice')
    for (let task = 0; task < 18; task++) alice.offer(task)
    await clock.advance(0)
    executor.setLoadProbability(1)
    alice.offer(100)
    await clock.advance(0)
    expect(alice.answer(100)).toBe('refuse REFUSED_LOAD')
    expect(alice.of('refuse')[0]?.load.loadProbability).toBe(1)
    expect(executor.read()).toMatchObject({ loadProbability: 1, running: 1, parked: 17 })
  })

  it('on auto follows the meter, refuses in every mode and never sleeps', async () => {
    let tell: (share: number) => void = () => {}
    let isStopped = false
    const measureLoad: LoadMeter = {
      start(onShare) {
        tell = onShare
        return () => {
          isStopped = true
        }
      },
    }
    const { executor, clock, runner } = setUpExecutor({ load: 'auto' }, { measureLoad })
    const alice = attachByHand(executor, 'alice')
    alice.offer(1, { mode: 'delayed-execute' })
    await clock.advance(0)
    expect(alice.of('accept')).toMatchObject([{ task: 1, delayMs: 0 }])
    expect(runner.started).toHaveLength(1)
    tell(1)
    alice.offer(2, { mode: 'delayed-execute' })
    await clock.advance(0)
    expect(alice.answer(2)).toBe('refuse REFUSED_LOAD')
    expect(executor.read().loadProbability).toBe(1)
    await executor.close()
    expect(isStopped).toBe(true)
  })
})
