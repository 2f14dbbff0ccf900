/** Whatever peers do, a job ends, and every image is done exactly once or listed as failed. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom, hashToUnit } from '../../../src/base/random.ts'
import { STRATEGY_NAMES } from '../../../src/peer/coordinator/strategies/index.ts'
import { FakeCluster, FakeExecutor, type FakeExecutorOptions, type Move } from '../../support/fake-cluster.ts'
import { startJob } from '../../support/job-harness.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

/** Shares of each kind of misbehaviour in [0, 1); the rest runs. */
interface Character {
  readonly refuse: number
  readonly busy: number
  readonly crash: number
  readonly die: number
  readonly forget: number
  readonly garble: number
  readonly delay: number
  readonly slots: number
  readonly serviceMs: number
}

const share = fc.double({ min: 0, max: 0.3, noNaN: true })
const character: fc.Arbitrary<Character> = fc.record({
  refuse: share,
  busy: share,
  crash: fc.double({ min: 0, max: 0.05, noNaN: true }),
  die: fc.double({ min: 0, max: 0.05, noNaN: true }),
  forget: fc.double({ min: 0, max: 0.05, noNaN: true }),
  garble: fc.double({ min: 0, max: 0.05, noNaN: true }),
  delay: share,
  slots: fc.integer({ min: 1, max: 4 }),
  serviceMs: fc.integer({ min: 1, max: 500 }),
})

function optionsOf(one: Character, name: string, seed: number): FakeExecutorOptions {
  const script = ({ task, attempt }: { task: number; attempt: number }): Move => {
    let draw = hashToUnit(seed, name, task, attempt)
    const isDrawn = (probability: number): boolean => {
      draw -= probability
      return draw < 0
    }
    if (isDrawn(one.refuse)) return { do: 'refuse', reason: 'REFUSED_LOAD' }
    if (isDrawn(one.busy)) return { do: 'refuse', reason: 'BUSY' }
    if (isDrawn(one.crash)) return { do: 'fail', code: 'ERR_WORKER_CRASHED' }
    if (isDrawn(one.die)) return { do: 'die' }
    if (isDrawn(one.forget)) return { do: 'accept-and-forget' }
    if (isDrawn(one.garble)) return { do: 'garble' }
    return { do: 'run', delayMs: isDrawn(one.delay) ? 1_000 : 0 }
  }
  return { name, slots: one.slots, serviceMs: one.serviceMs, script }
}

describe('over any cluster', () => {
  it('a job ends with every image done once or listed, and never beyond the credits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(character, { minLength: 1, maxLength: 5 }),
        fc.integer(),
        fc.constantFrom(...STRATEGY_NAMES),
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        fc.constantFrom(0, 0.2, 1),
        async (characters, seed, strategy, images, stopsOne, verify) => {
          const clock = createVirtualClock()
          const cluster = new FakeCluster()
          const executors = characters.map((one, index) => new FakeExecutor(clock, optionsOf(one, `p${index}`, seed)))
          cluster.join(...executors)
          const hedge = strategy === 'balanced'
          const job = startJob({ clock, cluster, images, strategy, seed, hedge, verify, waitMs: 60_000 })
          if (stopsOne) {
            const victim = executors[Math.floor(createRandom(seed).next() * executors.length)]
            await clock.advance(700)
            victim?.stop()
            await clock.advance(8_000)
            victim?.continue()
          }
          await clock.advanceUntil(job.isEnded, 3_600_000)
          const summary = await job.summary

          expect(['done', 'some-failed']).toContain(summary.outcome)
          expect(summary.done + summary.failed).toBe(images)
          expect(job.saved.size).toBe(summary.done)
          expect([...job.saved.values()].every((count) => count === 1)).toBe(true)
          for (const executor of executors) expect(executor.mostHeld).toBeLessThanOrEqual(executor.slots + 1)
        },
      ),
      { numRuns: 150 },
    )
  })
})
