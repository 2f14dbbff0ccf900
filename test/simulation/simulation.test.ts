import { describe, expect, it } from 'vitest'
import { createScenario } from './draw-scenario.ts'
import { runSeed } from './run-seed.ts'
import type { Scenario } from './scenario.ts'

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

  it.each([
    ['several jobs and faults', ({ jobs, faults }: Scenario) => jobs.length > 1 && faults.length > 3],
    ['images in tiles', ({ jobs }: Scenario) => jobs.some(({ kind }) => kind === 'tiles')],
    ['data', ({ jobs }: Scenario) => jobs.some(({ kind }) => kind === 'data')],
    ['peers that check a liar', (scenario: Scenario) => hasCheckedLiar(scenario)],
  ] as const)('goes the same way again: %s', async (_, isMeant) => {
    const seed = firstSeed(isMeant)
    const first = await runSeed(seed, { isTraced: true })
    const again = await runSeed(seed, { isTraced: true })
    const untraced = await runSeed(seed)
    expect(first.traceLines.length).toBeGreaterThan(50)
    expect(again.traceHash).toBe(first.traceHash)
    expect(untraced.events).toBe(first.events)
    expect(first.traceHash).not.toBe((await runSeed(seed + 1, { isTraced: true })).traceHash)
  })
})

const hasCheckedLiar = ({ jobs, peers }: Scenario): boolean =>
  jobs.some(({ verify }) => verify > 0) && peers.some(({ character }) => character === 'liar')

function firstSeed(isMeant: (scenario: Scenario) => boolean): number {
  let seed = 1
  while (!isMeant(createScenario(seed))) seed++
  return seed
}
