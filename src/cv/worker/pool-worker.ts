/**
 * The pool's end of one thread: starts it, runs one task at a time on it, and knows when it is gone. Whatever ends the
 * thread (a crash, a malformed message, a task past its time, the pool) settles its running task and, after the exit,
 * `exited`; a PoolWorker never comes back to life.
 */

import { isMarkedAsUntransferable, Worker } from 'node:worker_threads'
import type { Clock, Timer } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { MAX_WORKER_JS_HEAP_MB, WORKER_START_MS } from '../../base/limits.ts'
import type { ImageResult, ImageTask } from '../image-runner.ts'
import {
  type CompiledModules,
  parseThreadMessage,
  type RunMessage,
  type ThreadMessage,
  type ThreadStart,
} from './thread-messages.ts'

export interface PoolWorkerOptions {
  readonly clock: Clock
  readonly url: URL
  readonly start: ThreadStart
}

interface RunningTask {
  readonly id: number
  readonly resolve: (result: ImageResult) => void
  readonly reject: (error: MurmurationError) => void
  readonly timer: Timer
}

export class PoolWorker {
  /** The compiled code, once the thread can take tasks. Rejects with ERR_WORKER_CRASHED when it ends before. */
  readonly ready: Promise<CompiledModules>
  /** The thread is gone. */
  readonly exited: Promise<void>
  readonly #thread: Worker
  readonly #clock: Clock
  readonly #taskTimeoutMs: number
  readonly #settleReady: PromiseWithResolvers<CompiledModules>
  readonly #startTimer: Timer
  #running: RunningTask | undefined
  #nextId = 0
  #isEnding = false

  constructor({ clock, url, start }: PoolWorkerOptions) {
    this.#clock = clock
    this.#taskTimeoutMs = start.taskTimeoutMs
    this.#thread = new Worker(url, {
      name: 'murmuration worker',
      workerData: start,
      // flags meant for the program's entry, such as --input-type, would keep a thread from starting
      execArgv: [],
      // wasm heap and samples lie outside of these
      resourceLimits: { maxOldGenerationSizeMb: MAX_WORKER_JS_HEAP_MB },
    })
    this.#settleReady = Promise.withResolvers()
    this.ready = this.#settleReady.promise
    this.#startTimer = clock.setTimer(WORKER_START_MS, () => {
      this.#end(
        new MurmurationError('ERR_WORKER_CRASHED', `a worker was expected to start within ${WORKER_START_MS} ms`),
      )
    })
    this.#thread.on('message', (message: unknown) => this.#onMessage(message))
    this.#thread.on('error', (error) => this.#end(crashed(error)))
    this.exited = new Promise((resolve) => {
      this.#thread.on('exit', (exitCode) => {
        this.#end(new MurmurationError('ERR_WORKER_CRASHED', `the worker ended by itself, with exit code ${exitCode}`))
        resolve()
      })
    })
  }

  /** Takes tasks, or will. */
  get isUsable(): boolean {
    return !this.#isEnding
  }

  /**
   * Runs a task on this idle worker; its bytes are moved to the thread where they have a buffer of their own.
   * @throws MurmurationError of the task, ERR_WORKER_CRASHED, ERR_TASK_TIMEOUT (after both the worker is unusable)
   */
  run(task: ImageTask): Promise<ImageResult> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      const timer = this.#clock.setTimer(this.#taskTimeoutMs, () => {
        this.#end(new MurmurationError('ERR_TASK_TIMEOUT', `the task was expected within ${this.#taskTimeoutMs} ms`))
      })
      this.#running = { id, resolve, reject, timer }
      const bytes = withOwnBuffer(task.bytes)
      const message: RunMessage = { kind: 'run', id, task: { ...task, bytes } }
      this.#thread.ref()
      try {
        this.#thread.postMessage(message, [bytes.buffer])
      } catch (error) {
        this.#end(crashed(error))
      }
    })
  }

  /** Ends the thread; a running task rejects with `reason`. */
  stop(reason: MurmurationError): Promise<void> {
    this.#end(reason)
    return this.exited
  }

  #onMessage(value: unknown): void {
    if (this.#isEnding) return
    let message: ThreadMessage
    try {
      message = parseThreadMessage(value)
    } catch (error) {
      this.#end(crashed(error))
      return
    }
    if (message.kind === 'ready') {
      this.#startTimer.cancel()
      // an idle worker keeps no program alive
      this.#thread.unref()
      const { module, simdModule } = message
      this.#settleReady.resolve({ module, simdModule })
      return
    }
    const running = this.#running
    if (running?.id !== message.id) {
      this.#end(new MurmurationError('ERR_WORKER_CRASHED', 'the worker answered a task that it was not given'))
      return
    }
    if (message.kind === 'failed' && message.isFatal) {
      this.#end(new MurmurationError(message.error.code, message.error.message))
      return
    }
    this.#running = undefined
    running.timer.cancel()
    this.#thread.unref()
    if (message.kind === 'done') running.resolve(message.result)
    else running.reject(new MurmurationError(message.error.code, message.error.message))
  }

  #end(reason: MurmurationError): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#startTimer.cancel()
    this.#settleReady.reject(reason)
    this.#running?.timer.cancel()
    this.#running?.reject(reason)
    this.#running = undefined
    // `exited` tells when it is done
    void this.#thread.terminate()
  }
}

function crashed(error: unknown): MurmurationError {
  const { message } = asMurmurationError(error)
  return new MurmurationError('ERR_WORKER_CRASHED', `the worker crashed: ${message}`, { cause: error })
}

/** The bytes themselves where their buffer can be moved with nothing else in it, otherwise a copy. */
function withOwnBuffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes
  const isOwn = bytes.byteLength === buffer.byteLength && !isMarkedAsUntransferable(buffer)
  return isOwn && buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : new Uint8Array(bytes)
}
