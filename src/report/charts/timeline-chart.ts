/**
 * Every attempt of a job on the axis of time: a lane per peer, in it as many rows as attempts ran side by side there, and above
 * them a row of marks for what takes no time. Accepted is a thin line, asleep hatched, at work solid; an attempt whose result
 * was not used is hollow.
 */

import { type ScaleLinear, scaleLinear } from 'd3-scale'
import { MAX_REPORT_LANE_ROWS } from '../../base/limits.ts'
import { countOf, formatDuration } from '../../tui/text/figures.ts'
import type { AttemptBar, AttemptEnd, AttemptMark, CollectedAttempts, MarkKind } from '../attempts.ts'
import { type Markup, markup } from '../markup.ts'
import { chartOf, hatching, markShape, px, timeAxis } from './drawing.ts'
import { cut } from './peers-chart.ts'

export const TIMELINE_WIDTH_PX = 1080
export const TIMELINE_NAME_PX = 150
const RIGHT_PX = 14
const AXIS_PX = 26
const MARKS_PX = 14
const ROW_PX = 9
const BAR_PX = 7
const LANE_GAP_PX = 12

const END_TEXT: Readonly<Record<AttemptEnd, string>> = {
  done: 'done',
  withdrawn: 'not used: another attempt was first, or it was taken back',
  lost: 'lost with its peer',
  retried: 'failed, tried again',
  failed: 'failed',
  unfinished: 'unfinished when the job ended',
}

const MARK_TEXT: Readonly<Record<MarkKind, string>> = {
  refused: 'refused',
  lost: 'lost',
  retried: 'failed, tried again',
  failed: 'failed',
  hedged: 'run a second time here',
}

export const timelineScale = (endMs: number): ScaleLinear<number, number> =>
  scaleLinear([0, Math.max(endMs, 1)], [TIMELINE_NAME_PX, TIMELINE_WIDTH_PX - RIGHT_PX])

/** The lanes to draw, by name, as the tables have them. */
export const lanesByName = ({ lanes }: Pick<CollectedAttempts, 'lanes'>): readonly number[] =>
  [...lanes.keys()].sort((a, b) => ((lanes[a]?.name ?? '') < (lanes[b]?.name ?? '') ? -1 : 1))

interface LaidLane {
  readonly name: string
  readonly rows: readonly (readonly AttemptBar[])[]
  readonly marks: readonly AttemptMark[]
}

/** Undefined where the attempts are too many, or too many side by side, to be told apart. `endMs` is the end of the axis. */
export function timelineChart(id: string, job: CollectedAttempts, endMs: number, strategy: string): Markup | undefined {
  const { drawn, lanes } = job
  if (drawn === undefined) return undefined
  const laid = lanesByName(job).map((lane) => ({
    name: lanes[lane]?.name ?? '',
    rows: rowsOf(drawn.bars.filter((bar) => bar.lane === lane)),
    marks: drawn.marks.filter((mark) => mark.lane === lane),
  }))
  if (laid.some(({ rows }) => rows.length > MAX_REPORT_LANE_ROWS)) return undefined
  const x = timelineScale(endMs)
  let top = AXIS_PX
  const bodies = laid.map((lane) => {
    const drawnLane = laneOf(lane, top, x, id)
    top += laneHeightPx(lane)
    return drawnLane
  })
  const label = `Timeline of ${countOf(job.attempts, 'attempt')} at ${countOf(lanes.length, 'peer')}, ${strategy}; the table below has the figures`
  return chartOf({ id, label, widthPx: TIMELINE_WIDTH_PX, heightPx: top }, [
    hatching(`${id}-sleep`),
    timeAxis(x, AXIS_PX - 6, top),
    bodies,
  ])
}

const laneHeightPx = ({ rows }: LaidLane): number => MARKS_PX + Math.max(1, rows.length) * ROW_PX + LANE_GAP_PX

