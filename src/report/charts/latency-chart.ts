/** How long each stage took: a histogram per stage over a logarithmic axis of time, its median and 95th percentile marked. */

import { scaleLinear, scaleLog } from 'd3-scale'
import type { Distribution, JobSummary } from '../../peer/job-events.ts'
import { countOf, formatDuration } from '../../tui/text/figures.ts'
import type { CollectedJob, ReportStage } from '../collect.ts'
import { REPORT_STAGES } from '../collect.ts'
import type { DurationHistogram } from '../duration-histogram.ts'
import { type Markup, markup } from '../markup.ts'
import { chartOf, px } from './drawing.ts'

const WIDTH_PX = 760
const NAME_PX = 110
const RIGHT_PX = 20
const AXIS_PX = 24
const ROW_PX = 34
const BAR_PX = 26

const AXIS_BEGIN_MS = 0.1

/** Powers of ten that get a line, where the domain has them. */
const TICKS_MS = [0.1, 1, 10, 100, 1000, 10_000, 100_000]

export const STAGE_TEXT: Readonly<Record<ReportStage | 'image', string>> = {
  image: 'whole image',
  queue: 'queue',
  send: 'send',
  delay: 'sleep',
  decode: 'decode',
  process: 'process',
  encode: 'encode',
  receive: 'receive',
  save: 'save',
}

interface StageRow {
  readonly name: string
  readonly histogram: DurationHistogram
  /** Undefined for sleeps: the summary has no figures of them. */
  readonly figures: Distribution | undefined
}

export function stageRows(summary: JobSummary, { stages, images }: CollectedJob): readonly StageRow[] {
  const rows = REPORT_STAGES.map((stage) => ({
    name: STAGE_TEXT[stage],
    histogram: stages[stage],
    figures: stage === 'delay' ? undefined : summary.perStage[stage],
  }))
  return [{ name: STAGE_TEXT.image, histogram: images, figures: summary.perImage }, ...rows].filter(
    ({ histogram }) => histogram.count > 0,
  )
}

/** The end of an axis on which all of these jobs can be compared, ms. */
export function latencyAxisEndMs(jobs: readonly CollectedJob[]): number {
  const ends = jobs
    .flatMap(({ stages, images }) => [images, ...Object.values(stages)])
    .map((all) => all.bins().at(-1)?.toMs)
  return Math.max(10, ...ends.map((ms) => ms ?? 0))
}

export function latencyChart(id: string, summary: JobSummary, job: CollectedJob, toMs: number): Markup {
  const rows = stageRows(summary, job)
  const x = scaleLog([AXIS_BEGIN_MS, toMs], [NAME_PX, WIDTH_PX - RIGHT_PX]).clamp(true)
  const heightPx = AXIS_PX + rows.length * ROW_PX + 4
  const lines = TICKS_MS.filter((ms) => ms <= toMs).map((ms) => {
    const at = px(x(ms))
    return markup`<line x1="${at}" x2="${at}" y1="${AXIS_PX - 6}" y2="${heightPx}"/><text x="${at}" y="${AXIS_PX - 10}" text-anchor="middle">${tickText(ms)}</text>`
  })
  const bodies = rows.map(({ name, histogram, figures }, index) => {
    const base = AXIS_PX + (index + 1) * ROW_PX - 4
    const most = histogram.bins().reduce((highest, { count }) => Math.max(highest, count), 1)
    const height = scaleLinear([0, most], [0, BAR_PX])
    const bars = histogram
      .bins()
      .filter(({ count }) => count > 0)
      .map(
        (bin) =>
          markup`<rect class="${name === STAGE_TEXT.delay ? 'sleep-solid' : 'work'}" x="${px(x(bin.fromMs) + 0.5)}" y="${px(base - height(bin.count))}" width="${px(Math.max(1, x(bin.toMs) - x(bin.fromMs) - 1))}" height="${px(height(bin.count))}"><title>${name}: ${countOf(bin.count, 'image')} took ${formatDuration(bin.fromMs)} to ${formatDuration(bin.toMs)}</title></rect>`,
      )
    return markup`<g><text class="name" x="${NAME_PX - 10}" y="${base - 8}" text-anchor="end">${name}</text>${bars}
<line class="lane" x1="${NAME_PX}" x2="${WIDTH_PX - RIGHT_PX}" y1="${base + 0.5}" y2="${base + 0.5}"/>${figures && quantiles(name, figures, x, base)}</g>`
  })
  const label = `Latency by stage, ${summary.strategy}: ${rows.flatMap(({ name, figures }) => (figures ? [`${name} median ${formatDuration(figures.medianMs)}`] : [])).join(', ')}`
  return chartOf({ id, label, widthPx: WIDTH_PX, heightPx }, [markup`<g class="axis">${lines}</g>`, bodies])
}

/** The median as a full triangle below the line, the 95th percentile as an empty one. */
function quantiles(name: string, { medianMs, p95Ms }: Distribution, x: (ms: number) => number, base: number): Markup {
  const at = (ms: number, kind: string, what: string): Markup =>
    markup`<path class="${kind}" d="M${px(x(ms))} ${base - 1}l4 6.5h-8z"><title>${name}: ${what} ${formatDuration(ms)}</title></path>`
  return markup`${at(p95Ms, 'p95', '95 % took at most')}${at(medianMs, 'median', 'median')}`
}

const tickText = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`)
