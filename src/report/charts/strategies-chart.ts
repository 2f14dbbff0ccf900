/** How long each strategy took: a bar each, a whisker from its fastest to its slowest run, and how it compares with random. */

import { scaleBand, scaleLinear } from 'd3-scale'
import { formatDuration } from '../../tui/text/figures.ts'
import { type Markup, markup } from '../markup.ts'
import type { StrategyReport } from '../report.ts'
import { chartOf, px, timeAxis } from './drawing.ts'

const WIDTH_PX = 760
const NAME_PX = 180
const VALUE_PX = 210
const AXIS_PX = 26
const ROW_PX = 32

export function strategiesChart(id: string, strategies: readonly StrategyReport[]): Markup {
  const longestMs = Math.max(1, ...strategies.map(({ figures }) => figures.slowestMs))
  const heightPx = AXIS_PX + strategies.length * ROW_PX
  const x = scaleLinear([0, longestMs], [NAME_PX, WIDTH_PX - VALUE_PX])
  const y = scaleBand(strategies.keys(), [AXIS_PX, heightPx]).paddingInner(0.35).paddingOuter(0.2)
  const rows = strategies.map(({ strategy, figures }, index) => {
    const top = y(index) ?? 0
    const middle = px(top + y.bandwidth() / 2)
    const { elapsedMs, fastestMs, slowestMs, runs, speedup } = figures
    const path = `M${px(x(fastestMs))} ${middle - 4}v8m0 -4H${px(x(slowestMs))}m0 -4v8`
    const range = `${strategy}: ${formatDuration(fastestMs)} to ${formatDuration(slowestMs)} in ${runs} runs`
    const whisker =
      runs > 1 &&
      markup`<path class="halo" d="${path}"/><path class="whisker" d="${path}"><title>${range}</title></path>`
    const against = speedup === null || strategy === 'random' ? '' : ` · ${speedup.toFixed(2)}× random’s speed`
    return markup`<text class="name" x="${NAME_PX - 10}" y="${middle}" dy=".35em" text-anchor="end">${strategy}</text>
<rect class="work" x="${NAME_PX}" y="${px(top)}" width="${px(x(elapsedMs) - NAME_PX)}" height="${px(y.bandwidth())}"><title>${strategy}: ${formatDuration(elapsedMs)}</title></rect>${whisker}
<text x="${px(x(runs > 1 ? slowestMs : elapsedMs) + 8)}" y="${middle}" dy=".35em"><tspan class="strong">${formatDuration(elapsedMs)}</tspan><tspan class="muted">${against}</tspan></text>`
  })
  const label = `Elapsed time by strategy: ${strategies.map(({ strategy, figures }) => `${strategy} ${formatDuration(figures.elapsedMs)}`).join(', ')}`
  return chartOf({ id, label, widthPx: WIDTH_PX, heightPx }, [timeAxis(x, AXIS_PX - 6, heightPx, 6), rows])
}
