/**
 * The life of an attempt: parked -> receiving -> ready -> sleeping -> running -> sending -> ended. Two fair queues hold what
 * waits, the park before ACCEPT and the ready line before a slot, and both take one task of each coordinator in turn. `pump`
 * moves on whatever can move; it is called after everything that frees a place.
 *
 * An attempt leaves early by `drop` (cancelled, or its coordinator is gone): after CANCEL nothing is owed, neither RESULT nor
 * FAILED. A task that runs can't be interrupted: it keeps its slot to its end and is thrown away, so that `running` never
 * says less than the workers do.
 */

import type { Clock } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { MAX_ADAPTIVE_CREDIT_TASKS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { ImageResult, ImageRunner } from '../../cv/image-runner.ts'
import type { ChunkFrame, FreshLoad, OfferFrame } from '../../protocol/messages.ts'
import { createBodyAssembler, hasDigest } from '../body-assembler.ts'
import type { HeldModel } from '../models/model-cache.ts'
import { canAccept, type WindowBasis } from './admission-window.ts'
import { type Attempt, attemptKey, type CoordinatorLink, createAttempt, pixelsOf, refOf } from './attempt.ts'
import { bodyDueAtMs, givenUpAtMs } from './body-deadlines.ts'
import type { ModelSource } from './contract.ts'
import type { Refusal } from './decide-offer.ts'
import { failureForStrangers, type WireFailure } from './failure-for-strangers.ts'
import { createFairQueue } from './fair-queue.ts'
import type { Statistics } from './statistics.ts'
import type { StrategyTable } from './strategy-totals.ts'
import { isInline, resultFrame, workOn } from './work.ts'
import type { Workload } from './workload.ts'

const log = createLog('executor')

export interface LifecycleWorld {
  readonly clock: Clock
  readonly runner: ImageRunner
  readonly models: ModelSource | undefined
  readonly workload: Workload
  readonly statistics: Statistics
  readonly strategies: StrategyTable
  /** Ends what runs when the executor closes. */
  readonly signal: AbortSignal
  window(): WindowBasis
  injectedDelayMs(offer: OfferFrame): number
  freshLoad(link: CoordinatorLink): FreshLoad
  /** A line for the executor's log. */
  record(attempt: Attempt, outcome: string, elapsedMs: number): void
  /** An image was done here. */
  onFinished?(attempt: Attempt, result: ImageResult): void
  /** A task of this coordinator occupied a slot for so long. */
  served(link: CoordinatorLink, serviceMs: number): void
  closeLink(link: CoordinatorLink, error: MurmurationError): void
}

export interface Lifecycle {
  park(link: CoordinatorLink, offer: OfferFrame): void
  parkedOf(link: CoordinatorLink): number
  /** @throws MurmurationError when the chunk breaks the protocol: the coordinator's channel is to be closed */
  takeChunk(link: CoordinatorLink, chunk: ChunkFrame): void
  /** Fails the attempts of this coordinator whose bodies are overdue. */
  giveUpBodies(link: CoordinatorLink): void
  /** Lets go of an attempt without a word to its coordinator. */
  drop(attempt: Attempt): void
  /** Lets go of an attempt that is not finished, and tells its coordinator. */
  handBack(attempt: Attempt, refusal: Refusal): void
  /** Accepts and starts what can be accepted and started. */
  pump(): void
}

export function createLifecycle(world: LifecycleWorld): Lifecycle {
  const { clock, workload, statistics } = world
  const park = createFairQueue<CoordinatorLink, Attempt>()
  const ready = createFairQueue<CoordinatorLink, Attempt>()
  let isPumping = false

  function pump(): void {
    if (isPumping) return
    isPumping = true
    try {
      while (startNext() || acceptNext()) {
        // each step may make room for the other
      }
    } finally {
      isPumping = false
    }
  }

  // ---- parked -> receiving -> ready ----

  function acceptNext(): boolean {
    const next = park.peek(canHoldMore)
    if (!next) return false
    const size = { sizeBytes: next.offer.sizeBytes, pixels: pixelsOf(next) }
    if (!canAccept(size, workload.totals, world.window())) return false
    park.take(canHoldMore)
    accept(next)
    return true
  }

  /** No coordinator has more accepted than its credit: who does not fetch results gets no further ones made. */
  const canHoldMore = ({ usage, credit }: CoordinatorLink): boolean =>
    usage.waiting + usage.running + usage.sending < Math.max(MAX_ADAPTIVE_CREDIT_TASKS, credit?.tasks ?? 0)

  function accept(attempt: Attempt): void {
    const { link, offer } = attempt
    attempt.acceptedAtMs = clock.now()
    attempt.delayMs = world.injectedDelayMs(offer)
    attempt.model = world.models?.obtain(offer.pipeline, link.peer)
    // whoever waits for it hears of a failure; an attempt that ends before waits no more
    attempt.model?.catch(() => undefined)
    let aheadBytes = offer.sizeBytes
    for (const other of link.receiving) aheadBytes += other.offer.sizeBytes - other.receivedBytes
    attempt.bodyDueAtMs = bodyDueAtMs(attempt.acceptedAtMs, aheadBytes)
    log('%s is accepted, %d bytes come, sleeps %d ms', attempt.key, offer.sizeBytes, attempt.delayMs)
    workload.move(attempt, 'receiving')
    link.receiving.add(attempt)
    statistics.accepted(attempt.delayMs)
    // a body is waited for; one that is here and has no slot yet can be told of with the result that frees one
    const canWait = offer.body.byteLength > 0 && !hasFreeSlot()
    const frame = { kind: 'accept', ...refOf(attempt), delayMs: attempt.delayMs, load: world.freshLoad(link) } as const
    link.channel.send(frame, { canWait })
    if (link.isClosed) return // the channel broke under the ACCEPT
    try {
      if (offer.body.byteLength > 0) {
        takeBody(attempt, offer.body)
      } else {
        attempt.assembler = createBodyAssembler({ sizeBytes: offer.sizeBytes, digest: undefined })
        link.bodyAlarm.arm()
      }
    } catch (error) {
      world.closeLink(link, asMurmurationError(error))
    }
  }

  function takeChunk(link: CoordinatorLink, chunk: ChunkFrame): void {
    const key = attemptKey(chunk)
    const attempt = link.held.get(key)
    if (attempt?.state === 'receiving') {
      link.lastChunkAtMs = clock.now()
      addToBody(attempt, chunk)
      pump()
    } else if (attempt) {
      throw new MurmurationError(
        'ERR_PROTOCOL',
        `chunks of an attempt are expected between its ACCEPT and the end of its body, got one while it is ${attempt.state}`,
      )
    } else if (!link.strays.letPass(key, chunk.bytes.byteLength)) {
      throw new MurmurationError(
        'ERR_PROTOCOL',
        'a chunk is expected to belong to an accepted attempt, got one of no attempt',
      )
    }
  }

  function addToBody(attempt: Attempt, chunk: ChunkFrame): void {
    const { assembler } = attempt
    if (!assembler) return
    const isComplete = assembler.add(chunk) === 'complete'
    attempt.receivedBytes += chunk.bytes.byteLength
    if (isComplete) takeBody(attempt, assembler.bytes())
  }

  /** The whole body, in memory of its own: the worker takes it over. */
  function takeBody(attempt: Attempt, body: Uint8Array): void {
    const { link, offer } = attempt
    attempt.receivedBytes = body.byteLength
    attempt.assembler = undefined
    // what never left this process is as it was
    if (!link.isOwn && !hasDigest(body, offer.digest)) {
      fail(attempt, { code: 'ERR_DIGEST', message: 'the body does not match the digest of its OFFER' })
      return
    }
    attempt.body = body
    attempt.bodyCompleteAtMs = clock.now()
    link.receiving.delete(attempt)
    workload.move(attempt, 'ready')
    if (attempt.model === undefined) ready.push(link, attempt)
    else void awaitModel(attempt, attempt.model) // never rejects
  }

  /** Before the ready line, so that no slot is held by a model that is on its way. */
  async function awaitModel(attempt: Attempt, model: Promise<HeldModel>): Promise<void> {
    try {
      const { path } = await model
      if (attempt.state !== 'ready') return
      attempt.modelFile = path
      ready.push(attempt.link, attempt)
    } catch (error) {
      if (attempt.state !== 'ready') return
      fail(attempt, failureForStrangers(error))
    }
    pump()
  }

  function giveUpBodies(link: CoordinatorLink): void {
    const now = clock.now()
    for (const attempt of [...link.receiving]) {
      if (givenUpAtMs(attempt, link.lastChunkAtMs) > now) continue
      const { receivedBytes, offer } = attempt
      const message = `a body of ${offer.sizeBytes} bytes was expected after ACCEPT, got ${receivedBytes} in time`
      fail(attempt, { code: 'ERR_DEADLINE', message })
    }
    pump()
  }

  // ---- ready -> sleeping -> running -> sending ----

  const hasFreeSlot = (): boolean => workload.totals.running < world.window().slots

  function startNext(): boolean {
    if (!hasFreeSlot()) return false
    const attempt = ready.take()
    if (!attempt) return false
    attempt.inSlotAtMs = clock.now()
    if (attempt.delayMs > 0) {
      workload.move(attempt, 'sleeping')
      attempt.sleepTimer = clock.setTimer(attempt.delayMs, () => {
        attempt.sleepTimer = undefined
        void run(attempt) // never rejects
      })
    } else {
      void run(attempt) // never rejects
    }
    return true
  }

  async function run(attempt: Attempt): Promise<void> {
    log('%s runs: %s', attempt.key, attempt.offer.pipeline)
    workload.move(attempt, 'running')
    const outcome = await workOn(world.runner, attempt, { maxPixels: world.window().maxPixels, signal: world.signal })
    if (attempt.isThrownAway) {
      workload.move(attempt, 'ended')
      releaseModel(attempt)
    } else if (outcome.kind === 'failed') fail(attempt, outcome.failure)
    else deliver(attempt, outcome.result)
    pump()
  }

  function deliver(attempt: Attempt, result: ImageResult): void {
    const { link, offer, delayMs } = attempt
    const workMs = result.decodeMs + result.processMs + result.encodeMs
    statistics.completed(workMs, pixelsOf(attempt))
    world.strategies.add(offer.strategy, delayMs + workMs)
    world.record(attempt, 'done', delayMs + workMs)
    world.onFinished?.(attempt, result)
    world.served(link, clock.now() - attempt.inSlotAtMs)
    if (isInline(result.bytes)) {
      end(attempt)
    } else {
      if (link.usage.sending === 0) link.lastSentAtMs = clock.now()
      attempt.resultBytes = result.bytes.byteLength
      workload.move(attempt, 'sending')
    }
    // its slot goes on first: telling takes longer than that
    pump()
    link.channel.send(resultFrame(attempt, result, world.freshLoad(link)))
    if (attempt.state === 'sending') void sendResult(attempt, result.bytes) // never rejects
  }

  async function sendResult(attempt: Attempt, bytes: Uint8Array): Promise<void> {
    const { link } = attempt
    const abort = new AbortController()
    attempt.sendAbort = abort
    link.resultAlarm.arm()
    const onChunk = (): void => {
      link.lastSentAtMs = clock.now()
    }
    try {
      await link.channel.sendBody(refOf(attempt), bytes, { signal: abort.signal, onChunk })
    } catch (error) {
      // cancelled, or the channel closed: then its end is being dealt with already
      if (attempt.state === 'sending') world.closeLink(link, asMurmurationError(error, 'ERR_PEER_LOST'))
      return
    }
    if (attempt.state !== 'sending') return
    onChunk()
    end(attempt)
    pump()
  }

  // ---- early ends ----

  function fail(attempt: Attempt, failure: WireFailure): void {
    const { link, state, inSlotAtMs } = attempt
    if (state === 'receiving') leaveReceiving(attempt)
    statistics.failed()
    world.record(attempt, `failed:${failure.code}`, state === 'running' ? clock.now() - inSlotAtMs : 0)
    end(attempt)
    link.channel.send({ kind: 'failed', ...refOf(attempt), ...failure, load: world.freshLoad(link) })
  }

  function drop(attempt: Attempt): void {
    if (isUnfinished(attempt)) {
      statistics.dropped()
      world.record(attempt, 'cancelled', 0)
    }
    release(attempt)
  }

  function handBack(attempt: Attempt, refusal: Refusal): void {
    const { link } = attempt
    if (isUnfinished(attempt)) statistics.dropped()
    statistics.refused()
    world.record(attempt, `refused:${refusal.reason}`, 0)
    release(attempt)
    link.channel.send({ kind: 'refuse', ...refOf(attempt), ...refusal, load: world.freshLoad(link) })
  }

  /** Accepted and without a result. */
  const isUnfinished = ({ state }: Attempt): boolean =>
    state === 'receiving' || state === 'ready' || state === 'sleeping' || state === 'running'

  function release(attempt: Attempt): void {
    const { link, state } = attempt
    if (state === 'running') {
      attempt.isThrownAway = true
      link.held.delete(attempt.key)
      return
    }
    if (state === 'parked') park.remove(link, attempt)
    if (state === 'receiving') leaveReceiving(attempt)
    if (state === 'ready') ready.remove(link, attempt)
    attempt.sleepTimer?.cancel()
    end(attempt)
    attempt.sendAbort?.abort()
  }

  function leaveReceiving(attempt: Attempt): void {
    const { link, offer, receivedBytes } = attempt
    link.receiving.delete(attempt)
    link.strays.expect(attempt.key, offer.sizeBytes - receivedBytes)
  }

  function end(attempt: Attempt): void {
    workload.move(attempt, 'ended')
    attempt.link.held.delete(attempt.key)
    attempt.assembler = undefined
    attempt.body = undefined
    releaseModel(attempt)
  }

  function releaseModel(attempt: Attempt): void {
    attempt.model?.then(
      (model) => model.release(),
      () => undefined,
    )
    attempt.model = undefined
  }

  return {
    park(link, offer) {
      const key = attemptKey(offer)
      const attempt = createAttempt(link, offer, key, clock.now())
      link.held.set(key, attempt)
      workload.add(attempt)
      park.push(link, attempt)
      pump()
    },
    parkedOf: (link) => park.sizeOf(link),
    takeChunk,
    giveUpBodies,
    drop,
    handBack,
    pump,
  }
}
