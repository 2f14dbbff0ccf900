/** Many coordinators at once at few real executors: fair shares, and memory bounded by pixels. */

import { describe, expect, it } from 'vitest'
import { ACCEPTED_PER_SLOT, CREDIT_PIXELS_PER_SLOT } from '../../../src/base/limits.ts'
import { STRATEGY_NAMES } from '../../../src/peer/coordinator/strategies/index.ts'
import { startJob } from '../../support/job-harness.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'
import { clusterOf, createMember } from './members-in-memory.ts'

/** 1 where all are alike, 1/n where one has everything (Jain, Chiu and Hawe 1984). */
const jainIndex = (rates: readonly number[]): number =>
  rates.reduce((sum, rate) => sum + rate, 0) ** 2 / (rates.length * rates.reduce((sum, rate) => sum + rate ** 2, 0))

describe('ten coordinators at four peers', () => {
  it.each(STRATEGY_NAMES)('have fair shares under %s', async (strategy) => {
    const clock = createVirtualClock()
    const members = [
      createMember(clock, 'one', 1, 0, 40),
      createMember(clock, 'two', 2, 0, 60),
      createMember(clock, 'three', 2, 0.2, 80),
      createMember(clock, 'four', 4, 0, 100),
    ]
    const ended = new AbortController()
    const jobs = Array.from({ length: 10 }, (_, index) =>
      startJob({
        clock,
        cluster: clusterOf(members, `coordinator ${index}`),
        images: 2_000,
        seed: index + 1,
        strategy,
        signal: ended.signal,
      }),
    )
    await clock.advance(2_000)
    const before = jobs.map(({ saved }) => saved.size)
    await clock.advance(10_000)
    const rates = jobs.map(({ saved }, index) => saved.size - (before[index] ?? 0))
    expect(Math.min(...rates)).toBeGreaterThan(0)
    expect(jainIndex(rates)).toBeGreaterThanOrEqual(0.95)
    ended.abort()
    await clock.advanceUntil(() => jobs.every((job) => job.isEnded()), 60_000)
    for (const { executor } of members) await executor.close()
  })
})

describe('an executor that is offered more than it can hold', () => {
  it('accepts by pixels, not by tasks', async () => {
    const clock = createVirtualClock()
    const slots = 2
    const member = createMember(clock, 'small', slots, 0, 500)
    const pixels = 400_000 * 100 // 40 MP
    const jobs = Array.from({ length: 8 }, (_, index) =>
      startJob({
        clock,
        cluster: clusterOf([member], `coordinator ${index}`),
        images: 6,
        seed: index + 1,
        widthPx: pixels / 100,
      }),
    )
    let mostHeld = 0
    let mostOffered = 0
    while (!jobs.every((job) => job.isEnded())) {
      await clock.advance(20)
      const { counts, parked, running } = member.executor.read()
      mostHeld = Math.max(mostHeld, counts.accepted - counts.completed)
      mostOffered = Math.max(mostOffered, parked + running)
    }
    expect((await Promise.all(jobs.map(({ summary }) => summary))).map(({ done }) => done)).toEqual(Array(8).fill(6))
    // eight coordinators offered what their credits allow, which is more than it takes at once
    expect(mostOffered * pixels).toBeGreaterThan(8 * CREDIT_PIXELS_PER_SLOT * slots - 8 * pixels)
    expect(mostHeld * pixels).toBeLessThanOrEqual(ACCEPTED_PER_SLOT * CREDIT_PIXELS_PER_SLOT * slots)
    expect(mostHeld).toBeGreaterThan(slots)
    await member.executor.close()
  })
})
