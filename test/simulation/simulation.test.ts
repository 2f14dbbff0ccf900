import { describe, expect, it } from 'vitest'
import { runSeed } from './run-seed.ts'

const SEEDS = 200
const PER_TEST = 25

describe('a simulated cluster', () => {
  it.each(Array.from({ length: SEEDS / PER_TEST }, (_, index) => 1 + index * PER_TEST))(
    `keeps every promise under ${PER_TEST} scenarios from seed %i on`,
    async (from) => {
      for (let seed = from; seed < from + PER_TEST; seed++) {
        const { violations } = await runSeed(seed)
        expect(violations, `npm run simulate -- --seed ${seed} --trace`).toEqual([])
      }
    },
  )

  it.each([3, 77, 138])('goes the same way again: seed %i', async (seed) => {
    const first = await runSeed(seed, { isTraced: true })
    const again = await runSeed(seed, { isTraced: true })
    const untraced = await runSeed(seed)
    expect(first.traceLines.length).toBeGreaterThan(50)
    expect(again.traceHash).toBe(first.traceHash)
    expect(untraced.events).toBe(first.events)
    expect(first.traceHash).not.toBe((await runSeed(seed + 1, { isTraced: true })).traceHash)
  })
})
