/** What a panel has to show, before it is known which part of it fits. */

import type { ClusterSnapshot } from '../../../peer/snapshot.ts'
import type { Line } from '../lines.ts'
import type { Rows } from '../rows.ts'
import type { UiState } from '../ui-state.ts'

export interface DashboardModel {
  readonly snapshot: ClusterSnapshot
  readonly ui: UiState
  readonly rows: Rows
}

export interface PanelContent {
  /** Behind the panel's name in its border: counts, order, filter. */
  readonly note: string
  /** Lines that stay while the others scroll: titles of columns. */
  readonly head: readonly Line[]
  readonly count: number
  /** Exactly as wide as the panel's inside. */
  lineAt(index: number): Line
  /** The row that has to stay in sight; undefined where nothing is selected. */
  readonly selected: number | undefined
  /** Sentences below the last line, for when there is little or nothing: what to do next. */
  readonly hint: readonly string[]
}

/** A panel of lines that are all there already. */
export const textContent = (lines: readonly Line[], note = '', hint: readonly string[] = []): PanelContent => ({
  note,
  head: [],
  count: lines.length,
  lineAt: (index) => lines[index] ?? [],
  selected: undefined,
  hint,
})