/** Each attempt goes to the first row that is free again; so no two overlap. */
function rowsOf(bars: readonly AttemptBar[]): readonly (readonly AttemptBar[])[] {
  const rows: AttemptBar[][] = []
  for (const bar of bars.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const free = rows.find((row) => (row.at(-1)?.toMs ?? 0) <= bar.fromMs)
    if (free) free.push(bar)
    else rows.push([bar])
  }
  return rows
}

function laneOf({ name, rows, marks }: LaidLane, top: number, x: ScaleLinear<number, number>, id: string): Markup {
  const barsTop = top + MARKS_PX
  const height = Math.max(1, rows.length) * ROW_PX
  const bars = rows.map((row, index) => row.map((bar) => barOf(bar, barsTop + index * ROW_PX, x, id)))
  const shapes = marks.map((mark) => markShape(mark.kind, x(mark.atMs), top + MARKS_PX / 2, markTitle(mark, name)))
  return markup`<g><text class="name" x="${TIMELINE_NAME_PX - 10}" y="${px(barsTop + height / 2)}" dy=".35em" text-anchor="end">${cut(name)}<title>${name}</title></text>
<line class="lane" x1="${TIMELINE_NAME_PX}" x2="${TIMELINE_WIDTH_PX - RIGHT_PX}" y1="${px(barsTop + height + 3)}" y2="${px(barsTop + height + 3)}"/>
${bars}${shapes}</g>`
}

function barOf(bar: AttemptBar, top: number, x: ScaleLinear<number, number>, id: string): Markup {
  const y = px(top)
  const wait = bar.workFromMs > bar.fromMs && waitLine(bar, top, x)
  const sleep =
    bar.workFromMs > bar.sleepFromMs &&
    markup`<rect class="sleep" x="${px(x(bar.sleepFromMs))}" y="${y}" width="${px(x(bar.workFromMs) - x(bar.sleepFromMs))}" height="${BAR_PX}" fill="url(#${id}-sleep)"/>`
  const width = Math.max(1.5, px(x(bar.toMs) - x(bar.workFromMs)))
  const kind = bar.end === 'done' ? 'work' : 'hollow'
  const work = markup`<rect class="${kind}" x="${px(x(bar.workFromMs))}" y="${y}" width="${width}" height="${BAR_PX}"/>`
  return markup`<g>${wait}${sleep}${work}<title>${barTitle(bar)}</title></g>`
}

const waitLine = ({ fromMs, sleepFromMs }: AttemptBar, top: number, x: ScaleLinear<number, number>): Markup =>
  markup`<line class="wait" x1="${px(x(fromMs))}" x2="${px(x(sleepFromMs))}" y1="${px(top + BAR_PX / 2)}" y2="${px(top + BAR_PX / 2)}"/>`

function barTitle(bar: AttemptBar): string {
  const { fromMs, sleepFromMs, workFromMs, toMs, end, detail } = bar
  const spans = [
    sleepFromMs > fromMs ? `waited ${formatDuration(sleepFromMs - fromMs)}` : '',
    workFromMs > sleepFromMs ? `slept ${formatDuration(workFromMs - sleepFromMs)}` : '',
    toMs > workFromMs ? `worked ${formatDuration(toMs - workFromMs)}` : '',
  ].filter((text) => text !== '')
  const twin = bar.isTwin ? ', a second run' : ''
  const why = detail === '' ? '' : `: ${detail}`
  return `${aboutText(bar)}${twin}: ${END_TEXT[end]}${why}; ${[`accepted at ${formatDuration(fromMs)}`, ...spans].join(', ')}`
}

function markTitle(mark: AttemptMark, peer: string): string {
  const why = mark.detail === '' ? '' : `: ${mark.detail}`
  return `${aboutText(mark)}: ${MARK_TEXT[mark.kind]} by ${peer} at ${formatDuration(mark.atMs)}${why}`
}

const aboutText = ({ path, attempt, tile }: AttemptBar | AttemptMark): string =>
  `${path}${tile === undefined ? '' : ` tile ${tile.index + 1} of ${tile.count}`}, attempt ${attempt + 1}`
