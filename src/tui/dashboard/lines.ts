/**
 * Lines of styled text, the material of every panel: an array of spans, measured in terminal columns. Only `ansiOf` knows
 * how a tone looks. Nothing may be told by tone alone: it repeats what a word or a symbol says.
 */

import { textWidth } from '../text/cell-text.ts'
import { cutToColumns } from '../text/columns.ts'

export type Tone = 'plain' | 'bold' | 'dim' | 'good' | 'warn' | 'bad' | 'accent' | 'key' | 'selected'

export interface Span {
  readonly text: string
  readonly tone: Tone
}

export type Line = readonly Span[]

export const span = (text: string, tone: Tone = 'plain'): Span => ({ text, tone })
export const line = (text: string, tone: Tone = 'plain'): Line => [{ text, tone }]

export const lineWidth = (spans: Line): number => spans.reduce((sum, { text }) => sum + textWidth(text), 0)
export const lineText = (spans: Line): string => spans.map(({ text }) => text).join('')

/** Exactly `columns` wide: padded, or cut with an ellipsis. */
export function fitLine(spans: Line, columns: number): Line {
  const width = lineWidth(spans)
  if (width === columns) return spans
  if (width < columns) return [...spans, span(' '.repeat(columns - width))]
  if (columns <= 0) return []
  const kept = [...sliceLine(spans, 0, columns - 1)]
  return [...kept, span('…', kept.at(-1)?.tone ?? 'plain')]
}

/** `left`, and at the far end `right` where all of it fits; exactly `columns` wide. */
export function spreadLine(left: Line, right: Line, columns: number): Line {
  const spare = columns - lineWidth(left) - lineWidth(right)
  return spare < 1 ? fitLine(left, columns) : [...left, span(' '.repeat(spare)), ...right]
}

/** The columns from `from` up to `to`; exactly that wide: a wide character across an edge becomes spaces. */
export function sliceLine(spans: Line, from: number, to: number): Line {
  const sliced: Span[] = []
  let at = 0
  for (const { text, tone } of spans) {
    const width = textWidth(text)
    const start = Math.max(from, at)
    const end = Math.min(to, at + width)
    if (start < end) {
      sliced.push({ text: start === at && end === at + width ? text : cutToColumns(text, start - at, end - at), tone })
    }
    at += width
  }
  const missing = to - Math.max(from, Math.min(to, at))
  return missing > 0 ? [...sliced, span(' '.repeat(missing))] : sliced
}

/** The whole line in one tone. */
export const retone = (spans: Line, tone: Tone): Line => [{ text: lineText(spans), tone }]

/** The text in exactly `columns` columns, with an ellipsis where something was cut. */
export function fitText(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  if (columns <= 0) return ''
  const width = textWidth(text)
  if (width > columns) return `${cutToColumns(text, 0, columns - 1)}…`
  const spaces = ' '.repeat(columns - width)
  return align === 'left' ? text + spaces : spaces + text
}

/** The sixteen colours only: they follow the theme of the terminal. */
const SGR: Readonly<Record<Tone, readonly [on: string, off: string]>> = {
  plain: ['', ''],
  bold: ['\x1b[1m', '\x1b[22m'],
  dim: ['\x1b[2m', '\x1b[22m'],
  good: ['\x1b[32m', '\x1b[39m'],
  warn: ['\x1b[33m', '\x1b[39m'],
  bad: ['\x1b[31m', '\x1b[39m'],
  accent: ['\x1b[36m', '\x1b[39m'],
  key: ['\x1b[1m\x1b[36m', '\x1b[39m\x1b[22m'],
  selected: ['\x1b[30m\x1b[46m', '\x1b[49m\x1b[39m'],
}

/** The line for a terminal. */
export const ansiOf = (spans: Line): string =>
  spans.map(({ text, tone }) => (text === '' ? '' : SGR[tone][0] + text + SGR[tone][1])).join('')
