/** What the charts share: the frame with its text alternative, the axis of time, hatching, and the shapes of marks. */

import type { ScaleLinear } from 'd3-scale'
import { symbol, symbolDiamond, symbolPlus, symbolSquare, symbolTimes, symbolTriangle } from 'd3-shape'
import type { MarkKind } from '../attempts.ts'
import { type Markup, type MarkupPart, markup } from '../markup.ts'

export interface ChartFrame {
  /** Unique on the page. */
  readonly id: string
  /** What a person who does not see it is told. */
  readonly label: string
  readonly widthPx: number
  readonly heightPx: number
}

/** A chart in a region that scrolls where the page is narrower than a chart can be read. */
export const chartOf = ({ id, label, widthPx, heightPx }: ChartFrame, body: MarkupPart): Markup =>
  markup`<div class="chart" tabindex="0" role="region" aria-label="${label}">
<svg id="${id}" viewBox="0 0 ${widthPx} ${heightPx}" width="${widthPx}" height="${heightPx}" role="img" aria-label="${label}">
${body}
</svg></div>`

/** A coordinate with one decimal: finer is not seen, and takes half of the page. */
export const px = (value: number): number => Math.round(value * 10) / 10

const UNITS = [
  { name: 'ms', ms: 1 },
  { name: 's', ms: 1000 },
  { name: 'min', ms: 60_000 },
  { name: 'h', ms: 3_600_000 },
] as const

/** Round moments between 0 and the end of the domain, named in the unit that fits them. */
export function timeTicks(domainMs: number, count: number): readonly { readonly ms: number; readonly text: string }[] {
  const unit = UNITS.findLast(({ ms }) => domainMs >= 1.5 * ms) ?? UNITS[0]
  const steps = [1, 2, 2.5, 5].flatMap((step) => [0.01, 0.1, 1, 10, 100, 1000].map((power) => step * power))
  const wanted = domainMs / unit.ms / count
  const step = steps.sort((a, b) => a - b).find((candidate) => candidate >= wanted) ?? wanted
  return Array.from({ length: Math.floor(domainMs / unit.ms / step + 1e-9) + 1 }, (_, index) => {
    const value = Math.round(index * step * 1000) / 1000
    return { ms: value * unit.ms, text: index === 0 ? '0' : `${value} ${unit.name}` }
  })
}

/** Lines over the chart with the times above them; `fromPx` to `toPx` from top to bottom. */
export function timeAxis(x: ScaleLinear<number, number>, fromPx: number, toPx: number, count = 8): Markup {
  const [, endMs = 0] = x.domain()
  return markup`<g class="axis">${timeTicks(endMs, count).map(({ ms, text }) => {
    const at = px(x(ms))
    return markup`<line x1="${at}" x2="${at}" y1="${fromPx}" y2="${toPx}"/><text x="${at}" y="${fromPx - 6}" text-anchor="middle">${text}</text>`
  })}</g>`
}

/** A pattern that reads as "asleep" without its colour. Ids are of the page, so each chart brings its own. */
export const hatching = (
  id: string,
): Markup => markup`<defs><pattern id="${id}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="5" height="5" class="hatch-ground"/><rect width="2" height="5" class="hatch-line"/></pattern></defs>`

const SHAPES = {
  refused: symbolTimes,
  retried: symbolTriangle,
  lost: symbolDiamond,
  failed: symbolSquare,
  hedged: symbolPlus,
} as const

const SHAPE_AREA: Readonly<Record<MarkKind, number>> = { refused: 22, retried: 34, lost: 34, failed: 34, hedged: 24 }

/** The shape of a mark around (0, 0), about 7 px wide; its class gives its colour. */
export const markShape = (kind: MarkKind, x: number, y: number, title: MarkupPart = undefined): Markup =>
  markup`<path class="mark ${kind}" transform="translate(${px(x)} ${px(y)})" d="${
    symbol(SHAPES[kind], SHAPE_AREA[kind]).digits(2)() ?? ''
  }">${title === undefined ? undefined : markup`<title>${title}</title>`}</path>`
