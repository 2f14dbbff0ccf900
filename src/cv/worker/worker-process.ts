/**
 * A worker's process: starts the worker's thread and passes messages between it and the pool. The thread does the work, so
 * that this one hears at once when the peer is gone, whatever OpenCV or libvips are doing: the process then ends itself.
 */

import { writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { MurmurationError } from '../../base/errors.ts'
import { type CrashedMessage, parseStartMessage } from './process-messages.ts'
import { postRun, startThread } from './thread-link.ts'
import { parseRunMessage } from './thread-messages.ts'

const [, , threadUrl] = process.argv
if (process.send === undefined || threadUrl === undefined || !isMainThread) {
  throw new MurmurationError('ERR_INTERNAL', 'worker-process.ts is expected to be started by the pool')
}

/** At once, also where a thread of libvips would not end. */
const endWithPeer = (): void => void process.kill(process.pid, 'SIGKILL')
process.on('disconnect', endWithPeer)
// it may have gone while this file was being loaded
if (!process.connected) endWithPeer()

// they reach every process of a terminal or a service, but the peer finishes its tasks first
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

let sent = Promise.resolve()
function tell(message: unknown): void {
  sent = new Promise((resolve) => process.send?.(message, () => resolve()))
}

process.once('message', (first: unknown) => {
  const { start } = parseStartMessage(first)
  preferToBeKilled()
  // for the threads that libvips will work on, which take it over from this one
  if (start.lowPriority) setPriority(constants.priority.PRIORITY_LOW)
  const thread = startThread(new URL(threadUrl), start)
  thread.on('message', (message: unknown) => tell(isReady(message) ? { kind: 'ready' } : message))
  thread.on('error', (error) => {
    const { message } = error instanceof Error ? error : new Error(String(error))
    tell({ kind: 'crashed', message } satisfies CrashedMessage)
  })
  thread.on('exit', (exitCode) => void sent.then(() => process.exit(exitCode)))
  process.on('message', (message: unknown) => postRun(thread, parseRunMessage(message)))
})

/** What is compiled cannot leave the process. */
const isReady = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'kind' in message && message.kind === 'ready'

/** Where memory ends, Linux is to end this process before the peer. */
function preferToBeKilled(): void {
  if (process.platform !== 'linux') return
  try {
    writeFileSync('/proc/self/oom_score_adj', '500')
  } catch {
    // some containers forbid it
  }
}
