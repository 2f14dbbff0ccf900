/**
 * One executor in one job: its stream, its credits, its lane (tasks chosen for it and not yet sent) and the attempts that it
 * has not answered. Knows how to offer and cancel; what an answer means is decided in answers.ts.
 */

import type { JobId, PeerId } from '../../base/ids.ts'
import { createLog } from '../../base/log.ts'
import { taskVersion } from '../../cv/task-version.ts'
import type { AttemptRef } from '../../protocol/messages.ts'
import type { PeerRef } from '../job-events.ts'
import type { ExecutorInfo } from '../ports.ts'
import type { CoordinatorChannel } from '../task-channel.ts'
import type { JobSettings } from './job.ts'
import { PeerRecord } from './peer-record.ts'
import { isInline } from './prepare.ts'
import type { Candidate } from './strategies/strategy.ts'
import { type Attempt, attemptKey, isSuspect, pixelsOf, type TaskState } from './task-state.ts'

const NO_BODY = new Uint8Array(0)

const log = createLog('coordinator')

export class ExecutorSession {
  readonly id: PeerId
  /** This peer's own executor: not subject to membership. */
  readonly isLocal: boolean
  readonly record: PeerRecord
  readonly lane: TaskState[] = []
  /** Every attempt without a final answer, also given up ones: they still use up credit. */
  readonly attempts = new Map<string, Attempt>()
  info: ExecutorInfo
  /** Membership still lists it as a usable executor. */
  isListed = true
  channel: CoordinatorChannel | undefined
  isOpening = false
  /** Not to be dialled before this. */
  reopenAtMs = 0
  reopenBackoffMs = 0
  /** Last frame of any kind, or a part of one. */
  heardAtMs = 0
  /** When the first part came of a frame that is not whole yet. */
  partSinceMs: number | undefined
  /** Its leases ran out and no frame came since. */
  isSilent = false
  /** When it last answered a task in any way, or got the first one that is out. */
  answeredAtMs = 0
  /** It says that it holds tasks, and answers none. */
  isStuck = false
  /** Put aside (quarantine.ts): asked only where nobody else is there. */
  isAside = false
  /** Back from that, and asked for one task at a time. */
  isOnProbation = false
  /** Gave wrong results in this job. */
  isBanned = false
  /** This peer's own executor while it only decides where others differ, or checks where nobody else can. */
  isJudge = false
  /** Refusals of any kind in this job, for the sentence that ends it. */
  refusals = 0
  #creditTasks = 0
  #creditPixels = 0
  #sentPixels = 0
  /** A task that runs alone is out there. */
  #hasSuspect = false

  constructor(info: ExecutorInfo, { isLocal = false } = {}) {
    this.id = info.id
    this.isLocal = isLocal
    this.info = info
    this.record = new PeerRecord(info)
  }

  get ref(): PeerRef {
    return { id: this.id, name: this.info.name }
  }

