/**
 * What a key, a click or an answer does: a pure function from the state of the screen to the next one, and to effects for
 * the peer behind it. Keys are looked up in key-table.ts; nothing here draws or waits.
 */

import type { JobId } from '../../base/ids.ts'
import { LOAD_STEP } from '../../base/limits.ts'
import type { ClusterSnapshot } from '../../peer/snapshot.ts'
import { formatLoad } from '../text/figures.ts'
import { formAfterCompletion, formAfterFault, formAfterKey, formAfterPaste, newForm } from './form.ts'
import { bindingOf, type Command } from './key-table.ts'
import { focusOrder, type Layout, LOWER_PANELS, layoutOf, type PanelName, panelAt, type ScreenSize } from './layout.ts'
import type { MouseEvent } from './mouse.ts'
import { type PanelView, viewOf } from './panels/view.ts'
import type { DashboardPort, PathCompletion, SubmitRequest } from './port.ts'
import { isRunning, JOB_SORTS, PEER_SORTS, pipelineOf, type Rows, rowsOf, selectedIndex } from './rows.ts'
import { editInput, inputOf } from './text-input.ts'
import { AT_END, type Overlay, type Question, type Toast, type UiState } from './ui-state.ts'

export type UiEvent =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'mouse'; readonly mouse: MouseEvent }
  | {
      readonly kind: 'completed-path'
      readonly field: 'path' | 'out'
      readonly asked: string
      readonly completion: PathCompletion
    }
  | { readonly kind: 'submitted'; readonly job: JobId }
  | { readonly kind: 'submit-failed'; readonly fault: string }
  | { readonly kind: 'join-line'; readonly line: string | undefined; readonly fault: string | undefined }
  /** The toast was read long enough. */
  | { readonly kind: 'toast-over'; readonly toast: Toast }
  | { readonly kind: 'told'; readonly text: string; readonly level: 'info' | 'error' }

export type Effect =
  | { readonly kind: 'set-load'; readonly load: number }
  | { readonly kind: 'pause' | 'resume' | 'drain' | 'join-line' | 'redraw' }
  | { readonly kind: 'complete-path'; readonly field: 'path' | 'out'; readonly text: string }
  | { readonly kind: 'submit'; readonly request: SubmitRequest }
  | { readonly kind: 'cancel' | 'retry'; readonly job: JobId }
  | { readonly kind: 'quit'; readonly atOnce: boolean }

/** What a reduction may look at. */
export interface UiWorld {
  readonly snapshot: ClusterSnapshot
  readonly size: ScreenSize
  readonly port: Pick<DashboardPort, 'operations' | 'strategies' | 'defaults' | 'pipelineFault'>
}

export interface UiStep {
  readonly ui: UiState
  readonly effects: readonly Effect[]
}

export function reduce(ui: UiState, event: UiEvent, world: UiWorld): UiStep {
  switch (event.kind) {
    case 'key':
      return afterKey({ ...ui, toast: undefined }, event.key, world)
    case 'paste':
      return only(afterPaste(ui, event.text, world))
    case 'mouse':
      return only(ui.overlay === undefined ? afterMouse({ ...ui, toast: undefined }, event.mouse, world) : ui)
    case 'completed-path': {
      const { field, asked, completion } = event
      return only(onForm(ui, (form) => formAfterCompletion(form, field, asked, completion)))
    }
    case 'submitted': {
      const selected = { ...ui.selected, jobs: { id: event.job, index: 0 } }
      const closed = ui.overlay?.kind === 'form' ? { ...ui, overlay: undefined } : ui
      return only({ ...focusPanel(closed, 'jobs'), selected, toast: { text: 'submitted', level: 'info' } })
    }
    case 'submit-failed':
      return only(
        ui.overlay?.kind === 'form'
          ? onForm(ui, (form) => formAfterFault(form, event.fault))
          : { ...ui, toast: { text: event.fault, level: 'error' } },
      )
    case 'join-line':
      return only(
        ui.overlay?.kind === 'join-line'
          ? { ...ui, overlay: { kind: 'join-line', line: event.line, fault: event.fault } }
          : ui,
      )
    case 'toast-over':
      return only(ui.toast === event.toast ? { ...ui, toast: undefined } : ui)
    case 'told':
      return only({ ...ui, toast: { text: event.text, level: event.level } })
  }
}

