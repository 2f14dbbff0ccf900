/** What executors have run for each strategy: over the cluster, then per peer. */

import type { PeerSnapshot, StrategyStatistics } from '../../../peer/snapshot.ts'
import { cellText } from '../../text/cell-text.ts'
import { formatBrief, formatCount } from '../../text/figures.ts'
import { fitText, type Line, span } from '../lines.ts'
import { matches } from '../rows.ts'
import type { DashboardModel, PanelContent } from './content.ts'
import { createTable, type TableColumn } from './table.ts'

interface StrategyRow extends StrategyStatistics {
  readonly strategy: string
  /** Undefined for the whole cluster. */
  readonly peer: PeerSnapshot | undefined
  /** Of the strategy's tasks, in [0, 1]. */
  readonly share: number
}

const figure = (text: string, width: number, row: StrategyRow): Line => [
  span(fitText(text, width, 'right'), row.peer === undefined ? 'plain' : 'dim'),
]

const COLUMNS: readonly TableColumn<StrategyRow>[] = [
  {
    title: 'strategy / peer',
    width: 14,
    maxWidth: 34,
    rank: 0,
    cell: ({ strategy, peer }) =>
      peer === undefined ? [span(cellText(strategy), 'bold')] : [span('└ ', 'dim'), span(cellText(peer.name))],
  },
  {
    title: 'tasks',
    align: 'right',
    width: 6,
    rank: 0,
    cell: (row, width) => figure(formatCount(row.tasks), width, row),
  },
  {
    title: 'share',
    align: 'right',
    width: 6,
    rank: 3,
    cell: (row, width) => figure(`${Math.round(row.share * 100)} %`, width, row),
  },
  {
    title: 'total',
    align: 'right',
    width: 7,
    rank: 2,
    cell: (row, width) => figure(formatBrief(row.totalMs), width, row),
  },
  {
    title: 'mean',
    align: 'right',
    width: 7,
    rank: 1,
    cell: (row, width) => figure(formatBrief(row.meanMs), width, row),
  },
]

export function strategiesContent({ snapshot, ui }: DashboardModel, columns: number): PanelContent {
  const rows = strategyRows([snapshot.self, ...snapshot.peers]).filter(({ strategy, peer }) =>
    matches(ui.filters.strategies, strategy, peer?.name ?? ''),
  )
  const table = createTable(COLUMNS, columns)
  return {
    note: 'tasks run, by strategy',
    head: rows.length === 0 ? [] : [table.head],
    count: rows.length,
    lineAt: (index) => {
      const row = rows[index]
      return row === undefined ? [] : table.rowLine(row, false, false)
    },
    selected: undefined,
    hint: rows.length > 0 ? [] : ['No tasks were run yet: press n to submit a folder.'],
  }
}

function strategyRows(peers: readonly PeerSnapshot[]): readonly StrategyRow[] {
  const names = [...new Set(peers.flatMap(({ strategies }) => Object.keys(strategies)))].sort()
  return names.flatMap((strategy) => {
    const parts = peers.flatMap((peer) => {
      const statistics = peer.strategies[strategy]
      return statistics === undefined || statistics.tasks === 0 ? [] : [{ peer, ...statistics }]
    })
    const tasks = parts.reduce((sum, part) => sum + part.tasks, 0)
    const totalMs = parts.reduce((sum, part) => sum + part.totalMs, 0)
    if (tasks === 0) return []
    return [
      { strategy, peer: undefined, tasks, totalMs, meanMs: totalMs / tasks, share: 1 },
      ...parts.map((part) => ({ strategy, ...part, share: part.tasks / tasks })),
    ]
  })
}
