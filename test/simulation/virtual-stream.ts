/**
 * A libp2p 3 stream of the simulated network: what stream-channel.ts and stream-message.ts use of one, with the order of events
 * that @libp2p/utils has. Bytes travel through a pipe; what the other side's process has not taken fills the write buffer.
 */

import type { Pipe } from './pipe.ts'
import type { SimProcess } from './sim-process.ts'

/** Yamux' first window. */
const WINDOW_BYTES = 256 * 1024

/** What arrives at once. */
const SEGMENT_BYTES = 32 * 1024

class StreamEvent extends Event {
  readonly data: Uint8Array | undefined
  readonly error: Error | undefined

  constructor(type: string, { data, error }: { data?: Uint8Array; error?: Error | undefined } = {}) {
    super(type)
    this.data = data
    this.error = error
  }
}

type Listener = (event: StreamEvent) => void

let streams = 0

export class VirtualStream {
  readonly id = `${streams++}`
  readonly protocol: string
  status: 'open' | 'closed' | 'aborted' | 'reset' = 'open'
  readableEnded = false
  writableNeedsDrain = false
  writeBufferLength = 0
  inactivityTimeout = 0
  /** Bytes on their way out pass through it: how a broken peer breaks them. */
  garble: ((bytes: Uint8Array) => Uint8Array) | undefined
  other: VirtualStream | undefined
  readonly #process: SimProcess
  readonly #out: Pipe
  readonly #onOver: () => void
  readonly #listeners = new Map<string, Set<Listener>>()
  #unread: Uint8Array[] = []
  #isWriteClosed = false
  #hasRemoteEnded = false

  constructor(protocol: string, process: SimProcess, out: Pipe, onOver: () => void) {
    this.protocol = protocol
    this.#process = process
    this.#out = out
    this.#onOver = onOver
  }

  get isOver(): boolean {
    return this.status !== 'open'
  }

  addEventListener(type: string, listener: Listener): void {
    const all = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, all.add(listener))
    if (type === 'message' && this.#unread.length > 0) queueMicrotask(() => this.#flushUnread())
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener)
  }

  send(bytes: Uint8Array): boolean {
    if (this.isOver || this.#isWriteClosed) throw new Error('Cannot write to a stream that is closed')
    const sent = this.garble?.(bytes) ?? bytes
    this.writeBufferLength += sent.byteLength
    if (this.writeBufferLength >= WINDOW_BYTES) this.writableNeedsDrain = true
    const { other } = this
    for (let start = 0; start < sent.byteLength; start += SEGMENT_BYTES) {
      const segment = sent.subarray(start, start + SEGMENT_BYTES)
      this.#out.push(segment.byteLength, () => other?.receive(segment))
    }
    return !this.writableNeedsDrain
  }

  close(): Promise<void> {
    if (!this.isOver && !this.#isWriteClosed) {
      this.#isWriteClosed = true
      const { other } = this
      this.#out.push(0, () => other?.receiveEnd())
      this.#closeIfBothDid()
    }
    return Promise.resolve()
  }

  abort(error: Error): void {
    if (this.isOver) return
    const { other } = this
    this.#out.push(0, () => other?.reset(new Error('The stream has been reset')))
    this.#end('aborted', error)
  }

  /** The connection broke, or the other side aborted. */
  reset(error: Error): void {
    if (!this.isOver) this.#end('reset', error)
  }

  receive(bytes: Uint8Array): void {
    this.other?.taken(bytes.byteLength)
    if (this.isOver || this.#hasRemoteEnded) return
    this.#unread.push(bytes)
    this.#flushUnread()
  }

  receiveEnd(): void {
    if (this.isOver || this.#hasRemoteEnded) return
    this.#hasRemoteEnded = true
    if (this.#unread.length === 0) this.#endReading()
  }

  /** The other side's process read so much. */
  taken(sizeBytes: number): void {
    this.writeBufferLength = Math.max(0, this.writeBufferLength - sizeBytes)
    const isDrained = this.writableNeedsDrain && this.writeBufferLength < WINDOW_BYTES
    if (isDrained) this.writableNeedsDrain = false
    const isIdle = this.writeBufferLength === 0
    if (!isDrained && !(isIdle && this.#listeners.get('idle')?.size)) return
    this.#process.enter(() => {
      if (this.isOver) return
      if (isDrained) this.#dispatch('drain')
      if (isIdle) this.#dispatch('idle')
    })
  }

  #flushUnread(): void {
    while (this.#unread.length > 0 && this.#listeners.get('message')?.size) {
      const data = this.#unread.shift()
      if (data) this.#dispatch('message', { data })
    }
    if (this.#hasRemoteEnded && !this.isOver && this.#unread.length === 0) this.#endReading()
  }

  #endReading(): void {
    if (this.readableEnded) return
    this.readableEnded = true
    this.#dispatch('end')
    this.#closeIfBothDid()
  }

  #closeIfBothDid(): void {
    if (this.#isWriteClosed && this.#hasRemoteEnded && !this.isOver) this.#end('closed', undefined)
  }

  #end(status: 'closed' | 'aborted' | 'reset', error: Error | undefined): void {
    this.status = status
    this.#unread = []
    this.#onOver()
    this.#dispatch('close', { error })
  }

  #dispatch(type: string, details?: { data?: Uint8Array; error?: Error | undefined }): void {
    const listeners = this.#listeners.get(type)
    if (!listeners?.size) return
    const event = new StreamEvent(type, details)
    for (const listener of [...listeners]) listener(event)
  }
}