const only = (ui: UiState): UiStep => ({ ui, effects: [] })

function onForm(ui: UiState, change: (form: ReturnType<typeof newForm>) => ReturnType<typeof newForm>): UiState {
  return ui.overlay?.kind === 'form' ? { ...ui, overlay: { kind: 'form', form: change(ui.overlay.form) } } : ui
}

function afterKey(ui: UiState, key: string, world: UiWorld): UiStep {
  if (ui.overlay !== undefined) return keyOnOverlay(ui, ui.overlay, key, world)
  if (ui.filtering !== undefined) return keyInFilter(ui, ui.filtering, key)
  const binding = bindingOf(key)
  if (binding === undefined) return only(ui)
  if (binding.needsExecutor === true && world.snapshot.self.role !== 'executor') {
    return only(told(ui, `${binding.shown} needs an executor, and this peer only looks on: peer start is one`))
  }
  return run(ui, binding.command, world)
}

function keyOnOverlay(ui: UiState, overlay: Overlay, key: string, world: UiWorld): UiStep {
  const close = { ...ui, overlay: undefined }
  if (overlay.kind === 'question') return answer(close, overlay.question, key, ui)
  if (key === 'ctrl-c') return askToQuit(close, world)
  if (key === 'escape') return only(close)
  if (overlay.kind === 'form') {
    const { form, effects } = formAfterKey(overlay.form, key, world.port)
    return { ui: { ...ui, overlay: { kind: 'form', form } }, effects }
  }
  if (overlay.kind === 'join-line') return only(close)
  const command = bindingOf(key)?.command
  const step =
    command === 'up' ? -1 : command === 'down' ? 1 : command === 'page-up' ? -10 : command === 'page-down' ? 10 : 0
  if (step === 0) return only(close)
  return only({ ...ui, overlay: { kind: 'help', top: Math.max(0, overlay.top + step) } })
}

function answer(close: UiState, question: Question, key: string, open: UiState): UiStep {
  if (question.kind === 'quit' && key === 'ctrl-c') return { ui: close, effects: [{ kind: 'quit', atOnce: true }] }
  if (key === 'n' || key === 'N' || key === 'escape' || key === 'q' || key === 'ctrl-c') return only(close)
  if (key !== 'y' && key !== 'Y' && key !== 'enter') return only(open)
  switch (question.kind) {
    case 'quit':
      return { ui: close, effects: [{ kind: 'quit', atOnce: false }] }
    case 'drain':
      return { ui: close, effects: [{ kind: 'drain' }] }
    case 'cancel':
      return { ui: close, effects: [{ kind: 'cancel', job: question.job }] }
  }
}

function keyInFilter(ui: UiState, panel: PanelName, key: string): UiStep {
  const withFilter = (text: string): UiState => ({
    ...ui,
    filters: { ...ui.filters, [panel]: text },
    tops: { ...ui.tops, [panel]: panel === 'log' ? AT_END : 0 },
  })
  if (key === 'enter' || key === 'down' || key === 'up' || key === 'tab') return only({ ...ui, filtering: undefined })
  if (key === 'escape' || key === 'ctrl-c') return only({ ...withFilter(''), filtering: undefined })
  const edited = editInput(inputOf(ui.filters[panel]), key)
  return only(edited === undefined ? ui : withFilter(edited.text))
}

function afterPaste(ui: UiState, text: string, world: UiWorld): UiState {
  if (ui.filtering !== undefined) {
    const panel = ui.filtering
    return { ...ui, filters: { ...ui.filters, [panel]: ui.filters[panel] + text.replace(/\p{Cc}/gu, '') } }
  }
  return onForm(ui, (form) => formAfterPaste(form, text, world.port))
}

