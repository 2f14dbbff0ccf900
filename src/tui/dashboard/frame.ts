/**
 * The whole screen as lines: a pure function of the cluster's snapshot, the state of the screen and the terminal's size.
 * One row fewer than the terminal has, each line exactly as wide as it.
 */

import type { ClusterSnapshot } from '../../peer/snapshot.ts'
import { footerLine } from './footer.ts'
import { headerLines } from './header.ts'
import { layoutOf, type PlacedPanel, type ScreenSize } from './layout.ts'
import { fitLine, type Line } from './lines.ts'
import { withBox } from './overlays/box.ts'
import { overlayBox } from './overlays/overlay-box.ts'
import { viewOf } from './panels/view.ts'
import type { DashboardPort } from './port.ts'
import { rowsOf } from './rows.ts'
import type { UiState } from './ui-state.ts'

export interface FrameInput {
  readonly snapshot: ClusterSnapshot
  readonly ui: UiState
  readonly size: ScreenSize
  readonly port: Pick<DashboardPort, 'operations' | 'strategies' | 'pipelineFault'>
}

export function frameLines({ snapshot, ui, size, port }: FrameInput): readonly Line[] {
  const layout = layoutOf(size, ui)
  const { columns, rows } = layout
  const isExecutor = snapshot.self.role === 'executor'
  const model = { snapshot, ui, rows: rowsOf(snapshot, ui) }
  const placed = layout.panels.map((panel) => ({ panel, lines: viewOf(panel, model).lines() }))
  const content = Array.from({ length: rows - layout.headerRows - 1 }, (_, index) =>
    rowOf(placed, layout.headerRows + index, columns),
  )
  const frame = [...headerLines(snapshot, columns, layout.headerRows), ...content, footerLine(ui, isExecutor, columns)]
  const shown =
    ui.overlay === undefined
      ? frame
      : withBox(frame, overlayBox(ui.overlay, { ...port, isExecutor }, { columns, rows }), { columns, rows })
  // a terminal below the smallest layout gets its upper left corner
  return shown.slice(0, Math.max(1, size.rows - 1)).map((line) => fitLine(line, size.columns))
}

/** The panels that cross this row, from left to right. */
function rowOf(
  placed: readonly { readonly panel: PlacedPanel; readonly lines: readonly Line[] }[],
  y: number,
  columns: number,
): Line {
  const parts = placed
    .filter(({ panel }) => y >= panel.y && y < panel.y + panel.rows)
    .sort((a, b) => a.panel.x - b.panel.x)
    .flatMap(({ panel, lines }) => lines[y - panel.y] ?? [])
  return fitLine(parts, columns)
}
