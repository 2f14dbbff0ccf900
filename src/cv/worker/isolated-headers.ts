/**
 * Headers read in a process of their own: a file that crashes libvips costs itself, and not the peer. A plain JPEG's is read
 * here, because that takes no native code (codec/plain-jpeg.ts); of all others the process gets the path, not the bytes, which
 * would have to be copied to it (3 ms for 1 MB). Should the file have changed since, that is found as for any file that changes
 * while a job runs; an executor looks at the header of what it got anyway.
 *
 * The process is started for the first file that needs it and reads some at once. When it ends, whoever was being read is read
 * again, one at a time: so the guilty one is found, fails after MAX_CRASH_ATTEMPTS, and costs the others nothing.
 */

import type { ChildProcess } from 'node:child_process'
import { type Clock, systemClock, type Timer } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { HEADER_READ_MS, MAX_CRASH_ATTEMPTS, MAX_HEADERS_AT_ONCE } from '../../base/limits.ts'
import { type ImageHeader, readPlainHeader } from '../codec/header.ts'
import type { HeaderReader } from '../header-reader.ts'
import { entryUrl } from './entry-url.ts'
import { type HeaderAnswer, type HeaderRequest, parseHeaderAnswer } from './header-messages.ts'
import { holdOpen, startIsolatedChild } from './isolated-child.ts'

export interface IsolatedHeadersOptions {
  readonly clock?: Clock
  /** Another script: how tests make it crash. */
  readonly entry?: URL
}

export const createIsolatedHeaders = (options: IsolatedHeadersOptions = {}): HeaderReader =>
  new IsolatedHeaders(options)

interface Reading {
  readonly request: HeaderRequest
  readonly resolve: (header: ImageHeader) => void
  readonly reject: (error: MurmurationError) => void
  /** It was being read when a process ended: it is read alone. */
  isSuspect: boolean
  /** Processes that ended while they read nothing else. */
  crashes: number
  timer: Timer | undefined
}

class IsolatedHeaders implements HeaderReader {
  readonly #clock: Clock
  readonly #entry: URL
  readonly #waiting: Reading[] = []
  readonly #out = new Map<number, Reading>()
  #child: ChildProcess | undefined
  #nextId = 0
  #closing: PromiseWithResolvers<void> | undefined

  constructor({ clock = systemClock, entry = entryUrl('header-process') }: IsolatedHeadersOptions) {
    this.#clock = clock
    this.#entry = entry
  }

  async ofBytes(bytes: Uint8Array, path: string): Promise<ImageHeader> {
    return readPlainHeader(bytes) ?? (await this.ofFile(path))
  }

  ofFile(path: string): Promise<ImageHeader> {
    return new Promise((resolve, reject) => {
      if (this.#closing !== undefined) return reject(closed())
      const request = { id: this.#nextId++, path }
      this.#waiting.push({ request, resolve, reject, isSuspect: false, crashes: 0, timer: undefined })
      this.#pump()
    })
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = Promise.withResolvers()
      for (const reading of [...this.#out.values(), ...this.#waiting.splice(0)]) this.#fail(reading, closed())
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

  #hasRoom({ isSuspect }: Reading): boolean {
    if (this.#out.size === 0) return true
    const isOneAlone = isSuspect || [...this.#out.values()].some((reading) => reading.isSuspect)
    return !isOneAlone && this.#out.size < MAX_HEADERS_AT_ONCE
  }

  #send(reading: Reading): void {
    this.#out.set(reading.request.id, reading)
    reading.timer = this.#clock.setTimer(HEADER_READ_MS, () => {
      const sentence = `the image's header was expected within ${HEADER_READ_MS / 1000} s`
      this.#fail(reading, new MurmurationError('ERR_TASK_TIMEOUT', sentence))
      if (this.#child) this.#end(this.#child)
    })
    try {
      this.#child ??= this.#start()
      holdOpen(this.#child, true)
      this.#child.send(reading.request)
    } catch (error) {
      const how = `could not be reached: ${asMurmurationError(error).message}`
      if (this.#child) this.#end(this.#child)
      else queueMicrotask(() => this.#onGone(how))
    }
  }

  #start(): ChildProcess {
    const child: ChildProcess = startIsolatedChild(this.#entry, [], {
      message: (value) => this.#onAnswer(child, value),
      error: () => this.#end(child),
      exit: (how) => this.#onGone(`ended by itself, ${how}`),
    })
    return child
  }

  #onAnswer(child: ChildProcess, value: unknown): void {
    let answer: HeaderAnswer
    try {
      answer = parseHeaderAnswer(value)
    } catch {
      this.#end(child)
      return
    }
    const reading = this.#out.get(answer.id)
    if (reading === undefined) return
    this.#forget(reading)
    if ('error' in answer) reading.reject(new MurmurationError(answer.error.code, answer.error.message))
    else reading.resolve(answer.header)
    this.#pump()
    if (this.#out.size === 0) holdOpen(child, false)
  }

  #onGone(how: string): void {
    this.#child = undefined
    const readings = [...this.#out.values()]
    this.#out.clear()
    const [only] = readings.length === 1 ? readings : []
    for (const reading of readings) {
      reading.timer?.cancel()
      reading.isSuspect = true
    }
    if (only !== undefined && ++only.crashes >= MAX_CRASH_ATTEMPTS) {
      this.#fail(only, new MurmurationError('ERR_WORKER_CRASHED', `the process that read the image's header ${how}`))
    } else {
      this.#waiting.unshift(...readings)
    }
    this.#closing?.resolve()
    this.#pump()
  }

  #end(child: ChildProcess): void {
    // whoever ends it waits for its end
    holdOpen(child, true)
    child.kill('SIGKILL')
  }

  #fail(reading: Reading, error: MurmurationError): void {
    this.#forget(reading)
    reading.reject(error)
  }

  #forget({ request, timer }: Reading): void {
    timer?.cancel()
    this.#out.delete(request.id)
  }
}

const closed = (): MurmurationError => new MurmurationError('ERR_CANCELLED', 'the reader of headers was closed')