function run(ui: UiState, command: Command, world: UiWorld): UiStep {
  const { snapshot } = world
  switch (command) {
    case 'up':
      return only(move(ui, -1, world))
    case 'down':
      return only(move(ui, 1, world))
    case 'page-up':
      return only(move(ui, -pageRows(ui, world), world))
    case 'page-down':
      return only(move(ui, pageRows(ui, world), world))
    case 'first':
      return only(move(ui, -AT_END, world))
    case 'last':
      return only(move(ui, AT_END, world))
    case 'next-panel':
      return only(nextPanel(ui, 1, world))
    case 'previous-panel':
      return only(nextPanel(ui, -1, world))
    case 'open':
      return only(openDetail(ui))
    case 'back':
      return only(back(ui))
    case 'filter':
      return only(ui.focus === 'detail' ? ui : { ...ui, filtering: ui.focus })
    case 'sort':
      return only(nextSort(ui))
    case 'more-load':
      return setLoad(ui, snapshot.self.load + LOAD_STEP)
    case 'less-load':
      return setLoad(ui, snapshot.self.load - LOAD_STEP)
    case 'pause':
      return snapshot.self.isPaused
        ? { ui: told(ui, 'taking tasks again'), effects: [{ kind: 'resume' }] }
        : { ui: told(ui, 'paused: no tasks are taken until p is pressed again'), effects: [{ kind: 'pause' }] }
    case 'drain':
      return only(
        snapshot.self.isDraining
          ? told(ui, 'this peer is draining already')
          : { ...ui, overlay: { kind: 'question', question: { kind: 'drain' } } },
      )
    case 'submit':
      return only({ ...ui, overlay: { kind: 'form', form: newForm(world.port.defaults) } })
    case 'cancel':
      return only(askToCancel(ui, rowsOf(snapshot, ui)))
    case 'retry':
      return retry(ui, rowsOf(snapshot, ui))
    case 'join-line':
      return {
        ui: { ...ui, overlay: { kind: 'join-line', line: undefined, fault: undefined } },
        effects: [{ kind: 'join-line' }],
      }
    case 'help':
      return only({ ...ui, overlay: { kind: 'help', top: 0 } })
    case 'redraw':
      return { ui, effects: [{ kind: 'redraw' }] }
    case 'quit':
      return askToQuit(ui, world)
  }
}

const told = (ui: UiState, text: string): UiState => ({ ...ui, toast: { text, level: 'info' } })
const failed = (ui: UiState, text: string): UiState => ({ ...ui, toast: { text, level: 'error' } })

function setLoad(ui: UiState, wanted: number): UiStep {
  // two decimals: twenty steps of 0.05 must end at exactly 1
  const load = Math.round(Math.min(1, Math.max(0, wanted)) * 100) / 100
  return { ui: told(ui, `load probability ${formatLoad(load)}`), effects: [{ kind: 'set-load', load }] }
}

function askToQuit(ui: UiState, { snapshot }: UiWorld): UiStep {
  const jobs = snapshot.jobs.filter(({ own, state }) => own !== undefined && state === 'running').length
  if (jobs === 0) return { ui, effects: [{ kind: 'quit', atOnce: false }] }
  return only({ ...ui, overlay: { kind: 'question', question: { kind: 'quit', jobs } } })
}

function askToCancel(ui: UiState, { selectedJob }: Rows): UiState {
  if (selectedJob === undefined) return told(ui, 'no job is selected')
  if (selectedJob.kind === 'finished' || !isRunning(selectedJob)) return told(ui, 'this job runs no longer')
  if (selectedJob.job.own === undefined) {
    return failed(ui, `only its coordinator can cancel a job: this one is of ${selectedJob.job.coordinatorName}`)
  }
  const question: Question = { kind: 'cancel', job: selectedJob.job.id, text: pipelineOf(selectedJob) }
  return { ...ui, overlay: { kind: 'question', question } }
}

