import { describe, expect, it } from 'vitest'
import { taskId } from '../../../../src/base/ids.ts'
import { injectedDelayMs, isRefusedByLoad, type LoadPolicy } from '../../../../src/peer/executor/load/draws.ts'
import type { TaskMode } from '../../../../src/protocol/messages.ts'

const TASKS = 4000
const fixed = (probability: number): LoadPolicy => ({ kind: 'fixed', probability })
const auto = (probability: number): LoadPolicy => ({ kind: 'auto', probability })
const offerOf = (task: number, mode: TaskMode = 'execute', attempt = 0) => ({
  seed: BigInt(task) * 977n,
  task: taskId(task),
  attempt,
  mode,
})

function countTasks(holds: (task: number) => boolean): number {
  return Array.from({ length: TASKS }, (_, task) => holds(task)).filter(Boolean).length
}

describe('draws of load', () => {
  it('refuse and delay as often as the probability says', () => {
    for (const probability of [0.1, 0.5, 0.8]) {
      const refused = countTasks((task) => isRefusedByLoad(fixed(probability), 'seed', offerOf(task)))
      const delayed = countTasks((task) => injectedDelayMs(fixed(probability), 'seed', offerOf(task), 3000) === 3000)
      // four standard deviations of 4,000 draws are at most 0.032
      expect(refused / TASKS).toBeGreaterThan(probability - 0.032)
      expect(refused / TASKS).toBeLessThan(probability + 0.032)
      expect(delayed / TASKS).toBeGreaterThan(probability - 0.032)
      expect(delayed / TASKS).toBeLessThan(probability + 0.032)
    }
  })

  it('never happen at 0 and always at 1', () => {
    expect(countTasks((task) => isRefusedByLoad(fixed(0), 'seed', offerOf(task)))).toBe(0)
    expect(countTasks((task) => injectedDelayMs(fixed(0), 'seed', offerOf(task), 3000) > 0)).toBe(0)
    expect(countTasks((task) => isRefusedByLoad(fixed(1), 'seed', offerOf(task)))).toBe(TASKS)
    expect(countTasks((task) => injectedDelayMs(fixed(1), 'seed', offerOf(task), 3000) > 0)).toBe(TASKS)
  })

  it('are the same again for the same seed, and others for another seed or attempt', () => {
    const pattern = (seed: string, attempt = 0) =>
      Array.from({ length: 64 }, (_, task) => isRefusedByLoad(fixed(0.5), seed, offerOf(task, 'execute', attempt)))
    expect(pattern('seed')).toEqual(pattern('seed'))
    expect(pattern('seed')).not.toEqual(pattern('another'))
    expect(pattern('seed')).not.toEqual(pattern('seed', 1))
  })

  it('of refusal and delay are independent', () => {
    const both = countTasks(
      (task) =>
        isRefusedByLoad(fixed(0.5), 'seed', offerOf(task)) && injectedDelayMs(fixed(0.5), 'seed', offerOf(task), 1) > 0,
    )
    expect(both / TASKS).toBeGreaterThan(0.25 - 0.028)
    expect(both / TASKS).toBeLessThan(0.25 + 0.028)
  })

  it('never refuse a task that must be taken, but may delay it', () => {
    expect(countTasks((task) => isRefusedByLoad(fixed(1), 'seed', offerOf(task, 'delayed-execute')))).toBe(0)
    expect(injectedDelayMs(fixed(1), 'seed', offerOf(1, 'delayed-execute'), 3000)).toBe(3000)
  })

  it('under measured load refuse in every mode and never delay', () => {
    expect(isRefusedByLoad(auto(1), 'seed', offerOf(1, 'delayed-execute'))).toBe(true)
    expect(isRefusedByLoad(auto(1), 'seed', offerOf(1, 'execute'))).toBe(true)
    expect(injectedDelayMs(auto(1), 'seed', offerOf(1), 3000)).toBe(0)
  })
})
