/**
 * Workers as processes (`--isolate`): what crashes in native code, or is killed for its memory, is one worker and not the peer.
 * Bytes are copied through a pipe, and each process compiles OpenCV for itself, because compiled code cannot be sent.
 *
 * A process inherits nothing that it does not need: no arguments but the script, of the environment only INHERITED.
 */

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createLog } from '../../base/log.ts'
import { isCrashedMessage, type StartMessage } from './process-messages.ts'
import type { OpenWorkerLink, WorkerLinkEvents } from './worker-link.ts'

const log = createLog('worker')

/** Where files and libraries are found, which language and time zone sentences have, and what is logged. */
const INHERITED: ReadonlySet<string> = new Set([
  ...['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'LD_LIBRARY_PATH'],
  ...['LANG', 'LC_ALL', 'TZ', 'DEBUG', 'UV_THREADPOOL_SIZE'],
])

/** @param entry of worker-process; @param threadUrl entry of the thread that each process runs */
export const processLinks =
  (entry: URL, threadUrl: URL): OpenWorkerLink =>
  (start, events) => {
    const child = fork(fileURLToPath(entry), [threadUrl.href], {
      serialization: 'advanced',
      execArgv: [],
      env: inheritedEnvironment(),
      // what V8 or libvips print when they die would land on a dashboard, between NDJSON lines
      stdio: ['ignore', 'ignore', log.enabled ? 'inherit' : 'ignore', 'ipc'],
    })
    follow(child, events)
    child.send({ kind: 'start', start: { ...start, modules: undefined } } satisfies StartMessage)
    return {
      send: (message) => void child.send(message),
      ref() {
        child.ref()
        child.channel?.ref()
      },
      unref() {
        child.unref()
        child.channel?.unref()
      },
      end() {
        // whoever ends it waits for its end
        child.ref()
        child.channel?.ref()
        child.kill('SIGKILL')
      },
    }
  }

function inheritedEnvironment(): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: no setting is read here; without this a process would inherit all of it
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => INHERITED.has(name)))
}

function follow(child: ChildProcess, events: WorkerLinkEvents): void {
  let how: string | undefined
  // its last messages may be read after its end is known
  const tellExit = (): void => {
    if (how !== undefined && !child.connected) events.exit(how)
  }
  child.on('message', (message: unknown) => {
    if (isCrashedMessage(message)) events.error(new Error(message.message))
    else events.message(message)
  })
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
