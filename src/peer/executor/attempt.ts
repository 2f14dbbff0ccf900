/**
 * The records that an executor keeps: one per coordinator's stream, one per attempt held for it. lifecycle.ts and its parts change
 * them.
 */

import type { Timer } from '../../base/clock.ts'
import type { PeerId } from '../../base/ids.ts'
import type { LazyAlarm } from '../../base/lazy-alarm.ts'
import type { AttemptRef, OfferFrame } from '../../protocol/messages.ts'
import type { BodyAssembler } from '../body-assembler.ts'
import type { HeldModel } from '../models/model-cache.ts'
import type { ExecutorChannel } from '../task-channel.ts'
import type { Credit } from './credits.ts'
import type { StrayBodies } from './stray-bodies.ts'
import type { Turnaround } from './turnaround.ts'

/**
 * parked: offered, not accepted, no body. receiving: accepted, its body is arriving. ready: its body is here, its model may be
 * on its way. sleeping, running: in a slot. sending: finished, its result is leaving as chunks.
 */
export type AttemptState = 'parked' | 'receiving' | 'ready' | 'sleeping' | 'running' | 'sending' | 'ended'

/** What a set of attempts takes of the executor. */
export interface Usage {
  parked: number
  /** Accepted and not in a slot yet: receiving and ready. */
  waiting: number
  /** In a slot: sleeping and running, also what runs on only to be thrown away. */
  running: number
  sending: number
  /** Bodies accepted and unfinished, and results being sent. */
  bodyBytes: number
  /** Images accepted and unfinished. */
  pixels: number
}

export const createUsage = (): Usage => ({ parked: 0, waiting: 0, running: 0, sending: 0, bodyBytes: 0, pixels: 0 })

export interface CoordinatorLink {
  readonly peer: PeerId
  readonly channel: ExecutorChannel
  /** The last round trip in milliseconds; undefined before the first measurement. */
  rttMs(): number | undefined
  /** What the coordinator may ask about, by attemptKey. What runs only to be thrown away is not in it. */
  readonly held: Map<string, Attempt>
  /** Those of `held` whose bodies are arriving. */
  readonly receiving: Set<Attempt>
  readonly strays: StrayBodies
  readonly turnaround: Turnaround
  readonly usage: Usage
  readonly bodyAlarm: LazyAlarm
  readonly resultAlarm: LazyAlarm
  readonly idleAlarm: LazyAlarm
  /** This peer's own coordinator, in this process: what it sends needs no check of its digest. */
  readonly isOwn: boolean
  /** Its last frame, or the end of its last task. */
  lastActiveAtMs: number
  lastChunkAtMs: number
  lastSentAtMs: number
  credit: Credit | undefined
  serviceMs: number | undefined
  isClosed: boolean
}

export interface Attempt {
  readonly key: string
  readonly offer: OfferFrame
  readonly link: CoordinatorLink
  readonly offeredAtMs: number
  state: AttemptState
  /** Cancelled, or its coordinator is gone, while it ran: its result goes nowhere. */
  isThrownAway: boolean
  delayMs: number
  acceptedAtMs: number
  /** The latest moment for the end of its body, whatever else arrives. */
  bodyDueAtMs: number
  bodyCompleteAtMs: number
  inSlotAtMs: number
  assembler: BodyAssembler | undefined
  receivedBytes: number
  body: Uint8Array | undefined
  /** Obtained from ACCEPT on, where the pipeline names one; released at the end of the attempt, even when it comes later. */
  model: Promise<HeldModel> | undefined
  modelFile: string | undefined
  resultBytes: number
  sleepTimer: Timer | undefined
  /** Ends the sending of its result. */
  sendAbort: AbortController | undefined
}

export const attemptKey = (ref: AttemptRef): string => `${ref.job}/${ref.task}/${ref.attempt}`

export const refOf = ({ offer }: Attempt): AttemptRef => ({ job: offer.job, task: offer.task, attempt: offer.attempt })

export const pixelsOf = ({ offer }: Attempt): number => offer.widthPx * offer.heightPx

export const createAttempt = (link: CoordinatorLink, offer: OfferFrame, key: string, nowMs: number): Attempt => ({
  key,
  offer,
  link,
  offeredAtMs: nowMs,
  state: 'parked',
  isThrownAway: false,
  delayMs: 0,
  acceptedAtMs: 0,
  bodyDueAtMs: 0,
  bodyCompleteAtMs: 0,
  inSlotAtMs: 0,
  assembler: undefined,
  receivedBytes: 0,
  body: undefined,
  model: undefined,
  modelFile: undefined,
  resultBytes: 0,
  sleepTimer: undefined,
  sendAbort: undefined,
})
