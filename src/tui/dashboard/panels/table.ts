/**
 * Tables that always fit: columns have fixed or growing widths, and where the panel is narrow the least important ones are
 * left out whole. Widths depend on the panel only, never on the contents, so that nothing jumps while figures change.
 */

import { fitLine, fitText, type Line, type Span, span } from '../lines.ts'

export interface TableColumn<Row> {
  readonly title: string
  readonly align?: 'left' | 'right'
  readonly width: number
  /** Grows up to this where there is room. Default: `width`. */
  readonly maxWidth?: number
  /** 0 always stays; of the others the highest goes first. */
  readonly rank: number
  cell(row: Row, width: number): Line | string
}

export interface Table<Row> {
  readonly head: Line
  rowLine(row: Row, isSelected: boolean, isFocused: boolean): Line
}

/** In front of each row, where the selected one has its arrow. */
const MARKER_COLUMNS = 2

export function createTable<Row>(all: readonly TableColumn<Row>[], columns: number): Table<Row> {
  const room = Math.max(0, columns - MARKER_COLUMNS)
  const full = all.reduce((sum, { width, maxWidth = width }) => sum + maxWidth, 0)
  const gap = full + 2 * all.length <= room ? 2 : 1
  const placed = placeColumns(all, room, gap)
  const gapSpan = span(' '.repeat(gap))
  const join = (cells: readonly Line[]): Line =>
    cells.flatMap((cell, index): readonly Span[] => (index === 0 ? cell : [gapSpan, ...cell]))

  return {
    head: fitLine(
      [
        span(' '.repeat(MARKER_COLUMNS)),
        ...join(placed.map(({ column, width }) => [span(fitText(column.title, width, column.align), 'dim')])),
      ],
      columns,
    ),
    rowLine(row, isSelected, isFocused) {
      const cells = placed.map(({ column, width }): Line => {
        const cell = column.cell(row, width)
        return typeof cell === 'string' ? [span(fitText(cell, width, column.align))] : fitLine(cell, width)
      })
      const marker = span(isSelected ? '▸ ' : '  ', isSelected ? 'key' : 'plain')
      const full = fitLine([marker, ...join(cells)], columns)
      return isSelected && isFocused ? full.map(({ text }) => span(text, 'selected')) : full
    },
  }
}

interface PlacedColumn<Row> {
  readonly column: TableColumn<Row>
  readonly width: number
}

function placeColumns<Row>(all: readonly TableColumn<Row>[], room: number, gap: number): readonly PlacedColumn<Row>[] {
  let kept = [...all]
  const needed = (): number => kept.reduce((sum, { width }) => sum + width, 0) + gap * (kept.length - 1)
  while (needed() > room && kept.length > 1) {
    const leastRank = Math.max(...kept.map(({ rank }) => rank))
    const last = kept.findLastIndex(({ rank }) => rank === leastRank)
    kept = kept.filter((_, index) => index !== last)
  }
  let spare = room - needed()
  const widths = kept.map(({ width }) => width)
  // a column at a time, so that all that may grow do so alike
  for (let grew = true; grew && spare > 0; ) {
    grew = false
    kept.forEach(({ width, maxWidth = width }, index) => {
      const current = widths[index] ?? width
      if (spare <= 0 || current >= maxWidth) return
      widths[index] = current + 1
      spare -= 1
      grew = true
    })
  }
  return kept.map((column, index) => ({ column, width: Math.min(widths[index] ?? 0, room) }))
}
