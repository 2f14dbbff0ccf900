import { expect, it } from 'vitest'
import { clusterStrategies } from '../../src/peer/cluster-statistics.ts'

it('sums tasks and time of all peers per strategy; the mean is over the tasks', () => {
  const fast = { random: { tasks: 90, totalMs: 900, meanMs: 10 }, balanced: { tasks: 1, totalMs: 5, meanMs: 5 } }
  const slow = { random: { tasks: 10, totalMs: 1_100, meanMs: 110 } }
  const sums = clusterStrategies([{ strategies: fast }, { strategies: slow }, { strategies: {} }])
  expect(sums).toEqual({
    balanced: { tasks: 1, totalMs: 5, meanMs: 5 },
    random: { tasks: 100, totalMs: 2_000, meanMs: 20 },
  })
  expect(Object.keys(sums)).toEqual(['balanced', 'random'])
})

it('of a cluster that did nothing is empty, and no mean is divided by no task', () => {
  expect(clusterStrategies([])).toEqual({})
  expect(clusterStrategies([{ strategies: { random: { tasks: 0, totalMs: 0, meanMs: 0 } } }])).toEqual({
    random: { tasks: 0, totalMs: 0, meanMs: 0 },
  })
})