  /** Granted tasks: this peer's part of the job's window. */
  get window(): number {
    if (!this.channel) return 0
    return this.isOnProbation ? Math.min(1, this.#creditTasks) : this.#creditTasks
  }

  grant(tasks: number, pixels: number): void {
    this.#creditTasks = tasks
    this.#creditPixels = pixels
  }

  /** Whether it may be chosen at all: membership, stream, pauses and backoff; not whether a credit is free. */
  isUsable(nowMs: number): boolean {
    return this.isConnected && !this.info.isPaused && !this.info.isDraining && !this.record.isBackedOff(nowMs)
  }

  /** Alive as far as this job can tell, whether or not it takes tasks at the moment. */
  get isReachable(): boolean {
    return this.isConnected && !this.isJudge
  }

  /** As `isReachable`, a judge included. */
  get isConnected(): boolean {
    const isHeard = this.channel !== undefined && !this.isSilent && !this.isStuck
    return this.isListed && !this.isBanned && isHeard && this.#creditTasks > 0
  }

  /** Whether one more task of `pixels` may be sent now; without `pixels`, whether any may. */
  hasCredit(pixels = 0): boolean {
    if (this.attempts.size >= this.#creditTasks || this.#hasSuspect) return false
    if (this.isOnProbation && this.attempts.size > 0) return false
    return this.attempts.size === 0 || this.#sentPixels + pixels <= this.#creditPixels
  }

  candidate(): Candidate {
    return {
      id: this.id,
      slots: this.info.slots,
      outstanding: this.record.othersOutstanding + this.attempts.size + this.lane.length,
      hasCredit: this.lane.length === 0 && this.hasCredit(),
      meanResponseMs: this.record.meanResponseMs,
      msPerMegapixel: this.record.msPerMegapixel,
      refusalRate: this.record.refusalRate,
    }
  }

  /** Nothing is out there and nothing waits for it. */
  get isEmpty(): boolean {
    return this.attempts.size === 0 && this.lane.length === 0
  }

  /** Attempts that wait there behind as many others as it has slots, oldest first. */
  queued(): Attempt[] {
    return [...this.attempts.values()].filter((attempt) => !attempt.incoming).slice(this.info.slots)
  }

  /** Sends the OFFER of a task's next attempt. */
  offer(state: TaskState, settings: JobSettings, nowMs: number, isTwin = false): Attempt {
    const { task } = state
    const ref = { job: settings.job, task: task.id, attempt: state.nextAttempt++ }
    const attempt: Attempt = {
      ref,
      state,
      session: this,
      isTwin,
      offeredAtMs: nowMs,
      heardAtMs: nowMs,
      acceptedAtMs: undefined,
      delayMs: 0,
      sendMs: 0,
      sending: undefined,
      incoming: undefined,
      isGivenUp: false,
    }
    if (this.attempts.size === 0) this.awaitFrom(nowMs)
    this.attempts.set(attemptKey(ref), attempt)
    this.#sentPixels += pixelsOf(task)
    this.#hasSuspect = isSuspect(state)
    state.live.add(attempt)
    log('offer %d/%d (%s) to %s%s', ref.task, ref.attempt, task.path, this.info.name, isTwin ? ' as a twin' : '')
    this.channel?.send({
      kind: 'offer',
      ...ref,
      mode: settings.mode,
      strategy: settings.strategyName,
      pipeline: settings.pipeline,
      seed: task.seed,
      ...task.body,
      pixelVersion: taskVersion(settings.pixelVersion, { tile: task.tile, keepMetadata: settings.keepMetadata }),
      format: settings.format,
      quality: settings.quality,
      body: (isInline(task.body) && task.held()) || NO_BODY,
      keepMetadata: settings.keepMetadata,
      ...(task.tile && { tile: task.tile.spec }),
    })
    return attempt
  }

  find(ref: AttemptRef, job: JobId): Attempt | undefined {
    return ref.job === job ? this.attempts.get(attemptKey(ref)) : undefined
  }

  /** Silence, and not answering, count from now on. */
  awaitFrom(nowMs: number): void {
    this.heardAtMs = nowMs
    this.answeredAtMs = nowMs
  }

  /** The last word about a task came. */
  answered(nowMs: number): void {
    this.answeredAtMs = nowMs
    this.isStuck = false
  }

  /** Forgets an attempt: it was answered, cancelled or lost with the stream. */
  forget(attempt: Attempt): void {
    if (!this.attempts.delete(attemptKey(attempt.ref))) return
    this.#sentPixels -= pixelsOf(attempt.state.task)
    attempt.state.live.delete(attempt)
    attempt.sending?.abort()
    if (this.attempts.size === 0) this.#hasSuspect = false
  }

  cancel(attempt: Attempt): void {
    this.channel?.send({ kind: 'cancel', ...attempt.ref })
    this.forget(attempt)
  }
}
