/**
 * Runs image tasks on workers: threads, or processes where a crash in native code is not to end this one. Tasks wait in one
 * queue, first come first served; a worker is started only when a task would otherwise wait, up to `slots`. The first thread
 * compiles OpenCV and hands the compiled code back for all others, so the second starts when the first is ready: sixteen
 * threads compiling at once would be slower than one.
 *
 * A worker that ends takes its task with it, never the pool: the next task that needs it starts another. Its slot is free
 * when it is really gone, because until then it may still use a core, or after WORKER_STOP_MS. Where workers do not even
 * start, the pauses between their starts double.
 */

import { type Clock, systemClock, type Timer, withDeadline } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import {
  MAX_QUEUED_TASKS,
  MAX_WORKER_RESTARTS,
  WORKER_RESTART_FIRST_MS,
  WORKER_RESTART_MAX_MS,
  WORKER_STOP_MS,
} from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { ImageResult, ImageRunner, ImageTask } from '../image-runner.ts'
import { entryUrl } from './entry-url.ts'
import { PoolWorker } from './pool-worker.ts'
import { processLinks } from './process-link.ts'
import { threadLinks } from './thread-link.ts'
import type { CompiledModules } from './thread-messages.ts'
import type { OpenWorkerLink } from './worker-link.ts'

const log = createLog('worker')

export interface WorkerPoolOptions {
  /** Workers at most, each with its own OpenCV (about 65 MB, more with larger images). */
  readonly slots: number
  /** A task that runs longer ends its worker: ERR_TASK_TIMEOUT. Waiting for a worker does not count. */
  readonly taskTimeoutMs: number
  /** Gives the workers the lowest OS priority where that is possible (Linux). Default false. */
  readonly lowPriority?: boolean
  /** Uses the SIMD kernels where WebAssembly has SIMD; the pixels are the same without. Default true. */
  readonly simd?: boolean
  /** Each worker is a process of its own instead of a thread. Default false. */
  readonly isolate?: boolean
  readonly clock?: Clock
  /** Another thread entry: how tests make workers crash and hang. */
  readonly workerUrl?: URL
}

/** A pool of `slots` workers. It starts none before the first task; `close` ends them all. */
export function createWorkerPool(options: WorkerPoolOptions): ImageRunner {
  return new WorkerPool(options)
}

interface QueuedTask {
  readonly task: ImageTask
  readonly resolve: (result: ImageResult) => void
  readonly reject: (error: MurmurationError) => void
}

class WorkerPool implements ImageRunner {
  readonly #slots: number
  readonly #taskTimeoutMs: number
  readonly #lowPriority: boolean
  readonly #simd: boolean
  readonly #clock: Clock
  readonly #openLink: OpenWorkerLink
  readonly #queue: QueuedTask[] = []
  /** Every worker that exists; at most `slots`. */
  readonly #workers = new Set<PoolWorker>()
  readonly #idle: PoolWorker[] = []
  #starting = 0
  /** Starts that failed, one after another. */
  #failedStarts = 0
  /** Runs until the next start may be tried. */
  #restartPause: Timer | undefined
  #hasStarted = false
  #modules: CompiledModules | undefined
  #closing: Promise<void> | undefined

  constructor({
    slots,
    taskTimeoutMs,
    lowPriority = false,
    simd = true,
    isolate = false,
    clock = systemClock,
    workerUrl = entryUrl('worker-thread'),
  }: WorkerPoolOptions) {
    this.#slots = slots
    this.#taskTimeoutMs = taskTimeoutMs
    this.#lowPriority = lowPriority
    this.#simd = simd
    this.#clock = clock
    this.#openLink = isolate ? processLinks(entryUrl('worker-process'), workerUrl) : threadLinks(workerUrl)
  }

