/** A box in the middle of the screen, over the panels. */

import type { ScreenSize } from '../layout.ts'
import { fitLine, type Line, lineWidth, sliceLine, span } from '../lines.ts'

export interface Box {
  readonly title: string
  /** Exactly the inside; longer lines are cut. */
  readonly lines: readonly Line[]
  /** Of the inside. The screen bounds it. */
  readonly columns: number
  /** The bottom border says which keys mean something here. */
  readonly keys: string
}

/** The frame with the box over its middle; everything else stays as it is. */
export function withBox(frame: readonly Line[], box: Box, { columns, rows }: ScreenSize): readonly Line[] {
  const inner = Math.max(1, Math.min(box.columns, columns - 4))
  const shown = box.lines.slice(0, Math.max(1, rows - 2))
  const framed = frameOf(box, shown, inner)
  const x = Math.max(0, Math.floor((columns - inner - 2) / 2))
  const y = Math.max(0, Math.floor((rows - framed.length) / 2))
  return frame.map((below, row) => {
    const above = framed[row - y]
    if (above === undefined) return below
    const width = Math.min(columns - x, lineWidth(above))
    return [...sliceLine(below, 0, x), ...sliceLine(above, 0, width), ...sliceLine(below, x + width, columns)]
  })
}

function frameOf({ title, keys }: Box, lines: readonly Line[], inner: number): readonly Line[] {
  const rule = (text: string, tone: 'key' | 'dim', left: string, right: string): Line => {
    const shown = text === '' || text.length + 4 > inner ? '' : ` ${text} `
    return [
      span(`${left}━`, 'accent'),
      span(shown, tone),
      span(`${'━'.repeat(Math.max(0, inner - 1 - shown.length))}${right}`, 'accent'),
    ]
  }
  return [
    rule(title, 'key', '┏', '┓'),
    ...lines.map((shown): Line => [span('┃', 'accent'), ...fitLine(shown, inner), span('┃', 'accent')]),
    rule(keys, 'dim', '┗', '┛'),
  ]
}
