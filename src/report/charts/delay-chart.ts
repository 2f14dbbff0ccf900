/** Injected sleep per image: what was measured (full circle) beside what the formula expects (empty diamond), by strategy. */

import { scaleLinear } from 'd3-scale'
import { symbol, symbolCircle, symbolDiamond } from 'd3-shape'
import { formatDuration } from '../../tui/text/figures.ts'
import type { ExpectedDelay } from '../expected-delay.ts'
import { type Markup, markup } from '../markup.ts'
import { chartOf, px, timeAxis } from './drawing.ts'

const WIDTH_PX = 760
const NAME_PX = 180
const VALUE_PX = 210
const AXIS_PX = 26
const ROW_PX = 30

export interface ComparedDelay {
  readonly strategy: string
  readonly measuredMs: number
  readonly expected: ExpectedDelay
}

export function delayChart(id: string, delays: readonly ComparedDelay[]): Markup {
  const longestMs = Math.max(1, ...delays.flatMap(({ measuredMs, expected }) => [measuredMs, expected.perImageMs]))
  const heightPx = AXIS_PX + delays.length * ROW_PX
  const x = scaleLinear([0, longestMs * 1.05], [NAME_PX, WIDTH_PX - VALUE_PX])
  const rows = delays.map(({ strategy, measuredMs, expected }, index) => {
    const middle = AXIS_PX + (index + 0.5) * ROW_PX
    const [measuredText, expectedText] = [formatDuration(measuredMs), formatDuration(expected.perImageMs)]
    const shape = (kind: 'measured' | 'expected', ms: number, text: string): Markup =>
      markup`<path class="${kind}" transform="translate(${px(x(ms))} ${px(middle)})" d="${
        symbol(kind === 'measured' ? symbolCircle : symbolDiamond, kind === 'measured' ? 80 : 90).digits(2)() ?? ''
      }"><title>${strategy}: ${kind} ${text} per image</title></path>`
    return markup`<text class="name" x="${NAME_PX - 10}" y="${px(middle)}" dy=".35em" text-anchor="end">${strategy}</text>
<line class="lane" x1="${NAME_PX}" x2="${WIDTH_PX - VALUE_PX}" y1="${px(middle)}" y2="${px(middle)}"/>
<line class="between" x1="${px(x(measuredMs))}" x2="${px(x(expected.perImageMs))}" y1="${px(middle)}" y2="${px(middle)}"/>
${shape('expected', expected.perImageMs, expectedText)}${shape('measured', measuredMs, measuredText)}
<text x="${WIDTH_PX - VALUE_PX + 16}" y="${px(middle)}" dy=".35em"><tspan class="strong">${measuredText}</tspan><tspan class="muted"> expected ${expectedText}</tspan></text>`
  })
  const label = `Injected sleep per image: ${delays.map(({ strategy, measuredMs, expected }) => `${strategy} ${formatDuration(measuredMs)}, expected ${formatDuration(expected.perImageMs)}`).join('; ')}`
  return chartOf({ id, label, widthPx: WIDTH_PX, heightPx }, [timeAxis(x, AXIS_PX - 6, heightPx, 5), rows])
}
