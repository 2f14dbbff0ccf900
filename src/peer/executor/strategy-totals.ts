/** Tasks and milliseconds per strategy. Names come from strangers, so there are at most MAX_STRATEGIES of them. */

import { MAX_STRATEGIES } from '../../base/limits.ts'
import type { StrategyTotals } from '../../protocol/messages.ts'

/** Where tasks of further strategies are counted once the table is full. */
const OTHER = 'other'

export interface StrategyTable {
  /** Counts up with every change. */
  readonly version: number
  /** `elapsedMs`: the sleep and the work of one completed task. */
  add(strategy: string, elapsedMs: number): void
  read(): readonly StrategyTotals[]
}

export function createStrategyTable(initial: readonly StrategyTotals[] = []): StrategyTable {
  const totals = new Map<string, { tasks: number; totalMs: number }>()
  let version = 0

  function addTo(strategy: string, tasks: number, totalMs: number): void {
    const name = totals.has(strategy) || totals.size < MAX_STRATEGIES - 1 ? strategy : OTHER
    const entry = totals.get(name)
    if (entry) {
      entry.tasks += tasks
      entry.totalMs += totalMs
    } else {
      totals.set(name, { tasks, totalMs })
    }
    version++
  }

  for (const { strategy, tasks, totalMs } of initial) addTo(strategy, tasks, totalMs)
  return {
    get version() {
      return version
    },
    add: (strategy, elapsedMs) => addTo(strategy, 1, elapsedMs),
    read: () => Array.from(totals, ([strategy, { tasks, totalMs }]) => ({ strategy, tasks, totalMs })),
  }
}
