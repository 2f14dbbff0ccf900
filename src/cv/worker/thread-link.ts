/** Workers as threads of this process: quick to start, bytes are moved and not copied, and a crash in native code ends all. */

import { isMarkedAsUntransferable, Worker } from 'node:worker_threads'
import { MAX_WORKER_JS_HEAP_MB } from '../../base/limits.ts'
import { loadSharp } from '../codec/sharp.ts'
import { keepWasmCode } from './keep-wasm-code.ts'
import type { RunMessage, ThreadStart } from './thread-messages.ts'
import type { OpenWorkerLink } from './worker-link.ts'

/** Starts the thread whose entry is `url`. */
export function startThread(url: URL, start: ThreadStart): Worker {
  keepWasmCode()
  // chooses this process's decoders, which no thread may do while another one decodes
  loadSharp()
  return new Worker(url, {
    name: 'murmuration worker',
    workerData: start,
    // flags meant for the program's entry, such as --input-type, would keep a thread from starting
    execArgv: [],
    // wasm heap and samples lie outside of these
    resourceLimits: { maxOldGenerationSizeMb: MAX_WORKER_JS_HEAP_MB },
  })
}

/** Hands a task to a thread, its bytes moved where they have a buffer of their own. */
export function postRun(thread: Worker, message: RunMessage): void {
  const bytes = withOwnBuffer(message.task.bytes)
  thread.postMessage({ ...message, task: { ...message.task, bytes } } satisfies RunMessage, [bytes.buffer])
}

/** The bytes themselves where their buffer can be moved with nothing else in it, otherwise a copy. */
function withOwnBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes
  const isOwn = bytes.byteLength === buffer.byteLength && !isMarkedAsUntransferable(buffer)
  return isOwn && buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : new Uint8Array(bytes)
}

export const threadLinks =
  (url: URL): OpenWorkerLink =>
  (start, events) => {
    const thread = startThread(url, start)
    thread.on('message', (message: unknown) => events.message(message))
    thread.on('error', (error) => events.error(error))
    thread.on('exit', (exitCode) => events.exit(`with exit code ${exitCode}`))
    return {
      send: (message) => postRun(thread, message),
      ref: () => thread.ref(),
      unref: () => thread.unref(),
      end: () => void thread.terminate(),
    }
  }
