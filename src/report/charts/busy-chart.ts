/**
 * The timeline where attempts are too many to be told apart: per peer and stretch of time how many ran at once on average,
 * upwards (at work solid, asleep hatched on top), and how many refusals came, downwards; a mark where something was lost or failed.
 */

import { scaleLinear } from 'd3-scale'
import { countOf, formatDuration } from '../../tui/text/figures.ts'
import type { CollectedAttempts, Lane } from '../attempts.ts'
import { type Markup, markup } from '../markup.ts'
import { chartOf, hatching, markShape, px, timeAxis } from './drawing.ts'
import { cut } from './peers-chart.ts'
import { lanesByName, TIMELINE_NAME_PX, TIMELINE_WIDTH_PX, timelineScale } from './timeline-chart.ts'

const AXIS_PX = 26
const MARKS_PX = 12
const BUSY_PX = 32
const REFUSED_PX = 14
const LANE_PX = MARKS_PX + BUSY_PX + REFUSED_PX + 10

interface Stretch {
  readonly fromMs: number
  readonly toMs: number
  readonly work: number
  readonly sleep: number
  readonly refused: number
  readonly trouble: number
}

export function busyChart(id: string, job: CollectedAttempts, endMs: number, strategy: string): Markup {
  const lanes = lanesByName(job).flatMap((index) => job.lanes[index] ?? [])
  const stretches = lanes.map((lane) => stretchesOf(lane, endMs))
  const all = stretches.flat()
  const mostBusy = all.reduce((most, { work, sleep }) => Math.max(most, work + sleep), 1)
  const mostRefused = all.reduce((most, { refused }) => Math.max(most, refused), 1)
  const x = timelineScale(endMs)
  const up = scaleLinear([0, mostBusy], [0, BUSY_PX])
  const down = scaleLinear([0, mostRefused], [0, REFUSED_PX])
  const heightPx = AXIS_PX + lanes.length * LANE_PX
  const bodies = lanes.map((lane, index) => {
    const base = AXIS_PX + index * LANE_PX + MARKS_PX + BUSY_PX
    const bars = (stretches[index] ?? []).map((stretch) => {
      const left = px(x(stretch.fromMs))
      const width = Math.max(0.5, px(x(stretch.toMs) - x(stretch.fromMs)))
      const work = up(stretch.work)
      const sleep = up(stretch.sleep)
      const column = (kind: string, y: number, height: number, fill: string | undefined): Markup | false =>
        height > 0 &&
        markup`<rect class="${kind}" x="${left}" y="${px(y)}" width="${width}" height="${px(height)}"${fill !== undefined && markup` fill="${fill}"`}/>`
      return markup`<g>${column('work', base - work, work, undefined)}${column('sleep', base - work - sleep, sleep, `url(#${id}-sleep)`)}${column('refusals', base + 1, down(stretch.refused), undefined)}${stretch.trouble > 0 && markShape('lost', (x(stretch.fromMs) + x(stretch.toMs)) / 2, base - BUSY_PX - MARKS_PX / 2)}<title>${stretchTitle(stretch)}</title></g>`
    })
    return markup`<g><text class="name" x="${TIMELINE_NAME_PX - 10}" y="${base - BUSY_PX / 2}" dy=".35em" text-anchor="end">${cut(lane.name)}<title>${lane.name}</title></text>${bars}<line class="base" x1="${TIMELINE_NAME_PX}" x2="${px(x(endMs))}" y1="${base + 0.5}" y2="${base + 0.5}"/></g>`
  })
  const label = `How busy ${countOf(lanes.length, 'peer')} were over time, ${strategy}: at most ${mostBusy.toFixed(1)} attempts at once at one peer; the table below has the figures`
  return chartOf({ id, label, widthPx: TIMELINE_WIDTH_PX, heightPx }, [
    hatching(`${id}-sleep`),
    timeAxis(x, AXIS_PX - 6, heightPx),
    bodies,
  ])
}

/** The stretches in which something happened. */
function stretchesOf({ bins }: Lane, endMs: number): readonly Stretch[] {
  const { widthMs } = bins
  const count = Math.ceil(endMs / widthMs)
  const at = (name: Parameters<typeof bins.of>[0], index: number): number => bins.of(name)[index] ?? 0
  return Array.from({ length: Math.min(count, bins.of('work').length) }, (_, index) => {
    const fromMs = index * widthMs
    const toMs = Math.min(fromMs + widthMs, endMs)
    const lengthMs = Math.max(1, toMs - fromMs)
    return {
      fromMs,
      toMs,
      work: at('work', index) / lengthMs,
      sleep: at('sleep', index) / lengthMs,
      refused: at('refused', index),
      trouble: at('trouble', index),
    }
  }).filter(({ work, sleep, refused, trouble }) => work + sleep + refused + trouble > 0)
}

function stretchTitle({ fromMs, toMs, work, sleep, refused, trouble }: Stretch): string {
  const counts = [
    `${work.toFixed(1)} at work`,
    sleep > 0 ? `${sleep.toFixed(1)} asleep` : '',
    refused > 0 ? countOf(refused, 'refusal') : '',
    trouble > 0 ? `${trouble} lost or failed` : '',
  ].filter((text) => text !== '')
  return `${formatDuration(fromMs)} to ${formatDuration(toMs)}: ${counts.join(', ')}`
}
