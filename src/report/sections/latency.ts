/** How long the stages of an image took. */

import type { Distribution } from '../../peer/job-events.ts'
import { formatDuration, formatShare } from '../../tui/text/figures.ts'
import { latencyAxisEndMs, latencyChart, STAGE_TEXT, stageRows } from '../charts/latency-chart.ts'
import { REPORT_STAGES } from '../collect.ts'
import { type Markup, markup } from '../markup.ts'
import type { JobReport, Report } from '../report.ts'
import { tableOf } from '../table.ts'
import { firstRunNote, headingOf } from './headings.ts'

export const latencySection = ({ jobs, strategies }: Report): Markup =>
  markup`<section id="latency" aria-labelledby="latency-title"><h2 id="latency-title">Latency by stage</h2>
<p>How many images took how long. The axis is logarithmic: each line is ten times the one before.</p>
${firstRunNote(strategies)}
<p class="key"><span><svg viewBox="0 0 10 8" width="10" height="8" aria-hidden="true"><path class="median" d="M5 .5l4 6.5H1z"/></svg> median</span><span><svg viewBox="0 0 10 8" width="10" height="8" aria-hidden="true"><path class="p95" d="M5 .5l4 6.5H1z"/></svg> 95 % took at most this</span></p>
${jobs.map((job, index) => latencyOf(job, index, jobs))}</section>`

const COLUMNS = [
  { title: 'stage' },
  { title: 'images' },
  { title: 'mean' },
  { title: 'median' },
  { title: 'p95' },
  { title: 'longest' },
  { title: 'share of time' },
] as const

function latencyOf({ summary, collected }: JobReport, index: number, jobs: readonly JobReport[]): Markup {
  const heading = headingOf(summary.strategy, jobs.length)
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
  const axisEndMs = latencyAxisEndMs(jobs.map((job) => job.collected))
  const tiles = collected.tiles > 0 && markup`<p>Stages are those of images that were not done in tiles.</p>`
  return markup`${heading}${latencyChart(`latency-chart-${index}`, summary, collected, axisEndMs)}${tableOf(`Latency, ${summary.strategy}`, COLUMNS, rows)}${tiles}`
}

const quantiles = (figures: Distribution | undefined): readonly string[] =>
  figures === undefined ? ['-', '-'] : [formatDuration(figures.medianMs), formatDuration(figures.p95Ms)]
