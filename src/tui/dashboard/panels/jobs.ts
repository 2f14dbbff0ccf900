/** The jobs of the cluster: those that run, whoever coordinates them, then those that ended, also before a restart. */

import { barParts } from '../../text/bars.ts'
import { cellText } from '../../text/cell-text.ts'
import { formatBrief, formatCount, formatRate } from '../../text/figures.ts'
import { fitText, type Line, span, type Tone } from '../lines.ts'
import {
  endedOf,
  failedOf,
  isRunning,
  type JobRow,
  jobStateWord,
  ownerOf,
  pipelineOf,
  progressOf,
  rateOf,
  selectedIndex,
  strategyOf,
  totalOf,
} from '../rows.ts'
import type { DashboardModel, PanelContent } from './content.ts'
import { createTable, type TableColumn } from './table.ts'

const STATE_SYMBOLS: Readonly<Record<string, readonly [symbol: string, tone: Tone]>> = {
  running: ['●', 'good'],
  done: ['✓', 'good'],
  'gave up': ['✕', 'bad'],
  stopped: ['■', 'warn'],
}

export function jobState(row: JobRow): Line {
  const word = jobStateWord(row)
  const [symbol, tone] = STATE_SYMBOLS[word] ?? ['?', 'plain']
  return [span(`${symbol} ${word}`, tone)]
}

/** A percentage that is 100 only at the end. */
export const progressPercent = (share: number): string => `${Math.floor(Math.min(1, Math.max(0, share)) * 100)} %`

function barCell(row: JobRow, width: number): Line {
  const { full, empty } = barParts(progressOf(row), width)
  return [span(full, isRunning(row) ? 'good' : 'dim'), span(empty, 'dim')]
}

/** Time left of a running job, time taken by one that ended. */
function timeText(row: JobRow): string {
  if (row.kind === 'finished') return formatBrief(row.finished.summary.elapsedMs)
  const { job } = row
  if (job.state !== 'running') return formatBrief(job.elapsedMs)
  return job.remainingMs === undefined ? '…' : `-${formatBrief(job.remainingMs)}`
}

const right = (text: string, width: number, tone: Tone = 'plain'): Line => [span(fitText(text, width, 'right'), tone)]

function columnsFor(selfId: string): readonly TableColumn<JobRow>[] {
  return [
    { title: 'state', width: 9, maxWidth: 13, rank: 0, cell: (row) => jobState(row) },
    {
      title: 'from',
      width: 8,
      maxWidth: 20,
      rank: 6,
      cell: (row) => (isOfSelf(row, selfId) ? [span('you', 'accent')] : [span(cellText(ownerOf(row)))]),
    },
    { title: 'pipeline', width: 10, maxWidth: 40, rank: 0, cell: (row) => [span(cellText(pipelineOf(row)), 'bold')] },
    { title: 'strategy', width: 8, maxWidth: 22, rank: 7, cell: (row) => cellText(strategyOf(row)) },
    { title: 'progress', width: 8, maxWidth: 30, rank: 3, cell: barCell },
    {
      title: '',
      align: 'right',
      width: 5,
      rank: 1,
      cell: (row, width) => right(progressPercent(progressOf(row)), width),
    },
    {
      title: 'images',
      align: 'right',
      width: 9,
      maxWidth: 11,
      rank: 4,
      cell: (row, width) => right(`${formatCount(endedOf(row))}/${formatCount(totalOf(row))}`, width),
    },
    {
      title: 'fail',
      align: 'right',
      width: 4,
      rank: 5,
      cell: (row, width) => right(formatCount(failedOf(row)), width, failedOf(row) > 0 ? 'bad' : 'dim'),
    },
    { title: 'img/s', align: 'right', width: 5, rank: 2, cell: (row, width) => right(formatRate(rateOf(row)), width) },
    {
      title: 'time',
      align: 'right',
      width: 6,
      maxWidth: 7,
      rank: 2,
      cell: (row, width) => right(timeText(row), width, 'dim'),
    },
  ]
}

const isOfSelf = (row: JobRow, selfId: string): boolean =>
  row.kind === 'live' ? row.job.coordinator === selfId : row.finished.coordinator.id === selfId

export function jobsContent({ snapshot, ui, rows }: DashboardModel, columns: number): PanelContent {
  const table = createTable(columnsFor(snapshot.self.id), columns)
  const selected = selectedIndex(rows.jobs, ui.selected.jobs)
  const running = rows.jobs.filter(isRunning).length
  const ended = rows.jobs.length - running
  return {
    note: [
      `${running} running`,
      ...(ended === 0 ? [] : [`${ended} ended`]),
      ...(ui.sort.jobs === 'newest' ? [] : [`by ${ui.sort.jobs}`]),
    ].join(' · '),
    head: rows.jobs.length === 0 ? [] : [table.head],
    count: rows.jobs.length,
    lineAt: (index) => {
      const row = rows.jobs[index]
      return row === undefined ? [] : table.rowLine(row, index === selected, ui.focus === 'jobs')
    },
    selected,
    hint: rows.jobs.length > 0 ? [] : hintFor(ui.filters.jobs),
  }
}

const hintFor = (filter: string): readonly string[] =>
  filter === ''
    ? ['No jobs yet: press n to submit a folder,', 'or run peer submit FOLDER in another terminal.']
    : ['No job matches the filter: Esc drops it.']
