/**
 * A worker: a thread with an OpenCV instance of its own. The pool gives it one task at a time. After an abort of OpenCV, or
 * when its heap has ended, it asks to be replaced.
 */

import { parentPort, workerData } from 'node:worker_threads'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { createLog } from '../../base/log.ts'
import { runImageTask } from './image-task.ts'
import { createOpenCvSource } from './opencv-source.ts'
import { redirectConsole } from './quiet-console.ts'
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

const { modules, simd, lowPriority, taskTimeoutMs } = parseThreadStart(workerData)
const log = createLog('worker')
redirectConsole(console, (line) => log('%s', line))
if (lowPriority) lowerThreadPriority()

const openCv = await createOpenCvSource({ modules, simd })

async function run(message: unknown): Promise<void> {
  const { id, task } = parseRunMessage(message)
  try {
    const result = await runImageTask(task, {
      openCv: () => openCv.get(),
      timeoutMs: taskTimeoutMs,
    })
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

const ready: ReadyMessage = { kind: 'ready', modules: openCv.modules }
port.postMessage(ready)
