/** Runs of several strategies side by side: the table and the file of `peer compare`, and the table of `peer demo`. */

import type { JobSummary } from '../peer/job-events.ts'
import { tableLines } from '../tui/text/columns.ts'
import { formatDuration, formatRate } from '../tui/text/figures.ts'
import type { JobRun } from './run-job.ts'
import { totalDelayed, totalRefusals } from './summary-lines.ts'

/** Figures of one strategy, means over its runs. */
export interface StrategyFigures {
  readonly runs: number
  readonly images: number
  readonly failed: number
  readonly elapsedMs: number
  readonly fastestMs: number
  readonly slowestMs: number
  readonly imagesPerSecond: number
  readonly meanMs: number
  readonly medianMs: number
  readonly p95Ms: number
  readonly refusals: number
  readonly retries: number
  readonly delayed: number
  /** Injected sleep per image. */
  readonly meanDelayMs: number
  /** How many times faster than random; null when random was not run. */
  readonly speedup: number | null
}

export interface ComparedStrategy {
  readonly strategy: string
  readonly figures: StrategyFigures
  readonly runs: readonly JobSummary[]
}

/** The content of `compare.json`, and the last line of `peer compare --json`. */
export interface Comparison {
  readonly event: 'comparison'
  readonly pipeline: string
  readonly repeat: number
  readonly startedAt: string
  readonly endedAt: string
  readonly strategies: readonly ComparedStrategy[]
}

/** Runs by strategy, in the order in which the strategies are to be shown. */
export type RunsByStrategy = ReadonlyMap<string, readonly JobRun[]>

export function compareRuns(runsByStrategy: RunsByStrategy): readonly ComparedStrategy[] {
  const randomMs = meanOf(runsByStrategy.get('random') ?? [], (run) => run.summary.elapsedMs)
  return [...runsByStrategy].map(([strategy, runs]) => ({
    strategy,
    figures: figuresOf(runs, randomMs),
    runs: runs.map((run) => run.summary),
  }))
}

function figuresOf(runs: readonly JobRun[], randomMs: number): StrategyFigures {
  const mean = (figure: (run: JobRun) => number): number => meanOf(runs, figure)
  const elapsed = runs.map((run) => run.summary.elapsedMs)
  const elapsedMs = mean((run) => run.summary.elapsedMs)
  return {
    runs: runs.length,
    images: runs[0]?.summary.images ?? 0,
    failed: Math.max(0, ...runs.map((run) => run.summary.failed)),
    elapsedMs,
    fastestMs: Math.min(...elapsed),
    slowestMs: Math.max(...elapsed),
    imagesPerSecond: mean((run) => run.summary.imagesPerSecond),
    meanMs: mean((run) => run.summary.perImage.meanMs),
    medianMs: mean((run) => run.summary.perImage.medianMs),
    p95Ms: mean((run) => run.summary.perImage.p95Ms),
    refusals: mean((run) => totalRefusals(run.summary)),
    retries: mean((run) => run.summary.retries),
    delayed: mean((run) => totalDelayed(run.summary)),
    meanDelayMs: mean((run) => (run.summary.done === 0 ? 0 : run.delayMs / run.summary.done)),
    speedup: randomMs > 0 && elapsedMs > 0 ? randomMs / elapsedMs : null,
  }
}

const COLUMNS = [
  { title: 'strategy' },
  { title: 'images', align: 'right' },
  { title: 'elapsed', align: 'right' },
  { title: 'images/s', align: 'right' },
  { title: 'mean', align: 'right' },
  { title: 'median', align: 'right' },
  { title: 'p95', align: 'right' },
  { title: 'refusals', align: 'right' },
  { title: 'retries', align: 'right' },
  { title: 'delayed', align: 'right' },
  { title: 'vs random', align: 'right' },
] as const

/** Columns that a caller adds behind the common ones, computed per strategy. */
export interface ExtraColumn {
  readonly title: string
  cell(compared: ComparedStrategy): string
}

export function comparisonLines(
  strategies: readonly ComparedStrategy[],
  extraColumns: readonly ExtraColumn[] = [],
): readonly string[] {
  const columns = [...COLUMNS, ...extraColumns.map(({ title }) => ({ title, align: 'right' }) as const)]
  const rows = strategies.map((compared) => {
    const { strategy, figures } = compared
    const spread = ` (${formatDuration(figures.fastestMs)} to ${formatDuration(figures.slowestMs)})`
    return [
      strategy,
      figures.failed === 0 ? String(figures.images) : `${figures.images}, ${figures.failed} failed`,
      formatDuration(figures.elapsedMs) + (figures.runs > 1 ? spread : ''),
      formatRate(figures.imagesPerSecond),
      formatDuration(figures.meanMs),
      formatDuration(figures.medianMs),
      formatDuration(figures.p95Ms),
      countText(figures.refusals),
      countText(figures.retries),
      countText(figures.delayed),
      figures.speedup === null ? '-' : `${figures.speedup.toFixed(2)}x`,
      ...extraColumns.map((column) => column.cell(compared)),
    ]
  })
  return tableLines(columns, rows)
}

/** A count, or a mean of counts with one decimal. */
const countText = (count: number): string => (Number.isInteger(count) ? String(count) : count.toFixed(1))

function meanOf(runs: readonly JobRun[], figure: (run: JobRun) => number): number {
  return runs.length === 0 ? 0 : runs.reduce((sum, run) => sum + figure(run), 0) / runs.length
}
