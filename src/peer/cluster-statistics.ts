/** What the executors of the cluster did under each strategy, all together. */

import type { PeerSnapshot, StrategyStatistics } from './snapshot.ts'

/** By name; the mean is over all tasks, not over the peers' means. Peers that are gone count: what they did was done. */
export function clusterStrategies(
  peers: readonly Pick<PeerSnapshot, 'strategies'>[],
): Readonly<Record<string, StrategyStatistics>> {
  const sums = new Map<string, { tasks: number; totalMs: number }>()
  for (const { strategies } of peers) {
    for (const [name, { tasks, totalMs }] of Object.entries(strategies)) {
      const sum = sums.get(name) ?? { tasks: 0, totalMs: 0 }
      sums.set(name, { tasks: sum.tasks + tasks, totalMs: sum.totalMs + totalMs })
    }
  }
  const byName = [...sums].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    byName.map(([name, { tasks, totalMs }]) => [name, { tasks, totalMs, meanMs: tasks > 0 ? totalMs / tasks : 0 }]),
  )
}
