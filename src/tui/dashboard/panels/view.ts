/** A panel in its place: its border with the title, and the part of its content that is in sight. */

import { LOWER_PANELS, type PanelName, type PlacedPanel } from '../layout.ts'
import { fitLine, type Line, line, lineWidth, type Span, sliceLine, span } from '../lines.ts'
import type { DashboardModel, PanelContent } from './content.ts'
import { detailContent } from './detail.ts'
import { jobsContent } from './jobs.ts'
import { logContent } from './log.ts'
import { peersContent } from './peers.ts'
import { strategiesContent } from './strategies.ts'
import { streamContent } from './stream.ts'

const CONTENTS: Readonly<Record<PanelName, (model: DashboardModel, columns: number) => PanelContent>> = {
  peers: peersContent,
  jobs: jobsContent,
  stream: streamContent,
  strategies: strategiesContent,
  log: logContent,
  detail: detailContent,
}

const TITLES: Readonly<Record<PanelName, string>> = {
  peers: 'Peers',
  jobs: 'Jobs',
  stream: 'Tasks',
  strategies: 'Strategies',
  log: 'Log',
  detail: 'Details',
}

/** Light for the panels that wait, heavy for the one that has the keys: told apart without colour too. */
const BORDERS = {
  light: { topLeft: '╭', topRight: '╮', bottomLeft: '╰', bottomRight: '╯', across: '─', down: '│' },
  heavy: { topLeft: '┏', topRight: '┓', bottomLeft: '┗', bottomRight: '┛', across: '━', down: '┃' },
} as const

export interface PanelView {
  readonly count: number
  /** First row of the content that is in sight, and how many fit. */
  readonly top: number
  readonly bodyRows: number
  /** Rows of the panel above its first row of content. */
  readonly bodyY: number
  /** In the upper border, columns from the panel's left edge. */
  readonly tabs: readonly { readonly name: PanelName; readonly from: number; readonly to: number }[] | undefined
  /** As many as the panel has rows, each exactly as wide as it. */
  lines(): readonly Line[]
}

export function viewOf(panel: PlacedPanel, model: DashboardModel): PanelView {
  const hasBorder = panel.rows >= 3 && panel.columns >= 8
  const columns = hasBorder ? panel.columns - 2 : panel.columns
  const rows = hasBorder ? panel.rows - 2 : panel.rows
  const content = CONTENTS[panel.name](model, columns)
  const head = rows > content.head.length ? content.head : []
  const bodyRows = rows - head.length
  const top = topOf(content, model.ui.tops[panel.name], bodyRows)
  const border = hasBorder ? borderOf(panel, model, content, top, bodyRows) : undefined
  return {
    count: content.count,
    top,
    bodyRows,
    bodyY: head.length + (hasBorder ? 1 : 0),
    tabs: border?.tabs,
    lines() {
      const inside = [...head, ...bodyLines(content, top, bodyRows, columns)].map((shown) => fitLine(shown, columns))
      return border === undefined ? inside : border.around(inside)
    },
  }
}

/** The remembered place, moved as little as the content and the selection ask for. */
function topOf({ count, selected }: PanelContent, remembered: number, rows: number): number {
  const bounded = Math.min(Math.max(0, remembered), Math.max(0, count - rows))
  if (selected === undefined || selected < 0) return bounded
  if (selected < bounded) return selected
  return selected >= bounded + rows ? selected - rows + 1 : bounded
}

function bodyLines(content: PanelContent, top: number, rows: number, columns: number): readonly Line[] {
  const shown = Math.min(rows, content.count - top)
  const body = Array.from({ length: Math.max(0, shown) }, (_, index) => content.lineAt(top + index))
  const spare = rows - body.length
  const hint = content.hint.map((text) => line(`  ${text}`, 'dim'))
  // an empty line between rows and hint where there is room for it
  const gap: readonly Line[] = spare > hint.length && hint.length > 0 ? [[]] : []
  const filled = [...body, ...(spare > 0 ? [...gap, ...hint].slice(0, spare) : [])]
  return [...filled, ...Array.from({ length: rows - filled.length }, (): Line => [span(' '.repeat(columns))])]
}

interface Border {
  readonly tabs: PanelView['tabs']
  around(inside: readonly Line[]): readonly Line[]
}

function borderOf(
  panel: PlacedPanel,
  model: DashboardModel,
  content: PanelContent,
  top: number,
  bodyRows: number,
): Border {
  const { ui } = model
  const isFocused = ui.focus === panel.name
  const shape = isFocused ? BORDERS.heavy : BORDERS.light
  const tone = isFocused ? 'accent' : 'dim'
  const filter = ui.filters[panel.name]
  const filterText = ui.filtering === panel.name || filter !== '' ? ` /${filter}` : ''
  const { spans: title, tabs } = titleOf(panel, isFocused)
  const note: Line = [
    ...(filterText === '' ? [] : [span(`${filterText} `, 'warn')]),
    ...(content.note === '' ? [] : [span(` ${content.note} `, 'dim')]),
  ]
  const inner = panel.columns - 2
  const last = Math.min(content.count, top + bodyRows)
  const position = content.count > bodyRows ? ` ${top + 1}-${last} of ${content.count} ` : ''
  return {
    tabs,
    around: (inside) => [
      [
        span(shape.topLeft, tone),
        ...ruled([span(shape.across, tone), ...title], note, inner, shape.across, tone),
        span(shape.topRight, tone),
      ],
      ...inside.map((shown): Line => [span(shape.down, tone), ...shown, span(shape.down, tone)]),
      [
        span(shape.bottomLeft, tone),
        ...ruled([], position === '' ? [] : [span(position, 'dim')], inner, shape.across, tone),
        span(shape.bottomRight, tone),
      ],
    ],
  }
}

/** A rule with text at its left and its right; what does not fit is left out from the right. */
function ruled(left: Line, right: Line, columns: number, rule: string, tone: Span['tone']): Line {
  const leftWidth = lineWidth(left)
  if (leftWidth >= columns) return sliceLine(left, 0, columns)
  const rightWidth = lineWidth(right)
  const fits = leftWidth + rightWidth + 3 <= columns
  if (!fits || rightWidth === 0) return [...left, span(rule.repeat(columns - leftWidth), tone)]
  return [...left, span(rule.repeat(columns - leftWidth - rightWidth - 1), tone), ...right, span(rule, tone)]
}

function titleOf(panel: PlacedPanel, isFocused: boolean): { readonly spans: Line; readonly tabs: PanelView['tabs'] } {
  if (!panel.isTabbed) return { spans: [span(` ${TITLES[panel.name]} `, isFocused ? 'key' : 'bold')], tabs: undefined }
  const tabs: { name: PanelName; from: number; to: number }[] = []
  const spans: Span[] = []
  // the corner and one piece of rule stand before the first title
  let at = 2
  for (const name of LOWER_PANELS) {
    const isShown = name === panel.name
    const text = isShown ? `[${TITLES[name]}]` : ` ${TITLES[name]} `
    tabs.push({ name, from: at, to: at + text.length })
    spans.push(span(text, isShown ? (isFocused ? 'key' : 'bold') : 'dim'))
    at += text.length
  }
  return { spans, tabs }
}
