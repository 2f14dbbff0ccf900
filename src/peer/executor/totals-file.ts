/** `totals.json`: tasks, total and mean milliseconds per strategy. People and spreadsheets read it, and we do at the start. */

import type { StrategyTotals } from '../../protocol/messages.ts'

export function printTotals(totals: readonly StrategyTotals[]): string {
  const byName = totals.map(({ strategy, tasks, totalMs }) => [strategy, { tasks, totalMs, meanMs: totalMs / tasks }])
  return `${JSON.stringify(Object.fromEntries(byName), undefined, 2)}\n`
}

/** What is no total is left out: the file may have been edited. @throws SyntaxError when it is no JSON */
export function parseTotals(text: string | undefined): StrategyTotals[] {
  const parsed: unknown = text === undefined ? {} : JSON.parse(text)
  if (typeof parsed !== 'object' || parsed === null) return []
  const totals: StrategyTotals[] = []
  for (const [strategy, entry] of Object.entries(parsed)) {
    const { tasks, totalMs } = Object(entry) as { tasks?: unknown; totalMs?: unknown }
    if (!isCount(tasks) || !Number.isInteger(tasks) || tasks === 0 || !isCount(totalMs)) continue
    totals.push({ strategy, tasks, totalMs })
  }
  return totals
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0
