/**
 * A network of executors that exist only as frames: each follows a small script (refuse, die, hang, answer twice, …) on the
 * test's clock. The real coordinator runs over it unchanged.
 */

import { createHash } from 'node:crypto'
import type { Clock, Timer } from '../../src/base/clock.ts'
import { MurmurationError } from '../../src/base/errors.ts'
import { type PeerId, peerId } from '../../src/base/ids.ts'
import type { ClusterPort, ExecutorInfo } from '../../src/peer/ports.ts'
import type { ChannelHandler, CoordinatorChannel } from '../../src/peer/task-channel.ts'
import type {
  AttemptRef,
  CoordinatorFrame,
  ExecutorFrame,
  FreshLoad,
  JobProgress,
  OfferFrame,
  RefusalReason,
} from '../../src/protocol/messages.ts'

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()
const keyOf = (ref: AttemptRef): string => `${ref.task}/${ref.attempt}`

/** What the scripted executor does with one offer. */
export type Move =
  | { readonly do: 'run'; readonly serviceMs?: number; readonly delayMs?: number }
  | { readonly do: 'refuse'; readonly reason: RefusalReason; readonly isPermanent?: boolean }
  | { readonly do: 'fail'; readonly code: string }
  | { readonly do: 'answer-twice' }
  | { readonly do: 'garble' }
  | { readonly do: 'accept-and-forget' }
  | { readonly do: 'die' }

export interface FakeExecutorOptions {
  readonly name: string
  readonly slots?: number
  readonly serviceMs?: number
  readonly creditTasks?: number
  readonly loadProbability?: number
  readonly script?: (offer: OfferFrame, executor: FakeExecutor) => Move
  /** What it makes of a body; default the body itself. */
  readonly answer?: (offer: OfferFrame) => Uint8Array
  /** What it sends of that as encoded, while its pixels stay those of `answer`; default the same. */
  readonly encode?: (answer: Uint8Array, offer: OfferFrame) => Uint8Array
}

export class FakeExecutor {
  readonly id: PeerId
  readonly options: FakeExecutorOptions
  /** Offers in the order in which they came. */
  readonly offers: OfferFrame[] = []
  completed = 0
  mostHeld = 0
  isStopped = false
  /** Says so, and takes what it is offered all the same. */
  isPaused = false
  readonly #clock: Clock
  readonly #held = new Map<string, OfferFrame>()
  readonly #queue: { offer: OfferFrame; serviceMs: number; delayMs: number; twice: boolean }[] = []
  readonly #cancelled = new Set<string>()
  readonly #frozen: (() => void)[] = []
  #running = 0
  #handler: ChannelHandler<ExecutorFrame> | undefined
  #beat: Timer | undefined

  constructor(clock: Clock, options: FakeExecutorOptions) {
    this.#clock = clock
    this.options = options
    this.id = peerId(`12D3KooW${options.name}`)
  }

  get slots(): number {
    return this.options.slots ?? 1
  }

  get isConnected(): boolean {
    return this.#handler !== undefined
  }

  info(): ExecutorInfo {
    return {
      id: this.id,
      name: this.options.name,
      slots: this.slots,
      maxPixels: 50_000_000,
      loadProbability: this.options.loadProbability ?? 0,
      isPaused: this.isPaused,
      isDraining: false,
      outstanding: 0,
      msPerMegapixel: 0,
    }
  }

  open(): CoordinatorChannel {
    return {
      start: (handler) => {
        this.#handler = handler
        this.#send({ kind: 'credit', tasks: this.options.creditTasks ?? this.slots + 1, pixels: 64_000_000 })
        this.#scheduleBeat()
      },
      send: (frame) => this.#clock.setTimer(0, () => this.#receive(frame)),
      sendBody: async () => {},
      close: () => this.#forgetAll(),
    }
  }

  /** The process is killed: the stream closes at once. */
  die(): void {
    const handler = this.#handler
    this.#forgetAll()
    handler?.onClose(new MurmurationError('ERR_UNREACHABLE', 'connection reset'))
  }

  /** SIGSTOP: nothing is heard of it any more, the stream stays open. */
  stop(): void {
    this.isStopped = true
  }

  /** Part of a frame arrives at the coordinator, though nothing whole does. */
  sendPart(): void {
    this.#handler?.onPart?.()
  }

  /** SIGCONT: what it wanted to say comes now. */
  continue(): void {
    this.isStopped = false
    for (const act of this.#frozen.splice(0)) act()
  }

  #forgetAll(): void {
    this.#handler = undefined
    this.#beat?.cancel()
    this.#held.clear()
    this.#queue.length = 0
    this.#running = 0
  }

