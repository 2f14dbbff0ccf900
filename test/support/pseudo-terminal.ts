/**
 * The built command in a real pseudo-terminal, with a terminal emulator that keeps its screen: keys in, screen out. It is
 * ended with the test that started it.
 */

import { join } from 'node:path'
import { type IPty, spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { eventually, PATIENCE_MS } from './eventually.ts'

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js')

export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

export interface PseudoTerminal {
  /** The screen as lines, without spaces at their ends. */
  lines(): readonly string[]
  text(): string
  /** Everything that was written to it, with escape codes. */
  written(): string
  type(keys: string): void
  resize(size: ScreenSize): void
  /** Waits until the screen holds `part`; the error shows the screen. */
  shows(part: string | RegExp, withinMs?: number): Promise<void>
  /** Waits until one of its lines holds `part`, because a frame comes bit by bit: where it begins, counted from 0. */
  placeOf(part: string | RegExp): Promise<{ readonly row: number; readonly column: number }>
  /** Waits until it does not. */
  hides(part: string | RegExp, withinMs?: number): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** When the screen holds the last that was written, too. */
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number | undefined }>
  readonly emulator: InstanceType<typeof xterm.Terminal>
  /** Ends what still runs. */
  close(): Promise<void>
}

export interface TerminalOptions {
  readonly size?: ScreenSize
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Arguments of node before the command. */
  readonly nodeArguments?: readonly string[]
}

/** Runs `peer <args>`. The variables that would turn the dashboard off are taken out of the environment. */
export function openTerminal(args: readonly string[], options: TerminalOptions = {}): PseudoTerminal {
  const { columns, rows } = options.size ?? { columns: 80, rows: 24 }
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 })
  const { CI: _ci, NO_COLOR: _noColor, ...inherited } = process.env
  const child: IPty = spawn(process.execPath, [...(options.nodeArguments ?? []), MAIN, ...args], {
    name: options.env?.['TERM'] ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd: options.cwd ?? process.cwd(),
    env: { ...inherited, ...options.env },
  })
  let written = ''
  child.onData((data) => {
    written += data
    emulator.write(data)
  })
  const ended = new Promise<{ exitCode: number; signal: number | undefined }>((resolve) => {
    // the emulator reads what it is given bit by bit, later
    child.onExit(({ exitCode, signal }) => emulator.write('', () => resolve({ exitCode, signal })))
  })
  let isOver = false
  void ended.then(() => {
    isOver = true
  })

  const lines = (): readonly string[] =>
    Array.from(
      { length: emulator.rows },
      (_, row) => emulator.buffer.active.getLine(emulator.buffer.active.baseY + row)?.translateToString(true) ?? '',
    )
  const text = (): string => lines().join('\n')
  const holds = (part: string | RegExp): boolean =>
    typeof part === 'string' ? text().includes(part) : part.test(text())
  return {
    lines,
    text,
    written: () => written,
    type: (keys) => child.write(keys),
    resize: (size) => {
      emulator.resize(size.columns, size.rows)
      child.resize(size.columns, size.rows)
    },
    shows: (part, withinMs = PATIENCE_MS) =>
      eventually(
        () => holds(part),
        withinMs,
        () => `${part} on\n${text()}`,
      ),
    placeOf: async (part) => {
      const columnIn = (line: string): number => (typeof part === 'string' ? line.indexOf(part) : line.search(part))
      let place = { row: -1, column: -1 }
      await eventually(
        () => {
          const columns = lines().map(columnIn)
          const row = columns.findIndex((column) => column !== -1)
          place = { row, column: columns[row] ?? -1 }
          return row !== -1
        },
        PATIENCE_MS,
        () => `${part} on\n${text()}`,
      )
      return place
    },
    hides: (part, withinMs = PATIENCE_MS) =>
      eventually(
        () => !holds(part),
        withinMs,
        () => `no ${part} on\n${text()}`,
      ),
    kill: (signal) => child.kill(signal),
    ended,
    emulator,
    close: async () => {
      if (!isOver) child.kill('SIGKILL')
      await ended
      emulator.dispose()
    },
  }
}
