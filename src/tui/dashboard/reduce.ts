/**
 * What a key, a click or an answer does: a pure function from the state of the screen to the next one, and to effects for
 * the peer behind it. Keys are looked up in key-table.ts, moving about is navigate.ts; nothing here draws or waits.
 */

import type { JobId } from '../../base/ids.ts'
import { LOAD_STEP } from '../../base/limits.ts'
import { formatLoad } from '../text/figures.ts'
import { formAfterCompletion, formAfterFault, formAfterKey, formAfterPaste, newForm } from './form.ts'
import { bindingOf, type Command } from './key-table.ts'
import type { PanelName } from './layout.ts'
import type { MouseEvent } from './mouse.ts'
import {
  afterMouse,
  back,
  focusPanel,
  move,
  nextPanel,
  nextSort,
  openDetail,
  pageRows,
  type Sight,
} from './navigate.ts'
import type { DashboardPort, PathCompletion, SubmitRequest } from './port.ts'
import { isRunning, pipelineOf, type Rows, rowsOf } from './rows.ts'
import { editInput, inputOf } from './text-input.ts'
import { AT_END, failed, type Overlay, type Question, type Toast, told, type UiState } from './ui-state.ts'

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
export interface UiWorld extends Sight {
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
