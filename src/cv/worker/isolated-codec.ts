/**
 * A process of its own that reads and writes image files: a file that crashes libvips, or keeps it busy for ever, costs itself,
 * and not the peer. It gets paths, not the bytes, which would have to be copied to it (3 ms for 1 MB).
 *
 * It is started for the first work and does as much at once as it may. When it ends, whatever it was doing is done again, one at a
 * time: so the guilty file is found, fails after MAX_CRASH_ATTEMPTS, and costs the others nothing.
 */

import type { ChildProcess } from 'node:child_process'
import { type Clock, systemClock, type Timer } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { MAX_CRASH_ATTEMPTS, WORKER_STOP_MS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import { type CodecAnswer, type CodecRequest, type CodecWork, parseCodecAnswer } from './codec-messages.ts'
import { entryUrl } from './entry-url.ts'
import { holdOpen, startIsolatedChild } from './isolated-child.ts'

const log = createLog('worker')

export interface IsolatedCodecOptions {
  readonly clock?: Clock
  /** Another script: how tests make it crash. */
  readonly entry?: URL
}

/** How work is spoken of, what it answers, and how long it may take once it was begun. */
export interface CodecTask<T> {
  readonly work: CodecWork
  /** "the process that … ended by itself" */
  readonly did: string
  /** "… was expected within 60 s" */
  readonly wanted: string
  readonly withinMs: number
  /** @throws MurmurationError where the value is none */
  readonly parse: (value: unknown) => T
}

interface Asked {
  readonly id: number
  readonly task: CodecTask<unknown>
  /** @throws MurmurationError as the task's parser */
  readonly resolve: (value: unknown) => void
  readonly reject: (error: MurmurationError) => void
  /** It was under way when a process ended: it is done alone. */
  isSuspect: boolean
  /** Processes that ended while they did nothing else. */
  crashes: number
  timer: Timer | undefined
}

export class IsolatedCodec {
  readonly #clock: Clock
  readonly #entry: URL
  readonly #maxAtOnce: number
  readonly #waiting: Asked[] = []
  readonly #out = new Map<number, Asked>()
  #child: ChildProcess | undefined
  /** The child was told to end, or could not be started: nothing is sent, which would count as crashed with it. */
  #isEnding = false
  /** Until a child that does not end is left behind. */
  #endTimer: Timer | undefined
  #nextId = 0
  #closing: PromiseWithResolvers<void> | undefined

  constructor(
    maxAtOnce: number,
    { clock = systemClock, entry = entryUrl('codec-process') }: IsolatedCodecOptions = {},
  ) {
    this.#maxAtOnce = maxAtOnce
    this.#clock = clock
    this.#entry = entry
  }

  /**
   * @throws MurmurationError what the work throws in the process; ERR_WORKER_CRASHED, ERR_TASK_TIMEOUT; ERR_CANCELLED once it
   *   is closed
   */
  run<T>(task: CodecTask<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closing !== undefined) return reject(closed())
      this.#waiting.push({
        id: this.#nextId++,
        task,
        resolve: (value) => resolve(task.parse(value)),
        reject,
        isSuspect: false,
        crashes: 0,
        timer: undefined,
      })
      this.#pump()
    })
  }

  /** Resolves when the process is gone, or WORKER_STOP_MS after it should have been. */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = Promise.withResolvers()
      for (const asked of [...this.#out.values(), ...this.#waiting.splice(0)]) this.#fail(asked, closed())
      if (this.#child === undefined) this.#closing.resolve()
      else this.#end(this.#child)
    }
    return this.#closing.promise
  }

  #pump(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#hasRoom(next); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#send(next)
    }
  }

  #hasRoom({ isSuspect }: Asked): boolean {
    if (this.#isEnding) return false
    if (this.#out.size === 0) return true
    const isOneAlone = isSuspect || [...this.#out.values()].some((asked) => asked.isSuspect)
    return !isOneAlone && this.#out.size < this.#maxAtOnce
  }

  #send(asked: Asked): void {
    const { id, task } = asked
    this.#out.set(id, asked)
    asked.timer = this.#clock.setTimer(task.withinMs, () => {
      const sentence = `${task.wanted} was expected within ${task.withinMs / 1000} s`
      this.#fail(asked, new MurmurationError('ERR_TASK_TIMEOUT', sentence))
      // the others lose their process, but not by what they are
      this.#doAgain()
      if (this.#child) this.#end(this.#child)
    })
    try {
      this.#child ??= this.#start()
      holdOpen(this.#child, true)
      this.#child.send({ id, work: task.work } satisfies CodecRequest)
    } catch (error) {
      const how = `could not be reached: ${asMurmurationError(error).message}`
      if (this.#child) {
        this.#end(this.#child)
      } else {
        this.#isEnding = true
        queueMicrotask(() => this.#onGone(undefined, how))
      }
    }
  }

  #start(): ChildProcess {
    const child: ChildProcess = startIsolatedChild(this.#entry, [], {
      message: (value) => this.#onMessage(child, value),
      error: () => this.#end(child),
      exit: (how) => this.#onGone(child, `ended by itself, ${how}`),
    })
    return child
  }

  #onMessage(child: ChildProcess, message: unknown): void {
    // what one that answered nonsense sent behind it is no better
    if (child !== this.#child || this.#isEnding) return
    try {
      this.#onAnswer(parseCodecAnswer(message))
    } catch {
      this.#end(child)
      return
    }
    this.#pump()
    if (this.#out.size === 0) holdOpen(child, false)
  }

  /** @throws MurmurationError where it answers something else than was asked */
  #onAnswer(answer: CodecAnswer): void {
    const asked = this.#out.get(answer.id)
    if (asked === undefined) return
    if ('error' in answer) asked.reject(new MurmurationError(answer.error.code, answer.error.message))
    else asked.resolve(answer.value)
    this.#forget(asked)
  }

  #onGone(child: ChildProcess | undefined, how: string): void {
    // one that was left behind has ended after all
    if (child !== this.#child) return
    this.#child = undefined
    this.#isEnding = false
    this.#endTimer?.cancel()
    this.#endTimer = undefined
    const [only, another] = this.#out.values()
    if (only !== undefined && another === undefined && ++only.crashes >= MAX_CRASH_ATTEMPTS) {
      this.#fail(only, new MurmurationError('ERR_WORKER_CRASHED', `the process that ${only.task.did} ${how}`))
    }
    this.#doAgain()
    this.#closing?.resolve()
    this.#pump()
  }

  /** Whatever is under way is done again, first and one at a time. */
  #doAgain(): void {
    const under = [...this.#out.values()]
    for (const asked of under) {
      this.#forget(asked)
      asked.isSuspect = true
    }
    this.#waiting.unshift(...under)
  }

  #end(child: ChildProcess): void {
    if (child !== this.#child) return
    this.#isEnding = true
    // whoever ends it waits for its end
    holdOpen(child, true)
    child.kill('SIGKILL')
    // a system call on a disk that does not answer is not even ended so
    this.#endTimer ??= this.#clock.setTimer(WORKER_STOP_MS, () => {
      log('a codec process did not end within %d ms and is left behind', WORKER_STOP_MS)
      holdOpen(child, false)
      this.#onGone(child, 'could not be ended')
    })
  }

  #fail(asked: Asked, error: MurmurationError): void {
    this.#forget(asked)
    asked.reject(error)
  }

  #forget({ id, timer }: Asked): void {
    timer?.cancel()
    this.#out.delete(id)
  }
}

const closed = (): MurmurationError => new MurmurationError('ERR_CANCELLED', 'the process for image files was closed')
