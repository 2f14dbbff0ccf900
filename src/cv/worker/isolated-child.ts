/**
 * A process for what may crash in native code, from the peer's side: how it is started and how its end is told. It inherits
 * nothing that it does not need: no arguments but its own, of the environment only INHERITED.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createLog } from '../../base/log.ts'

const log = createLog('worker')

/** Where files and libraries are found, which language and time zone sentences have, and what is logged. */
const INHERITED: ReadonlySet<string> = new Set([
  ...['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LD_LIBRARY_PATH'],
  ...['LANG', 'LC_ALL', 'TZ', 'DEBUG', 'UV_THREADPOOL_SIZE'],
])

/** What is told of a child, never while it is being started. */
export interface ChildEvents {
  /** Unchecked. */
  message(value: unknown): void
  error(error: unknown): void
  /** It is gone, and nothing more comes from it. `how` ends the sentence "it ended by itself, …". */
  exit(how: string): void
}

/** @param entry its script, which begins with living-with-peer.ts; @throws Error when the machine has no more processes or pipes */
export function startIsolatedChild(entry: URL, parameters: readonly string[], events: ChildEvents): ChildProcess {
  const child = fork(fileURLToPath(entry), parameters, {
    serialization: 'advanced',
    execArgv: [],
    env: inheritedEnvironment(),
    // what V8 or libvips print when they die would land on a dashboard, between NDJSON lines
    stdio: ['ignore', 'ignore', log.enabled ? 'inherit' : 'ignore', 'ipc'],
  })
  follow(child, events)
  return child
}

/** Whether the child keeps the program alive. */
export function holdOpen(child: ChildProcess, isHeld: boolean): void {
  const change = isHeld ? 'ref' : 'unref'
  child[change]()
  child.channel?.[change]()
}

function inheritedEnvironment(): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: no setting is read here; without this a process would inherit all of it
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => INHERITED.has(name)))
}

function follow(child: ChildProcess, events: ChildEvents): void {
  let how: string | undefined
  // its last messages may be read after its end is known
  const tellExit = (): void => {
    if (how !== undefined && !child.connected) events.exit(how)
  }
  child.on('message', (message: unknown) => events.message(message))
  child.on('error', (error) => {
    events.error(error)
    // it could not even be started
    if (child.pid !== undefined) return
    how = 'before it began'
    tellExit()
  })
  child.on('exit', (exitCode, signal) => {
    how = signal === null ? `with exit code ${exitCode}` : `by ${SIGNALS[signal] ?? signal}`
    tellExit()
  })
  child.on('disconnect', tellExit)
}

const SIGNALS: Readonly<Record<string, string>> = {
  SIGSEGV: 'a crash in native code (SIGSEGV)',
  SIGBUS: 'a crash in native code (SIGBUS)',
  SIGILL: 'a crash in native code (SIGILL)',
  SIGFPE: 'a crash in native code (SIGFPE)',
  SIGABRT: 'a crash in native code (SIGABRT)',
  SIGKILL: 'SIGKILL from outside, perhaps for want of memory',
}
