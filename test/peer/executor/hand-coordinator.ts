/** A coordinator played by hand over a channel in memory, and a runner whose tasks end when the test says so. */

import { createHash } from 'node:crypto'
import { MurmurationError } from '../../../src/base/errors.ts'
import { jobId, peerId, taskId } from '../../../src/base/ids.ts'
import { MAX_INLINE_BODY_BYTES } from '../../../src/base/limits.ts'
import type { ImageResult, ImageRunner, ImageTask } from '../../../src/cv/image-runner.ts'
import { createChannelPair } from '../../../src/peer/channel-pair.ts'
import type { Executor } from '../../../src/peer/executor/index.ts'
import { createExecutor, type ExecutorDependencies, type ExecutorSettings } from '../../../src/peer/executor/index.ts'
import type { CoordinatorChannel } from '../../../src/peer/task-channel.ts'
import type { AttemptRef, ExecutorFrame, OfferFrame } from '../../../src/protocol/messages.ts'
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts'

export const PIXEL_VERSION = 'pixels-1'
export const JOB = jobId('0123456789abcdef0123456789abcdef')

export const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest())
export const bodyOf = (sizeBytes: number, fill = 7): Uint8Array => new Uint8Array(sizeBytes).fill(fill)

export interface StartedTask {
  readonly task: ImageTask
  readonly signal: AbortSignal | undefined
  finish(result?: Partial<ImageResult>): void
  fail(error: unknown): void
}

export interface HandRunner extends ImageRunner {
  /** In the order in which they were started; ended ones stay. */
  readonly started: StartedTask[]
  /** At this moment, and at most so far. */
  readonly active: number
  readonly mostActive: number
  /** From now on every task ends by itself after so long. */
  finishAfter(clock: VirtualClock, durationMs: number, result?: Partial<ImageResult>): void
}

export function createHandRunner(): HandRunner {
  const started: StartedTask[] = []
  let active = 0
  let mostActive = 0
  let automatic: { clock: VirtualClock; durationMs: number; result: Partial<ImageResult> | undefined } | undefined
  return {
    started,
    get active() {
      return active
    },
    get mostActive() {
      return mostActive
    },
    finishAfter(clock, durationMs, result) {
      automatic = { clock, durationMs, result }
    },
    run(task, options) {
      active++
      mostActive = Math.max(mostActive, active)
      return new Promise((resolve, reject) => {
        const entry: StartedTask = {
          task,
          signal: options?.signal,
          finish(result) {
            active--
            resolve(imageResult(result))
          },
          fail(error) {
            active--
            reject(error)
          },
        }
        started.push(entry)
        const own = automatic
        if (own) own.clock.setTimer(own.durationMs, () => entry.finish(own.result))
      })
    },
    close: async () => {},
  }
}

function imageResult(partial: Partial<ImageResult> = {}): ImageResult {
  const bytes = partial.bytes ?? bodyOf(10)
  const stages = { decodeMs: 1, processMs: 2, encodeMs: 1 }
  return {
    widthPx: 10,
    heightPx: 10,
    pixelDigest: bodyOf(16),
    digest: sha256(bytes),
    ...stages,
    ...partial,
    bytes,
  }
}

type FrameOf<Kind extends ExecutorFrame['kind']> = Extract<ExecutorFrame, { kind: Kind }>

export interface HandCoordinator {
  readonly channel: CoordinatorChannel
  readonly frames: ExecutorFrame[]
  closed: { readonly error: Error | undefined } | undefined
  of<Kind extends ExecutorFrame['kind']>(kind: Kind): FrameOf<Kind>[]
  /** The last answer about a task: `accept`, `refuse REASON`, `result`, `failed CODE`, or `none`. */
  answer(task: number): string
  /** Offers a task with an inline body of ten bytes unless told otherwise. */
  offer(task: number, change?: Partial<OfferFrame>): OfferFrame
  /** Offers a task whose body travels in chunks. */
  offerLarge(task: number, body: Uint8Array, change?: Partial<OfferFrame>): OfferFrame
  chunk(ref: AttemptRef, offset: number, bytes: Uint8Array): void
  cancel(ref: AttemptRef): void
}

export const attemptOf = (task: number, attempt = 0): AttemptRef => ({ job: JOB, task: taskId(task), attempt })

export function attachByHand(
  executor: Executor,
  name: string,
  rttMs: () => number | undefined = () => 1,
  isOwn = false,
): HandCoordinator {
  const pair = createChannelPair()
  const coordinator = playCoordinator(pair.coordinator)
  executor.attach(pair.executor, { peer: peerId(name), rttMs, isOwn })
  return coordinator
}

export function playCoordinator(channel: CoordinatorChannel): HandCoordinator {
  const frames: ExecutorFrame[] = []
  const coordinator: HandCoordinator = {
    channel,
    frames,
    closed: undefined,
    of: <Kind extends ExecutorFrame['kind']>(kind: Kind) =>
      frames.filter((frame): frame is FrameOf<Kind> => frame.kind === kind),
    answer(task) {
      for (const frame of frames.toReversed()) {
        if (frame.kind === 'credit' || frame.kind === 'beat' || frame.kind === 'chunk' || frame.task !== task) continue
        if (frame.kind === 'refuse') return `refuse ${frame.reason}`
        return frame.kind === 'failed' ? `failed ${frame.code}` : frame.kind
      }
      return 'none'
    },
    offer(task, change = {}) {
      const body = change.body ?? bodyOf(10, task)
      const offer: OfferFrame = {
        kind: 'offer',
        ...attemptOf(task),
        mode: 'execute',
        strategy: 'balanced',
        pipeline: 'edges',
        seed: BigInt(task),
        sizeBytes: body.byteLength,
        widthPx: 100,
        heightPx: 100,
        digest: sha256(body),
        pixelVersion: PIXEL_VERSION,
        format: 'keep',
        quality: 90,
        keepMetadata: false,
        ...change,
        body,
      }
      channel.send(offer)
      return offer
    },
    offerLarge: (task, body, change = {}) =>
      coordinator.offer(task, { sizeBytes: body.byteLength, digest: sha256(body), ...change, body: new Uint8Array(0) }),
    chunk(ref, offset, bytes) {
      // a coordinator's own channel only sends whole bodies; a hand may send any chunk
      channel.send({ kind: 'chunk', job: ref.job, task: ref.task, attempt: ref.attempt, offset, bytes })
    },
    cancel: ({ job, task, attempt }) => channel.send({ kind: 'cancel', job, task, attempt }),
  }
  channel.start({
    onFrame: (frame) => void frames.push(frame),
    onClose: (error) => {
      coordinator.closed = { error }
    },
  })
  return coordinator
}

export interface Bench {
  readonly clock: VirtualClock
  readonly runner: HandRunner
  readonly executor: Executor
}

/** An executor with two slots and no load unless told otherwise. */
export function setUpExecutor(
  settings: Partial<ExecutorSettings> = {},
  dependencies: Partial<ExecutorDependencies> = {},
): Bench {
  const clock = createVirtualClock()
  const runner = createHandRunner()
  const executor = createExecutor(
    { runner, clock, knowsPipeline: (text) => text === 'edges', ...dependencies },
    {
      slots: 2,
      load: 0,
      delayMs: 3_000,
      maxPixels: 50_000_000,
      pixelVersion: PIXEL_VERSION,
      seed: 'a peer',
      ...settings,
    },
  )
  return { clock, runner, executor }
}

export const LARGE_BYTES = MAX_INLINE_BODY_BYTES + 1
export const workerCrash = (): MurmurationError => new MurmurationError('ERR_WORKER_CRASHED', 'the worker crashed')
