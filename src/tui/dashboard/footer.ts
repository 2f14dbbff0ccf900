/** The bottom line: the keys that mean something now, or what was just done, or the filter that is being typed. */

import { cellText, textWidth } from '../text/cell-text.ts'
import { bindingsFor } from './key-table.ts'
import { fitLine, type Line, lineWidth, type Span, span } from './lines.ts'
import type { UiState } from './ui-state.ts'

export function footerLine(ui: UiState, isExecutor: boolean, columns: number): Line {
  if (ui.filtering !== undefined) {
    const typed = cellText(ui.filters[ui.filtering])
    return fitLine(
      [span(` filter ${ui.filtering}: `, 'key'), span(typed), span('▏'), span('  Enter keeps it, Esc drops it', 'dim')],
      columns,
    )
  }
  if (ui.toast !== undefined) {
    const isError = ui.toast.level === 'error'
    return fitLine(
      [
        span(isError ? ' ✕ ' : ' ✓ ', isError ? 'bad' : 'good'),
        span(cellText(ui.toast.text), isError ? 'bad' : 'plain'),
      ],
      columns,
    )
  }
  return fitLine(hintSpans(isExecutor, columns), columns)
}

/** `key word`, as many as fit whole; keys with the same word share it. Help and quit are always among them. */
function hintSpans(isExecutor: boolean, columns: number): Line {
  const hints = new Map<string, string>()
  for (const { hint, shown } of bindingsFor(isExecutor)) {
    if (hint === undefined) continue
    const before = hints.get(hint)
    hints.set(hint, before === undefined ? shown : `${before}${shown}`)
  }
  const last = hintOf(hints.get('quit') ?? 'q', 'quit')
  hints.delete('quit')
  const spans: Span[] = []
  for (const [word, keys] of hints) {
    const hint = hintOf(keys, word)
    if (lineWidth(spans) + lineWidth(hint) + lineWidth(last) > columns) break
    spans.push(...hint)
  }
  return [...spans, ...last]
}

const hintOf = (keys: string, word: string): Line => {
  const [first = keys] = keys.split(' ')
  return [span(` ${textWidth(first) === 0 ? keys : first}`, 'key'), span(` ${word} `, 'dim')]
}
