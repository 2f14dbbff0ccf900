/** Moving about on the screen: which panel has the keys, which row is selected, what is shown of a list; by keys and by mouse. */

import type { ClusterSnapshot } from '../../peer/snapshot.ts'
import { focusOrder, type Layout, LOWER_PANELS, layoutOf, type PanelName, panelAt, type ScreenSize } from './layout.ts'
import type { MouseEvent } from './mouse.ts'
import { type PanelView, viewOf } from './panels/view.ts'
import { JOB_SORTS, PEER_SORTS, rowsOf, selectedIndex } from './rows.ts'
import { AT_END, told, type UiState } from './ui-state.ts'

/** What there is to see. */
export interface Sight {
  readonly snapshot: ClusterSnapshot
  readonly size: ScreenSize
}

export function focusPanel(ui: UiState, panel: PanelName): UiState {
  const lower = LOWER_PANELS.find((name) => name === panel) ?? ui.lower
  const subject = panel === 'peers' || panel === 'jobs' ? panel : ui.subject
  const tops = subject === ui.subject ? ui.tops : { ...ui.tops, detail: 0 }
  return { ...ui, focus: panel, lower, subject, tops, isDetailOpen: panel === 'detail' }
}

export function nextPanel(ui: UiState, step: 1 | -1, world: Sight): UiState {
  const order = focusOrder(layoutOf(world.size, ui))
  const index = order.indexOf(ui.focus)
  return focusPanel(ui, order.at((index + step) % order.length) ?? 'peers')
}

export const openDetail = (ui: UiState): UiState =>
  ui.focus === 'peers' || ui.focus === 'jobs' ? { ...focusPanel(ui, 'detail'), subject: ui.focus } : ui

export function back(ui: UiState): UiState {
  if (ui.focus === 'detail') return focusPanel(ui, ui.subject)
  return { ...ui, filters: { ...ui.filters, [ui.focus]: '' } }
}

export function nextSort(ui: UiState): UiState {
  if (ui.focus === 'peers') return { ...ui, sort: { ...ui.sort, peers: after(PEER_SORTS, ui.sort.peers) } }
  if (ui.focus === 'jobs') return { ...ui, sort: { ...ui.sort, jobs: after(JOB_SORTS, ui.sort.jobs) } }
  return told(ui, 'peers and jobs can be sorted; this panel has one order')
}

const after = <T>(values: readonly [T, ...T[]], value: T): T =>
  values[(values.indexOf(value) + 1) % values.length] ?? values[0]

const focusedView = (
  ui: UiState,
  { snapshot, size }: Sight,
  layout: Layout = layoutOf(size, ui),
): PanelView | undefined => {
  const panel = layout.panels.find(({ name }) => name === ui.focus)
  return panel === undefined ? undefined : viewOf(panel, { snapshot, ui, rows: rowsOf(snapshot, ui) })
}

export const pageRows = (ui: UiState, world: Sight): number => Math.max(1, (focusedView(ui, world)?.bodyRows ?? 2) - 1)

/** Moves the selection of a list, or what is shown of a text. */
export function move(ui: UiState, step: number, world: Sight): UiState {
  const view = focusedView(ui, world)
  if (view === undefined) return ui
  if (ui.focus === 'peers' || ui.focus === 'jobs') {
    const rows = rowsOf(world.snapshot, ui)[ui.focus]
    const from = selectedIndex(rows, ui.selected[ui.focus])
    return select(ui, ui.focus, Math.min(rows.length - 1, Math.max(0, from + step)), world)
  }
  const last = Math.max(0, view.count - view.bodyRows)
  const top = Math.max(0, Math.min(view.top + step, last))
  return { ...ui, tops: { ...ui.tops, [ui.focus]: top === last && ui.focus === 'log' ? AT_END : top } }
}

function select(ui: UiState, list: 'peers' | 'jobs', index: number, world: Sight): UiState {
  const row = rowsOf(world.snapshot, ui)[list][index]
  if (row === undefined) return ui
  const isSame = ui.selected[list]?.id === row.id
  const selected = { ...ui.selected, [list]: { id: row.id, index } }
  const next: UiState = { ...ui, selected, tops: isSame ? ui.tops : { ...ui.tops, detail: 0 } }
  // the view moves as little as it must; where it then is has to be remembered
  const top = focusedView(next, world)?.top ?? 0
  return { ...next, tops: { ...next.tops, [list]: top } }
}

export function afterMouse(ui: UiState, mouse: MouseEvent, world: Sight): UiState {
  const layout = layoutOf(world.size, ui)
  const panel = panelAt(layout, mouse.x, mouse.y)
  if (panel === undefined) return ui
  const focused = ui.focus === panel.name ? ui : focusPanel(ui, panel.name)
  if (mouse.kind !== 'press') return move(focused, mouse.kind === 'wheel-up' ? -1 : 1, world)
  const view = focusedView(focused, world)
  if (view === undefined) return focused
  if (view.tabs !== undefined && mouse.y === panel.y) {
    const tab = view.tabs.find(({ from, to }) => mouse.x >= panel.x + from && mouse.x < panel.x + to)
    return tab === undefined ? focused : focusPanel(focused, tab.name)
  }
  const row = mouse.y - panel.y - view.bodyY
  if (panel.name !== 'peers' && panel.name !== 'jobs') return focused
  if (row < 0 || row >= view.bodyRows || view.top + row >= view.count) return focused
  const before = rowsOf(world.snapshot, ui)[panel.name]
  const wasSelected = selectedIndex(before, ui.selected[panel.name]) === view.top + row && ui.focus === panel.name
  // a second click on a row opens it
  return wasSelected ? openDetail(focused) : select(focused, panel.name, view.top + row, world)
}
