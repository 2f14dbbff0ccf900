/** The peer's own log: who came and went, notices, ends of jobs. The newest line is at the bottom. */

import type { LogLine } from '../../../peer/snapshot.ts'
import { cellText } from '../../text/cell-text.ts'
import { fitLine, type Line, span, type Tone } from '../lines.ts'
import { matches } from '../rows.ts'
import type { DashboardModel, PanelContent } from './content.ts'

const LEVELS: Readonly<Record<LogLine['level'], readonly [symbol: string, tone: Tone]>> = {
  info: [' ', 'plain'],
  warning: ['!', 'warn'],
  error: ['✕', 'bad'],
}

export function logContent({ snapshot, ui }: DashboardModel, columns: number): PanelContent {
  const lines =
    ui.filters.log === '' ? snapshot.log : snapshot.log.filter((entry) => matches(ui.filters.log, entry.message))
  return {
    note: '',
    head: [],
    count: lines.length,
    lineAt: (index) => logLine(lines[index], columns),
    selected: undefined,
    hint:
      lines.length > 0
        ? []
        : [ui.filters.log === '' ? 'Nothing to report.' : 'No line matches the filter: Esc drops it.'],
  }
}

function logLine(entry: LogLine | undefined, columns: number): Line {
  if (entry === undefined) return []
  const [symbol, tone] = LEVELS[entry.level]
  return fitLine(
    [span(` ${clockTime(entry.at)} `, 'dim'), span(`${symbol} `, tone), span(cellText(entry.message), tone)],
    columns,
  )
}

/** `14:03:59` where the reader is. */
export const clockTime = (at: number): string => new Date(at).toTimeString().slice(0, 8)