function retry(ui: UiState, { selectedJob }: Rows): UiStep {
  if (selectedJob === undefined) return only(told(ui, 'no job is selected'))
  if (isRunning(selectedJob)) return only(told(ui, 'this job still runs: what fails can be tried again at its end'))
  const isOwn = selectedJob.kind === 'finished' || selectedJob.job.own !== undefined
  if (!isOwn) return only(failed(ui, 'only a job of your own can be tried again'))
  const job = selectedJob.kind === 'finished' ? selectedJob.finished.summary.job : selectedJob.job.id
  return { ui: told(ui, 'trying again what failed or was left'), effects: [{ kind: 'retry', job }] }
}

// ---- moving about ----

function focusPanel(ui: UiState, panel: PanelName): UiState {
  const lower = LOWER_PANELS.find((name) => name === panel) ?? ui.lower
  const subject = panel === 'peers' || panel === 'jobs' ? panel : ui.subject
  const tops = subject === ui.subject ? ui.tops : { ...ui.tops, detail: 0 }
  return { ...ui, focus: panel, lower, subject, tops, isDetailOpen: panel === 'detail' }
}

function nextPanel(ui: UiState, step: 1 | -1, world: UiWorld): UiState {
  const order = focusOrder(layoutOf(world.size, ui))
  const index = order.indexOf(ui.focus)
  return focusPanel(ui, order.at((index + step) % order.length) ?? 'peers')
}

const openDetail = (ui: UiState): UiState =>
  ui.focus === 'peers' || ui.focus === 'jobs' ? { ...focusPanel(ui, 'detail'), subject: ui.focus } : ui

function back(ui: UiState): UiState {
  if (ui.focus === 'detail') return focusPanel(ui, ui.subject)
  return { ...ui, filters: { ...ui.filters, [ui.focus]: '' } }
}

function nextSort(ui: UiState): UiState {
  if (ui.focus === 'peers') return { ...ui, sort: { ...ui.sort, peers: after(PEER_SORTS, ui.sort.peers) } }
  if (ui.focus === 'jobs') return { ...ui, sort: { ...ui.sort, jobs: after(JOB_SORTS, ui.sort.jobs) } }
  return told(ui, 'peers and jobs can be sorted; this panel has one order')
}

const after = <T>(values: readonly [T, ...T[]], value: T): T =>
  values[(values.indexOf(value) + 1) % values.length] ?? values[0]

const focusedView = (
  ui: UiState,
  { snapshot, size }: UiWorld,
  layout: Layout = layoutOf(size, ui),
): PanelView | undefined => {
  const panel = layout.panels.find(({ name }) => name === ui.focus)
  return panel === undefined ? undefined : viewOf(panel, { snapshot, ui, rows: rowsOf(snapshot, ui) })
}

const pageRows = (ui: UiState, world: UiWorld): number => Math.max(1, (focusedView(ui, world)?.bodyRows ?? 2) - 1)

/** Moves the selection of a list, or what is shown of a text. */
function move(ui: UiState, step: number, world: UiWorld): UiState {
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

function select(ui: UiState, list: 'peers' | 'jobs', index: number, world: UiWorld): UiState {
  const row = rowsOf(world.snapshot, ui)[list][index]
  if (row === undefined) return ui
  const isSame = ui.selected[list]?.id === row.id
  const selected = { ...ui.selected, [list]: { id: row.id, index } }
  const next: UiState = { ...ui, selected, tops: isSame ? ui.tops : { ...ui.tops, detail: 0 } }
  // the view moves as little as it must; where it then is has to be remembered
  const top = focusedView(next, world)?.top ?? 0
  return { ...next, tops: { ...next.tops, [list]: top } }
}

function afterMouse(ui: UiState, mouse: MouseEvent, world: UiWorld): UiState {
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
