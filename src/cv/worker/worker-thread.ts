/**
 * A worker: a thread with an OpenCV instance of its own. It runs one task at a time, in the order of its messages, and
 * replaces its instance where an exception has spent it or a large image has left its heap large (a wasm heap never
 * shrinks). After an abort, or when the heap has ended, it asks to be replaced itself.
 */

import { parentPort, workerData } from 'node:worker_threads'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { MAX_KEPT_HEAP_BYTES } from '../../base/limits.ts'
import { loadOpenCv, type OpenCv } from '../opencv.ts'
import { runImageTask } from './image-task.ts'
import {
  type DoneMessage,
  type FailedMessage,
  parseRunMessage,
  parseThreadStart,
  type ReadyMessage,
} from './thread-messages.ts'
import { lowerThreadPriority } from './thread-priority.ts'

const port = parentPort
if (port === null) throw new MurmurationError('ERR_INTERNAL', 'worker-thread.ts is expected to be started by the pool')

const { module: givenModule, lowPriority, taskTimeoutMs } = parseThreadStart(workerData)
if (lowPriority) lowerThreadPriority()

let instance: OpenCv = await loadOpenCv({ module: givenModule })
const { module } = instance

/** The instance, or a new one (27 ms) where the last must not be used again. */
async function freshOpenCv(): Promise<OpenCv> {
  if (instance.isSpent || instance.heapBytes > MAX_KEPT_HEAP_BYTES) instance = await loadOpenCv({ module })
  return instance
}

async function run(message: unknown): Promise<void> {
  const { id, task } = parseRunMessage(message)
  try {
    const result = await runImageTask(task, { openCv: freshOpenCv, timeoutMs: taskTimeoutMs })
    const done: DoneMessage = { kind: 'done', id, result }
    port?.postMessage(
      done,
      [result.bytes.buffer, result.pixelDigest.buffer, result.digest.buffer].filter(isTransferable),
    )
  } catch (error) {
    const { code, message: sentence } = asMurmurationError(error)
    const isFatal = code === 'ERR_WORKER_CRASHED'
    const failed: FailedMessage = { kind: 'failed', id, error: { code, message: sentence }, isFatal }
    port?.postMessage(failed)
  }
}

const isTransferable = (buffer: ArrayBufferLike): buffer is ArrayBuffer => buffer instanceof ArrayBuffer

// a rejection here (a malformed message) is unhandled on purpose: it ends the thread, and the pool replaces it
port.on('message', (message: unknown) => void run(message))

const ready: ReadyMessage = { kind: 'ready', module }
port.postMessage(ready)
