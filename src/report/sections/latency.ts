/** How long the stages of an image took. */

import type { Distribution } from '../../peer/job-events.ts'
import { formatDuration, formatShare } from '../../tui/text/figures.ts'
import { latencyChart, STAGE_TEXT, stageRows } from '../charts/latency-chart.ts'
import { REPORT_STAGES } from '../collect.ts'
import { type Markup, markup } from '../markup.ts'
import type { JobReport } from '../report.ts'
import { tableOf } from '../table.ts'
import { headingOf } from './headings.ts'

export const latencySection = (jobs: readonly JobReport[]): Markup =>
  markup`<section id="latency" aria-labelledby="latency-title"><h2 id="latency-title">Latency by stage</h2>
<p>How many images took how long. The axis is logarithmic: each line is ten times the one before.</p>
<p class="key"><span><svg viewBox="0 0 10 8" width="10" height="8" aria-hidden="true"><path class="median" d="M5 .5l4 6.5H1z"/></svg> median</span><span><svg viewBox="0 0 10 8" width="10" height="8" aria-hidden="true"><path class="p95" d="M5 .5l4 6.5H1z"/></svg> 95 % took at most this</span></p>
${jobs.map((job, index) => latencyOf(job, index, jobs.length))}</section>`

const COLUMNS = [
  { title: 'stage' },
  { title: 'images' },
  { title: 'mean' },
  { title: 'median' },
  { title: 'p95' },
  { title: 'longest' },
  { title: 'share of time' },
] as const

function latencyOf({ summary, collected }: JobReport, index: number, count: number): Markup {
  const heading = headingOf(summary.strategy, count)
  if (collected.images.count === 0) return markup`${heading}<p>No image was done.</p>`
  const totalMs = REPORT_STAGES.reduce((sum, stage) => sum + collected.stages[stage].totalMs, 0)
  const rows = stageRows(summary, collected).map(({ name, histogram, figures }) => [
    name,
    histogram.count,
    formatDuration(histogram.totalMs / histogram.count),
    ...quantiles(figures),
    formatDuration(histogram.longestMs),
    name === STAGE_TEXT.image ? '' : formatShare(histogram.totalMs / totalMs),
  ])
  const tiles = collected.tiles > 0 && markup`<p>Stages are those of images that were not done in tiles.</p>`
  return markup`${heading}${latencyChart(`latency-chart-${index}`, summary, collected)}${tableOf(`Latency, ${summary.strategy}`, COLUMNS, rows)}${tiles}`
}

const quantiles = (figures: Distribution | undefined): readonly string[] =>
  figures === undefined ? ['-', '-'] : [formatDuration(figures.medianMs), formatDuration(figures.p95Ms)]
