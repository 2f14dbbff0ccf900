/**
 * Accepts attempts and takes in what their tasks need: the body, whole and with the digest of its OFFER, and the model where
 * the pipeline names one. Both are awaited before the ready line, so that no slot is held by what is on its way.
 */

import type { Clock } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { createLog } from '../../base/log.ts'
import type { ChunkFrame, FreshLoad, OfferFrame } from '../../protocol/messages.ts'
import { createBodyAssembler, hasDigest } from '../body-assembler.ts'
import type { HeldModel } from '../models/model-cache.ts'
import { type Attempt, attemptKey, type CoordinatorLink, refOf } from './attempt.ts'
import { bodyDueAtMs, givenUpAtMs } from './body-deadlines.ts'
import type { ModelSource } from './contract.ts'
import { failureForStrangers, type WireFailure } from './failure-for-strangers.ts'
import type { Statistics } from './statistics.ts'
import type { Workload } from './workload.ts'

const log = createLog('executor')

export interface IntakeWorld {
  readonly clock: Clock
  readonly models: ModelSource | undefined
  readonly workload: Workload
  readonly statistics: Statistics
  injectedDelayMs(offer: OfferFrame): number
  freshLoad(link: CoordinatorLink): FreshLoad
  closeLink(link: CoordinatorLink, error: MurmurationError): void
}

/** Where an attempt goes from here. */
export interface IntakeExits {
  hasFreeSlot(): boolean
  /** All that its task needs is here. */
  onReady(attempt: Attempt): void
  onFailed(attempt: Attempt, failure: WireFailure): void
  /** Something came or ended that may let others move on. */
  onChange(): void
}

export interface Intake {
  /** Sends ACCEPT, and takes the body that came with the OFFER, if one did. Does not call `onChange`: the caller knows. */
  accept(attempt: Attempt): void
  /** @throws MurmurationError when the chunk breaks the protocol: the coordinator's channel is to be closed */
  takeChunk(link: CoordinatorLink, chunk: ChunkFrame): void
  /** Fails the attempts of this coordinator whose bodies are overdue. */
  giveUpBodies(link: CoordinatorLink): void
}

export function createIntake(world: IntakeWorld, exits: IntakeExits): Intake {
  const { clock, workload, statistics } = world

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
    const canWait = offer.body.byteLength > 0 && !exits.hasFreeSlot()
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
      exits.onFailed(attempt, { code: 'ERR_DIGEST', message: 'the body does not match the digest of its OFFER' })
      return
    }
    attempt.body = body
    attempt.bodyCompleteAtMs = clock.now()
    link.receiving.delete(attempt)
    workload.move(attempt, 'ready')
    if (attempt.model === undefined) exits.onReady(attempt)
    else void awaitModel(attempt, attempt.model) // never rejects
  }

  async function awaitModel(attempt: Attempt, model: Promise<HeldModel>): Promise<void> {
    try {
      const { path } = await model
      if (attempt.state !== 'ready') return
      attempt.modelFile = path
      exits.onReady(attempt)
    } catch (error) {
      if (attempt.state !== 'ready') return
      exits.onFailed(attempt, failureForStrangers(error))
    }
    exits.onChange()
  }

  return {
    accept,
    takeChunk(link, chunk) {
      const key = attemptKey(chunk)
      const attempt = link.held.get(key)
      if (attempt?.state === 'receiving') {
        link.lastChunkAtMs = clock.now()
        addToBody(attempt, chunk)
        exits.onChange()
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
    },
    giveUpBodies(link) {
      const now = clock.now()
      for (const attempt of [...link.receiving]) {
        if (givenUpAtMs(attempt, link.lastChunkAtMs) > now) continue
        const { receivedBytes, offer } = attempt
        const message = `a body of ${offer.sizeBytes} bytes was expected after ACCEPT, got ${receivedBytes} in time`
        exits.onFailed(attempt, { code: 'ERR_DEADLINE', message })
      }
      exits.onChange()
    },
  }
}
