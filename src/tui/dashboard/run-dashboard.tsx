/**
 * The dashboard on a real terminal: takes the alternate screen, draws through Ink, hands keys and clicks to the reducer and
 * its effects to the port, and gives the terminal back as it was, also when the process crashes.
 *
 * Ink's own alternate-screen option is not used: it leaves the cursor where it was, and at a crash it draws once more after
 * the screen is given back. Frames stay below the terminal's height and Ink writes changed lines only, so nothing clears
 * the screen after the start. A terminal whose size changed is the exception: it is erased from its upper left corner and
 * drawn anew.
 */

import { render } from 'ink'
import type { Clock, Timer } from '../../base/clock.ts'
import { DASHBOARD_KEY_FRAMES_PER_SECOND, RESIZE_SETTLE_MS, TOAST_MS } from '../../base/limits.ts'
import { frameLines } from './frame.ts'
import { createFramePacer } from './frame-pacer.ts'
import { ansiOf } from './lines.ts'
import { createMouseParser, MOUSE_OFF, MOUSE_ON } from './mouse.ts'
import { performEffect } from './perform-effect.ts'
import type { DashboardPort } from './port.ts'
import { type Effect, reduce, type UiEvent } from './reduce.ts'
import { Screen } from './screen.tsx'
import { INITIAL_UI, type Toast } from './ui-state.ts'

export interface DashboardOptions {
  readonly terminal: NodeJS.WriteStream
  readonly keyboard: NodeJS.ReadStream
  readonly clock: Clock
  readonly port: DashboardPort
  /** Ends the dashboard from outside: SIGTERM, for instance. */
  readonly signal: AbortSignal
  /** Calls the listener when the process is about to die; returns the way to stop. */
  readonly onCrash: (listener: () => void) => () => void
}

/** `at-once` when the person would not wait, `interrupted` when the signal ended it. */
export type DashboardEnd = 'quit' | 'at-once' | 'interrupted'

const ENTER_SCREEN = `\x1b[?1049h\x1b[H\x1b[?25l${MOUSE_ON}`
/** Bracketed paste is Ink's, which at a crash gets no chance to end it. */
const LEAVE_SCREEN = `${MOUSE_OFF}\x1b[?2004l\x1b[?1049l\x1b[?25h`
const ERASE_SCREEN = '\x1b[H\x1b[J'

/** Terminals that do not tell their size have had this one since 1978. */
const DEFAULT_SIZE = { columns: 80, rows: 24 } as const

/** Resolves when the person quits or the signal aborts; the terminal is then as it was. */
export async function runDashboard(options: DashboardOptions): Promise<DashboardEnd> {
  const { terminal, keyboard, clock, port, signal } = options
  const ended = Promise.withResolvers<DashboardEnd>()
  const mouse = createMouseParser()
  let ui = INITIAL_UI
  let shown: readonly string[] = []
  let toast: Toast | undefined
  let toastTimer: Timer | undefined
  let resizeTimer: Timer | undefined

  const sizeNow = () => ({
    columns: terminal.columns || DEFAULT_SIZE.columns,
    rows: terminal.rows || DEFAULT_SIZE.rows,
  })
  const frameNow = (): readonly string[] =>
    frameLines({ snapshot: port.snapshot(), ui, size: sizeNow(), port }).map(ansiOf)
  const screen = () => <Screen lines={shown} onKey={(key) => dispatch({ kind: 'key', key })} onPaste={paste} />

  function draw(): void {
    const next = frameNow()
    if (next.length === shown.length && next.every((line, row) => line === shown[row])) return
    shown = next
    app.rerender(screen())
  }
  function dispatch(event: UiEvent): void {
    const step = reduce(ui, event, { snapshot: port.snapshot(), size: sizeNow(), port })
    ui = step.ui
    if (ui.toast !== undefined && ui.toast !== toast) expire(ui.toast)
    toast = ui.toast
    for (const effect of step.effects) perform(effect)
    pacer.asked()
  }
  function expire(shownToast: Toast): void {
    toastTimer?.cancel()
    toastTimer = clock.setTimer(TOAST_MS, () => dispatch({ kind: 'toast-over', toast: shownToast }))
  }
  const paste = (text: string): void => dispatch({ kind: 'paste', text })
  function perform(effect: Effect): void {
    if (effect.kind === 'redraw') redraw()
    else if (effect.kind === 'quit') ended.resolve(effect.atOnce ? 'at-once' : 'quit')
    else performEffect(effect, port, dispatch)
  }
  /**
   * At once, and all of it again when the size has come to rest: a frame that was on its way when the terminal changed lands
   * on a screen of another size, and Ink, which writes only lines that differ, would leave it so.
   */
  function resized(): void {
    pacer.drawNow()
    resizeTimer?.cancel()
    resizeTimer = clock.setTimer(RESIZE_SETTLE_MS, redraw)
  }
  function redraw(): void {
    app.clear()
    terminal.write(ERASE_SCREEN)
    shown = []
    pacer.drawNow()
  }
  function readMouse(chunk: string | Uint8Array): void {
    for (const event of mouse.push(String(chunk))) dispatch({ kind: 'mouse', mouse: event })
  }

  const pacer = createFramePacer(clock, draw, threadCpuMs(clock))
  let isOpen = true
  function giveBack(): void {
    if (!isOpen) return
    isOpen = false
    pacer.stop()
    toastTimer?.cancel()
    keyboard.off('data', readMouse)
    terminal.off('resize', resized)
    resizeTimer?.cancel()
    app.unmount()
    // Ink does it too, but only in a later turn of the event loop, which a crash does not have
    keyboard.setRawMode(false)
    terminal.write(LEAVE_SCREEN)
  }

  shown = frameNow()
  // Ink does it too, but behind its first frame: what is typed between would be echoed into that
  keyboard.setRawMode(true)
  terminal.write(ENTER_SCREEN)
  // before Ink's own listener, so that it already finds a frame of the new size
  terminal.on('resize', resized)
  const app = render(screen(), {
    stdout: terminal,
    stdin: keyboard,
    exitOnCtrlC: false,
    patchConsole: false,
    incrementalRendering: true,
    interactive: true,
    maxFps: DASHBOARD_KEY_FRAMES_PER_SECOND,
  })
  // Ink leaves mouse sequences out; whoever listens for data sees what it reads
  keyboard.on('data', readMouse)
  const stopFollowing = port.onChange(pacer.changed)
  const stopWatching = options.onCrash(giveBack)
  const interrupt = (): void => ended.resolve('interrupted')
  signal.addEventListener('abort', interrupt, { once: true })
  if (signal.aborted) interrupt()
  pacer.drawNow()
  try {
    // an error in a component ends Ink, and with it the dashboard
    return await Promise.race([ended.promise, app.waitUntilExit().then((): DashboardEnd => 'quit')])
  } finally {
    giveBack()
    stopFollowing()
    stopWatching()
    signal.removeEventListener('abort', interrupt)
  }
}

/** CPU time of this thread, where this Node tells it: on a machine that runs tasks on all cores the clock would blame us. */
function threadCpuMs(clock: Clock): () => number {
  if (typeof process.threadCpuUsage !== 'function') return clock.now
  return () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
}