  #scheduleBeat(): void {
    this.#beat = this.#clock.setTimer(1000, () => {
      if (!this.#handler) return
      if (this.#held.size > 0) {
        const held = [...this.#held.values()].map(({ job, task, attempt }) => ({ job, task, attempt }))
        this.#send({ kind: 'beat', held, load: this.#load() })
      }
      this.#scheduleBeat()
    })
  }

  #load(): FreshLoad {
    return {
      slots: this.slots,
      runningYours: this.#running,
      runningOthers: 0,
      parkedYours: this.#queue.length,
      parkedOthers: 0,
      loadProbability: this.options.loadProbability ?? 0,
      isPaused: this.isPaused,
      isDraining: false,
      msPerMegapixel: this.options.serviceMs ?? 10,
    }
  }

  #send(frame: ExecutorFrame): void {
    if (this.isStopped) this.#frozen.push(() => this.#send(frame))
    else this.#clock.setTimer(0, () => this.#handler?.onFrame(frame))
  }

  #receive(frame: CoordinatorFrame): void {
    if (!this.#handler) return
    if (this.isStopped) {
      this.#frozen.push(() => this.#receive(frame))
      return
    }
    if (frame.kind === 'cancel') {
      this.#cancelled.add(keyOf(frame))
      this.#held.delete(keyOf(frame))
    }
    if (frame.kind !== 'offer') return
    this.offers.push(frame)
    const move = this.options.script?.(frame, this) ?? { do: 'run' }
    this.#act(frame, move)
  }

  #act(offer: OfferFrame, move: Move): void {
    const { job, task, attempt } = offer
    const ref = { job, task, attempt }
    switch (move.do) {
      case 'die':
        this.#send({ kind: 'accept', ...ref, delayMs: 0, load: this.#load() })
        this.#clock.setTimer(1, () => this.die())
        return
      case 'refuse':
        this.#send({
          kind: 'refuse',
          ...ref,
          reason: move.reason,
          isPermanent: move.isPermanent ?? false,
          message: `refused: ${move.reason}`,
          load: this.#load(),
        })
        return
      case 'fail':
        this.#send({ kind: 'accept', ...ref, delayMs: 0, load: this.#load() })
        this.#send({ kind: 'failed', ...ref, code: move.code, message: 'it failed', load: this.#load() })
        return
      case 'accept-and-forget':
        this.#send({ kind: 'accept', ...ref, delayMs: 0, load: this.#load() })
        return
      case 'garble':
        this.#send({ kind: 'accept', ...ref, delayMs: 0, load: this.#load() })
        this.#send({ ...this.#result(offer), digest: new Uint8Array(32) })
        return
      default: {
        const delayMs = move.do === 'run' ? (move.delayMs ?? 0) : 0
        const serviceMs = (move.do === 'run' ? move.serviceMs : undefined) ?? this.options.serviceMs ?? 10
        this.#held.set(keyOf(ref), offer)
        this.mostHeld = Math.max(this.mostHeld, this.#held.size)
        this.#send({ kind: 'accept', ...ref, delayMs, load: this.#load() })
        this.#queue.push({ offer, serviceMs, delayMs, twice: move.do === 'answer-twice' })
        this.#runNext()
      }
    }
  }

  #runNext(): void {
    if (this.#running >= this.slots) return
    const next = this.#queue.shift()
    if (!next) return
    if (this.#cancelled.has(keyOf(next.offer))) {
      this.#runNext()
      return
    }
    this.#running++
    this.#clock.setTimer(next.serviceMs + next.delayMs, () => this.#finish(next.offer, next.twice))
  }

  #finish(offer: OfferFrame, twice: boolean): void {
    if (!this.#handler) return
    this.#running--
    this.#held.delete(keyOf(offer))
    if (!this.#cancelled.has(keyOf(offer))) {
      this.completed++
      const result = this.#result(offer)
      this.#send(result)
      if (twice) this.#send(result)
    }
    this.#runNext()
  }

  #result(offer: OfferFrame): ExecutorFrame & { kind: 'result' } {
    const answer = this.options.answer?.(offer) ?? offer.body
    const body = this.options.encode?.(answer, offer) ?? answer
    return {
      kind: 'result',
      job: offer.job,
      task: offer.task,
      attempt: offer.attempt,
      stages: { queueMs: 1, delayMs: 0, decodeMs: 1, processMs: 1, encodeMs: 1 },
      widthPx: offer.widthPx,
      heightPx: offer.heightPx,
      pixelDigest: sha256(answer).subarray(0, 16),
      digest: sha256(body),
      sizeBytes: body.length,
      body,
      load: this.#load(),
    }
  }
}

/** A cluster of fake executors. Members join and leave while a job runs. */
export class FakeCluster implements ClusterPort {
  readonly announced: JobProgress[] = []
  /** Its members are known for long. */
  isOld = false
  readonly #executors = new Map<PeerId, FakeExecutor>()
  readonly #infos = new Map<PeerId, ExecutorInfo>()
  readonly #listeners = new Set<() => void>()

  join(...executors: readonly FakeExecutor[]): void {
    for (const executor of executors) {
      this.#executors.set(executor.id, executor)
      this.#infos.set(executor.id, executor.info())
    }
    this.#changed()
  }

  leave(executor: FakeExecutor): void {
    this.#executors.delete(executor.id)
    this.#infos.delete(executor.id)
    this.#changed()
  }

  update(executor: FakeExecutor, change: Partial<ExecutorInfo>): void {
    this.#infos.set(executor.id, { ...executor.info(), ...change })
    this.#changed()
  }

  executors(): readonly ExecutorInfo[] {
    return [...this.#infos.values()]
  }

  isSettled(): boolean {
    return this.isOld
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async open(id: PeerId): Promise<CoordinatorChannel> {
    const executor = this.#executors.get(id)
    if (!executor) throw new MurmurationError('ERR_UNREACHABLE', `${id} is not there`)
    return executor.open()
  }

  announceJob(progress: JobProgress): void {
    this.announced.push(progress)
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
