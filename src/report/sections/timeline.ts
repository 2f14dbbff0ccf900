/** Who ran what when: every attempt where they can be told apart, sums over time where they cannot; which, the page says. */

import { MAX_REPORT_ATTEMPTS, MAX_REPORT_LANE_ROWS } from '../../base/limits.ts'
import { countOf, formatDuration } from '../../tui/text/figures.ts'
import type { CollectedAttempts, Lane, MarkKind } from '../attempts.ts'
import { busyChart } from '../charts/busy-chart.ts'
import { hatching, markShape } from '../charts/drawing.ts'
import { lanesByName, timelineChart } from '../charts/timeline-chart.ts'
import type { SlowImage } from '../collect.ts'
import { type Markup, markup } from '../markup.ts'
import type { JobReport, Report } from '../report.ts'
import { tableOf } from '../table.ts'
import { firstRunNote, headingOf } from './headings.ts'

export function timelineSection({ jobs, strategies }: Report): Markup {
  // one axis for all, so that strategies can be compared by eye
  const endMs = Math.max(1, ...jobs.map(({ summary }) => summary.elapsedMs))
  const timelines = jobs.map((job, index) => timelineOf(job, index, jobs.length, endMs))
  return markup`<section id="timeline" aria-labelledby="timeline-title"><h2 id="timeline-title">Timeline</h2>
<p>Each attempt at one peer, from the moment that the peer accepted it. Marks above a peer’s bars are what took no time.${jobs.length > 1 && ' All strategies have one axis of time.'}</p>
${firstRunNote(strategies)}
${legend()}
${timelines}
${jobs.some(({ collected }) => collected.slowest.length > 0) && markup`<h3>The slowest images</h3>`}
${jobs.map((job) => slowestOf(job, jobs.length))}</section>`
}

function timelineOf({ summary, collected }: JobReport, index: number, count: number, endMs: number): Markup {
  const id = `timeline-chart-${index}`
  const heading = headingOf(summary.strategy, count)
  if (collected.lanes.length === 0) return markup`${heading}<p>No peer was asked.</p>`
  const single = timelineChart(id, collected, endMs, summary.strategy)
  return markup`${heading}${single ?? busyChart(id, collected, endMs, summary.strategy)}
${single === undefined && aggregatedNote(collected)}${collected.dropped > 0 && markup`<p>${countOf(collected.dropped, 'attempt')} could not be followed and ${collected.dropped === 1 ? 'is' : 'are'} not drawn.</p>`}
${tableOf(
  `Attempts by peer, ${summary.strategy}`,
  COLUMNS,
  lanesByName(collected).flatMap((lane) => laneRow(collected.lanes[lane], summary)),
)}`
}

const aggregatedNote = ({ attempts, drawn }: CollectedAttempts): Markup =>
  markup`<p class="note">${
    drawn === undefined
      ? `${attempts.toLocaleString('en')} attempts and marks are too many to draw one by one (at most ${MAX_REPORT_ATTEMPTS.toLocaleString('en')})`
      : `More than ${MAX_REPORT_LANE_ROWS} attempts ran side by side at one peer, too many to draw one by one`
  }: instead the bars show how many ran at once on average in each stretch of time (at work, and hatched on top asleep), below the line how many refusals came.</p>`

const COLUMNS = [
  { title: 'peer' },
  { title: 'accepted' },
  { title: 'refused' },
  { title: 'run again here' },
  { title: 'lost' },
  { title: 'failed' },
  { title: 'at work' },
  { title: 'asleep' },
] as const

function laneRow(lane: Lane | undefined, { peers }: JobReport['summary']): readonly (readonly (string | number)[])[] {
  if (lane === undefined) return []
  const share = peers.find(({ id }) => id === lane.id)
  const sum = (name: 'work' | 'sleep' | 'refused'): number => lane.bins.of(name).reduce((total, ms) => total + ms, 0)
  const cells = [lane.accepted, sum('refused'), lane.twins, share?.lost ?? '-', share?.failed ?? '-']
  return [[lane.name, ...cells, formatDuration(sum('work')), formatDuration(sum('sleep'))]]
}

const SLOW_COLUMNS = [
  { title: 'image' },
  { title: 'peer', isFigure: false },
  { title: 'attempts' },
  { title: 'total' },
  { title: 'queue' },
  { title: 'sleep' },
  { title: 'send and receive' },
  { title: 'decode, process, encode' },
  { title: 'save' },
] as const

function slowestOf({ summary, collected }: JobReport, count: number): Markup | false {
  const { slowest } = collected
  if (slowest.length === 0) return false
  const caption = count > 1 ? `Slowest images, ${summary.strategy}` : 'Slowest images'
  return tableOf(caption, SLOW_COLUMNS, slowest.slice(0, count > 1 ? 3 : undefined).map(slowRow))
}

const slowRow = ({ path, peer, attempts, stages }: SlowImage): readonly (string | number)[] => [
  path,
  peer,
  attempts,
  ...[
    stages.totalMs,
    stages.queueMs,
    stages.delayMs,
    stages.sendMs + stages.receiveMs,
    stages.decodeMs + stages.processMs + stages.encodeMs,
    stages.saveMs,
  ].map(formatDuration),
]

const MARKS: readonly (readonly [MarkKind, string])[] = [
  ['refused', 'refused'],
  ['retried', 'failed, tried again'],
  ['lost', 'lost with its peer'],
  ['failed', 'failed for good'],
  ['hedged', 'run a second time here'],
]

function legend(): Markup {
  const bar = (shape: Markup, text: string): Markup =>
    markup`<span><svg viewBox="0 0 30 10" width="30" height="10" aria-hidden="true">${shape}</svg> ${text}</span>`
  return markup`<p class="key">${[
    bar(markup`<line class="wait" x1="1" x2="29" y1="5" y2="5"/>`, 'accepted, waiting'),
    bar(
      markup`${hatching('key-sleep')}<rect class="sleep" x="1" y="1.5" width="28" height="7" fill="url(#key-sleep)"/>`,
      'asleep (injected delay)',
    ),
    bar(markup`<rect class="work" x="1" y="1.5" width="28" height="7"/>`, 'at work'),
    bar(markup`<rect class="hollow" x="1" y="1.5" width="28" height="7"/>`, 'result not used'),
    MARKS.map(
      ([kind, text]) =>
        markup`<span><svg viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true">${markShape(kind, 0, 0)}</svg> ${text}</span>`,
    ),
  ]}</p>`
}
