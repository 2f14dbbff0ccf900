/** Text measured in terminal columns, where a character may be none, one or two wide: padding, cutting, tables. */

import stringWidth from 'string-width'

export type Alignment = 'left' | 'right'

export interface Column {
  readonly title: string
  readonly align?: Alignment
}

const GAP = '  '
const ELLIPSIS = '…'
const graphemes = new Intl.Segmenter()

/** Cuts the text to at most `columns` terminal columns, with an ellipsis where something was cut. */
export function truncateToWidth(text: string, columns: number): string {
  if (columns <= 0) return ''
  if (stringWidth(text) <= columns) return text
  let kept = ''
  let width = 0
  for (const { segment } of graphemes.segment(text)) {
    const segmentWidth = stringWidth(segment)
    if (width + segmentWidth > columns - 1) break
    kept += segment
    width += segmentWidth
  }
  return kept + ELLIPSIS
}

/** The terminal columns from `from` up to `to`, exactly that wide; a wide character across an edge becomes a space. */
export function cutToColumns(text: string, from: number, to: number): string {
  let kept = ''
  let at = 0
  for (const { segment } of graphemes.segment(text)) {
    const width = stringWidth(segment)
    const isWhole = at >= from && at + width <= to
    // a mark without width belongs to the character before it
    if (isWhole && (width > 0 || at > from)) kept += segment
    else if (at < to && at + width > from) kept += ' '.repeat(Math.min(to, at + width) - Math.max(from, at))
    at += width
    if (at >= to) break
  }
  return kept + ' '.repeat(Math.max(0, to - Math.max(from, at)))
}

/** Pads the text with spaces to `columns` terminal columns; longer text stays as it is. */
export function padToWidth(text: string, columns: number, align: Alignment = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, columns - stringWidth(text)))
  return align === 'left' ? text + spaces : spaces + text
}

/** Lines of a table: the titles, then one line per row, columns aligned, no spaces at the ends. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const lines = [columns.map((column) => column.title), ...rows]
  const widths = columns.map((_, index) => Math.max(...lines.map((cells) => stringWidth(cells[index] ?? ''))))
  return lines.map((cells) =>
    columns
      .map((column, index) => padToWidth(cells[index] ?? '', widths[index] ?? 0, column.align))
      .join(GAP)
      .trimEnd(),
  )
}

/** The text in lines of at most `columns` terminal columns, broken at spaces; a word that is longer stands alone. */
export function wrapToWidth(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const last = lines.at(-1)
    const joined = `${last} ${word}`
    if (last === undefined || stringWidth(joined) > columns) lines.push(word)
    else lines[lines.length - 1] = joined
  }
  return lines
}

/**
 * A line in pieces of at most `columns` terminal columns, broken behind words, the later ones further in by `indent`. Unlike
 * wrapToWidth it keeps the spaces in between, for there may be names in it; a word that is longer stands alone.
 */
export function wrapLine(text: string, columns: number, indent: string): string[] {
  const lines: string[] = []
  for (const [word] of text.matchAll(/\s*\S+/g)) {
    const last = lines.at(-1)
    const joined = `${last ?? ''}${word}`
    if (last === undefined || stringWidth(joined) <= columns) lines[Math.max(0, lines.length - 1)] = joined
    else lines.push(indent + word.trimStart())
  }
  return lines
}

/** A term, and what there is to say about it: each text begins a line of its own. */
export type Definition = readonly [term: string, ...texts: string[]]

/** Terms to the left, their texts wrapped to the right of the longest, no line wider than `columns` where words allow it. */
export function definitionLines(definitions: readonly Definition[], columns: number, indent = GAP): string[] {
  const termWidth = Math.max(0, ...definitions.map(([term]) => stringWidth(term)))
  const textWidth = columns - indent.length - termWidth - GAP.length
  return definitions.flatMap(([term, ...texts]) => {
    const wrapped = texts.flatMap((text) => wrapToWidth(text, textWidth))
    const lines = wrapped.length === 0 ? [''] : wrapped
    return lines.map((line, index) => (indent + padToWidth(index === 0 ? term : '', termWidth) + GAP + line).trimEnd())
  })
}