  /** Cancelling rejects at once, also where the task is running; its worker is then busy until it has finished. */
  run(task: ImageTask, { signal }: { signal?: AbortSignal } = {}): Promise<ImageResult> {
    return new Promise((resolve, reject) => {
      if (this.#closing !== undefined) return reject(closed())
      if (signal?.aborted) return reject(cancelled(signal))
      if (this.#queue.length >= MAX_QUEUED_TASKS) {
        const sentence = `the worker pool expects at most ${MAX_QUEUED_TASKS} waiting tasks, got one more`
        return reject(new MurmurationError('ERR_LIMIT', sentence))
      }
      const onAbort = (): void => {
        const index = this.#queue.indexOf(queued)
        if (index !== -1) this.#queue.splice(index, 1)
        reject(cancelled(signal))
      }
      const forget = (): void => signal?.removeEventListener('abort', onAbort)
      const queued: QueuedTask = {
        task,
        resolve: (result) => {
          forget()
          resolve(result)
        },
        reject: (error) => {
          forget()
          reject(error)
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#queue.push(queued)
      this.#pump()
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#restartPause?.cancel()
    for (const { reject } of this.#queue.splice(0)) reject(closed())
    const exits = Promise.all(Array.from(this.#workers, (worker) => worker.stop(closed())))
    // a thread inside libvips ends only when that returns; the process may go on without it
    await withDeadline(this.#clock, WORKER_STOP_MS, 'the end of the workers', exits).catch((error: unknown) => {
      log('%s', asMurmurationError(error).message)
    })
  }

  #pump(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop()
      if (worker === undefined) break
      if (!worker.isUsable) continue
      const queued = this.#queue.shift()
      if (queued !== undefined) this.#runOn(worker, queued)
    }
    if (this.#restartPause !== undefined) return
    while (this.#starting < this.#queue.length && this.#workers.size < this.#slots) {
      // the first thread brings the compiled module; the others wait for it
      if (!this.#hasStarted && this.#starting > 0) break
      this.#start()
    }
  }

  #runOn(worker: PoolWorker, { task, resolve, reject }: QueuedTask): void {
    worker.run(task).then(
      (result) => {
        this.#release(worker)
        resolve(result)
      },
      (error: unknown) => {
        this.#release(worker)
        reject(asMurmurationError(error))
      },
    )
  }

  /** Before the task is settled, so that whoever waited for it finds the worker free. */
  #release(worker: PoolWorker): void {
    if (!worker.isUsable) {
      this.#replaceIfStuck(worker)
      return
    }
    this.#idle.push(worker)
    this.#pump()
  }

  /** A thread inside native code ends only when that returns: its slot does not wait for it for ever. */
  #replaceIfStuck(worker: PoolWorker): void {
    this.#clock.setTimer(WORKER_STOP_MS, () => {
      if (!this.#workers.delete(worker) || this.#closing !== undefined) return
      log('a worker did not end within %d ms and is left behind', WORKER_STOP_MS)
      this.#pump()
    })
  }

  #start(): void {
    const worker = new PoolWorker({
      clock: this.#clock,
      open: this.#openLink,
      start: {
        modules: this.#modules,
        simd: this.#simd,
        lowPriority: this.#lowPriority,
        taskTimeoutMs: this.#taskTimeoutMs,
      },
    })
    this.#workers.add(worker)
    this.#starting++
    worker.ready.then(
      (modules) => {
        this.#starting--
        this.#failedStarts = 0
        this.#hasStarted = true
        this.#modules = modules
        this.#idle.push(worker)
        this.#pump()
      },
      (error: unknown) => {
        this.#starting--
        this.#onFailedStart(asMurmurationError(error))
      },
    )
    void worker.exited.then(() => {
      this.#workers.delete(worker)
      const index = this.#idle.indexOf(worker)
      if (index !== -1) this.#idle.splice(index, 1)
      if (this.#closing === undefined) this.#pump()
    })
  }

  #pauseStarts(): void {
    const pauseMs = Math.min(WORKER_RESTART_FIRST_MS * 2 ** (this.#failedStarts - 1), WORKER_RESTART_MAX_MS)
    this.#restartPause?.cancel()
    this.#restartPause = this.#clock.setTimer(pauseMs, () => {
      this.#restartPause = undefined
      this.#pump()
    })
  }

  /** Starting is tried again (after a pause, when the worker is gone) until it failed too often; then what waits is given up. */
  #onFailedStart(error: MurmurationError): void {
    if (this.#closing !== undefined) return
    this.#failedStarts++
    log('a worker did not start: %s', error.message)
    this.#pauseStarts()
    if (this.#failedStarts < MAX_WORKER_RESTARTS) return
    const sentence = `no worker could be started in ${this.#failedStarts} attempts: ${error.message}`
    for (const { reject } of this.#queue.splice(0)) {
      reject(new MurmurationError('ERR_WORKER_CRASHED', sentence, { cause: error }))
    }
  }
}

const closed = (): MurmurationError => new MurmurationError('ERR_CANCELLED', 'the worker pool was closed')

const cancelled = (signal: AbortSignal | undefined): MurmurationError =>
  new MurmurationError('ERR_CANCELLED', 'the task was cancelled', { cause: signal?.reason })
