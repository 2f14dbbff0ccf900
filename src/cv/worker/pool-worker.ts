/**
 * The pool's end of one worker: starts it, runs one task at a time on it, and knows when it is gone. Whatever ends the
 * worker (a crash, a malformed message, a task past its time, the pool) settles its running task and, after the exit,
 * `exited`; a PoolWorker never comes back to life.
 */

import type { Clock, Timer } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { createLazyAlarm, type LazyAlarm } from '../../base/lazy-alarm.ts'
import { WORKER_START_MS } from '../../base/limits.ts'
import type { ImageResult, ImageTask } from '../image-runner.ts'
import { type CompiledModules, parseThreadMessage, type ThreadMessage, type ThreadStart } from './thread-messages.ts'
import type { OpenWorkerLink, WorkerLink, WorkerLinkEvents } from './worker-link.ts'

export interface PoolWorkerOptions {
  readonly clock: Clock
  /** Starts a thread or a process. */
  readonly open: OpenWorkerLink
  readonly start: ThreadStart
}

interface RunningTask {
  readonly id: number
  readonly resolve: (result: ImageResult) => void
  readonly reject: (error: MurmurationError) => void
  readonly dueAtMs: number
}

/** Of a worker that could not be started. */
const NO_LINK: WorkerLink = { send: () => {}, ref: () => {}, unref: () => {}, end: () => {} }

export class PoolWorker {
  /** The compiled code where it can be handed on, once the worker can take tasks. Rejects with ERR_WORKER_CRASHED when it ends before. */
  readonly ready: Promise<CompiledModules | undefined>
  /** The worker is gone. */
  readonly exited: Promise<void>
  readonly #link: WorkerLink
  readonly #clock: Clock
  readonly #taskTimeoutMs: number
  readonly #settleReady: PromiseWithResolvers<CompiledModules | undefined>
  readonly #startTimer: Timer
  readonly #taskAlarm: LazyAlarm
  #running: RunningTask | undefined
  #nextId = 0
  #isEnding = false

  constructor({ clock, open, start }: PoolWorkerOptions) {
    this.#clock = clock
    this.#taskTimeoutMs = start.taskTimeoutMs
    this.#settleReady = Promise.withResolvers()
    this.ready = this.#settleReady.promise
    this.#startTimer = clock.setTimer(WORKER_START_MS, () => {
      this.#end(
        new MurmurationError('ERR_WORKER_CRASHED', `a worker was expected to start within ${WORKER_START_MS} ms`),
      )
    })
    this.#taskAlarm = createLazyAlarm(
      clock,
      () => this.#running?.dueAtMs,
      () => {
        this.#end(new MurmurationError('ERR_TASK_TIMEOUT', `the task was expected within ${this.#taskTimeoutMs} ms`))
      },
    )
    const gone = Promise.withResolvers<void>()
    this.exited = gone.promise
    const events: WorkerLinkEvents = {
      message: (value) => this.#onMessage(value),
      error: (error) => this.#end(crashed(error)),
      exit: (how) => {
        this.#end(new MurmurationError('ERR_WORKER_CRASHED', `the worker ended by itself, ${how}`))
        gone.resolve()
      },
    }
    try {
      this.#link = open(start, events)
    } catch (error) {
      this.#link = NO_LINK
      events.error(error)
      events.exit('before it began')
    }
  }

  /** Takes tasks, or will. */
  get isUsable(): boolean {
    return !this.#isEnding
  }

  /**
   * Runs a task on this idle worker; its bytes may be moved there.
   * @throws MurmurationError of the task, ERR_WORKER_CRASHED, ERR_TASK_TIMEOUT (after both the worker is unusable)
   */
  run(task: ImageTask): Promise<ImageResult> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++
      this.#running = { id, resolve, reject, dueAtMs: this.#clock.now() + this.#taskTimeoutMs }
      this.#taskAlarm.arm()
      this.#link.ref()
      try {
        this.#link.send({ kind: 'run', id, task })
      } catch (error) {
        this.#end(crashed(error))
      }
    })
  }

  /** Ends the worker; a running task rejects with `reason`. */
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
      this.#link.unref()
      this.#settleReady.resolve(message.modules)
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
    this.#link.unref()
    if (message.kind === 'done') running.resolve(message.result)
    else running.reject(new MurmurationError(message.error.code, message.error.message))
  }

  #end(reason: MurmurationError): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#startTimer.cancel()
    this.#settleReady.reject(reason)
    this.#taskAlarm.stop()
    this.#running?.reject(reason)
    this.#running = undefined
    // `exited` tells when it is done
    this.#link.end()
  }
}

function crashed(error: unknown): MurmurationError {
  const { message } = asMurmurationError(error)
  return new MurmurationError('ERR_WORKER_CRASHED', `the worker crashed: ${message}`, { cause: error })
}
