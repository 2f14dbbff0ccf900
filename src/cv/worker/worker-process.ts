/**
 * A worker's process: starts the worker's thread and passes messages between it and the pool. The thread does the work, so
 * that this one hears at once when the peer is gone, whatever OpenCV or libvips are doing: the process then ends itself.
 */

import { constants, setPriority } from 'node:os'
import { MurmurationError } from '../../base/errors.ts'
import { liveWithPeer } from './living-with-peer.ts'
import { type CrashedMessage, parseStartMessage } from './process-messages.ts'
import { postRun, startThread } from './thread-link.ts'
import { parseRunMessage } from './thread-messages.ts'

liveWithPeer()
const [, , threadUrl] = process.argv
if (threadUrl === undefined) {
  throw new MurmurationError('ERR_INTERNAL', "a worker's process is expected to be told which thread to run")
}

let sent = Promise.resolve()
function tell(message: unknown): void {
  sent = new Promise((resolve) => process.send?.(message, () => resolve()))
}

process.once('message', (first: unknown) => {
  const { start } = parseStartMessage(first)
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
