/**
 * The state of a running job and its transitions: who is known, what waits, what is out, what is finished. Frames (answers.ts),
 * choices (bind.ts) and verdicts (second-opinions.ts) change a job only through these. No timers and no I/O of its own besides
 * frames to executors.
 *
 * A task is in exactly one place: waiting, in one session's lane, or out with at least one live attempt; then finished once.
 */

import type { ErrorCode } from '../../base/errors.ts'
import type { PeerId } from '../../base/ids.ts'
import { USUAL_RESPONSE_SAMPLES } from '../../base/limits.ts'
import type { RefuseFrame } from '../../protocol/messages.ts'
import { type JobEvent, type PeerRef, tileCountOf } from '../job-events.ts'
import type { JobSettings, PreparedTask, TaskOutcome, TaskResult } from './job.ts'
import type { Liars } from './liars.ts'
import type { Quarantine } from './quarantine.ts'
import { afterSetback } from './retry.ts'
import { SecondOpinions } from './second-opinions.ts'
import type { ExecutorSession } from './session.ts'
import { medianOfKnown } from './strategies/strategy.ts'
import { type Attempt, createTaskState, type TaskState } from './task-state.ts'
import { isDrawn, type Opinion } from './verification.ts'

export interface BoardWorld {
  /** When the job began: events are told by it. */
  readonly startedMs: number
  readonly quarantine: Quarantine
  readonly liars: Liars
  /** This peer's own executor, where it may decide about results. */
  judge(): ExecutorSession | undefined
  now(): number
  emit(event: JobEvent): void
  /** Something changed that may allow the next step. */
  changed(): void
  /** An outcome is ready to be taken from `outbox`. */
  outcomeReady(): void
}

const INNOCENT = { setbacks: undefined, isFinal: false, avoidPeer: true } as const

export class JobBoard {
  readonly settings: JobSettings
  readonly sessions = new Map<PeerId, ExecutorSession>()
  /** In the window and bound to no peer, in order. */
  readonly waiting: TaskState[] = []
  readonly outbox: TaskOutcome[] = []
  /** Of tasks that a second peer runs too. */
  readonly secondOpinions: SecondOpinions
  /** Attempts accepted and unanswered: running, sleeping, or about to. */
  readonly running = new Set<Attempt>()
  /** Tasks that entered and whose outcome was not taken yet. */
  inWindow = 0
  /** Tasks that entered since the job began. */
  entered = 0
  unfinished = 0
  twins = 0
  /** Of any kind, by anybody. */
  refusals = 0
  /** Last acceptance, result, or the moment when the last running attempt ended. */
  lastProgressMs: number
  readonly #world: BoardWorld
  readonly #startedMs: number
  readonly #recentResponsesMs: number[] = []

  constructor(settings: JobSettings, world: BoardWorld) {
    this.settings = settings
    this.#world = world
    this.#startedMs = world.startedMs
    this.lastProgressMs = world.now()
    const board = {
      finish: this.#finish.bind(this),
      fail: this.fail.bind(this),
      askAnother: this.#askAnother.bind(this),
      strike: this.strike.bind(this),
      expel: this.#expel.bind(this),
    }
    this.secondOpinions = new SecondOpinions(settings.verify, board, world)
  }

  /** Tasks that may be chosen and unfinished at once: the sum of what the peers granted. */
  get window(): number {
    let sum = 0
    for (const session of this.sessions.values()) if (session.isReachable && !session.isAside) sum += session.window
    return sum
  }

  /** Takes over who is aside now. Where everybody is, nobody is: a peer that fails sometimes beats none. */
  refreshStandings(nowMs: number): void {
    const { quarantine } = this.#world
    const sessions = [...this.sessions.values()]
    const isTrusted = ({ id }: ExecutorSession): boolean =>
      !quarantine.isAside(id, nowMs) && !quarantine.isOnProbation(id, nowMs)
    const isAnyTrusted = sessions.some((session) => session.isReachable && isTrusted(session))
    for (const session of sessions) {
      const wasAside = session.isAside
      session.isAside = isAnyTrusted && quarantine.isAside(session.id, nowMs)
      session.isOnProbation = isAnyTrusted && quarantine.isOnProbation(session.id, nowMs)
      if (session.isAside && !wasAside && session.lane.length > 0) this.emptyLane(session)
    }
  }

  /** Median of the latest response times in milliseconds; undefined before the first. */
  get usualResponseMs(): number | undefined {
    return medianOfKnown(this.#recentResponsesMs)
  }

  enter(task: PreparedTask): void {
    this.inWindow++
    this.entered++
    if (this.unfinished === 0) this.lastProgressMs = this.#world.now()
    this.unfinished++
    this.waiting.push(createTaskState(task, this.#world.now(), isDrawn(task, this.settings.verify)))
    this.#world.changed()
  }

  /** A failure that was found before the task could enter. */
  passFailure(outcome: TaskOutcome): void {
    this.inWindow++
    this.#deliver(outcome)
  }

  /** Back to the front of what waits: it has waited longest. */
  requeue(state: TaskState): void {
    this.waiting.unshift(state)
    this.#world.changed()
  }

  emptyLane(session: ExecutorSession): void {
    this.waiting.unshift(...session.lane.splice(0))
    this.#world.changed()
  }

  accept(attempt: Attempt, delayMs: number): void {
    const now = this.#world.now()
    attempt.acceptedAtMs = now
    attempt.delayMs = delayMs
    this.lastProgressMs = now
    if (!attempt.isGivenUp) this.running.add(attempt)
    attempt.session.record.accepted()
    const { sizeBytes } = attempt.state.task.body
    this.#tell(attempt, { event: 'accepted', peer: attempt.session.ref, sizeBytes })
    if (delayMs > 0) this.#tell(attempt, { event: 'delayed', peer: attempt.session.ref, delayMs })
    this.#world.changed()
  }

  refuse(attempt: Attempt, frame: RefuseFrame): void {
    const { session, state } = attempt
    this.#close(attempt)
    session.refusals++
    this.refusals++
    if (frame.reason === 'REFUSED_LOAD') {
      session.record.refusedByLoad()
      state.refusedBy.add(session.id)
    } else if (frame.isPermanent) {
      state.impossibleAt.set(session.id, frame)
    } else {
      session.record.refusedForNow(this.#world.now())
    }
    this.#tell(attempt, { event: 'refused', peer: session.ref, reason: frame.reason })
    if (attempt.isTwin && !state.isFinished) {
      state.hasTwin = false
      this.twins--
    }
    this.#requeueIfIdle(attempt)
  }

  /** The first result of a task ends it; a later one is dropped. */
  complete(attempt: Attempt, bytes: Uint8Array): void {
    const { session, state, incoming } = attempt
    if (!incoming) return
    const now = this.#world.now()
    const responseMs = now - attempt.offeredAtMs
    this.#close(attempt)
    session.record.answered(responseMs)
    this.#recentResponsesMs.push(responseMs)
    if (this.#recentResponsesMs.length > USUAL_RESPONSE_SAMPLES) this.#recentResponsesMs.shift()
    if (state.isFinished) return
    this.#world.quarantine.succeeded(session.id, now)
    for (const [id, code] of state.failedAt) {
      if (id !== session.id) this.strike(id, `"${state.task.path}" (${code})`)
    }
    const result: TaskResult = {
      kind: 'result',
      task: state.task,
      attempt: attempt.ref.attempt,
      peer: session.ref,
      bytes,
      widthPx: incoming.frame.widthPx,
      heightPx: incoming.frame.heightPx,
      digest: incoming.frame.digest,
      pixelDigest: incoming.frame.pixelDigest,
      stages: incoming.frame.stages,
      times: {
        waitMs: attempt.offeredAtMs - state.enteredAtMs,
        sendMs: attempt.sendMs,
        receiveMs: now - incoming.atMs,
        responseMs,
        enteredAtMs: state.enteredAtMs,
      },
    }
    const opinion: Opinion = { peer: session.ref, isOwn: session.isLocal, outcome: result }
    if (this.secondOpinions.isWanted(state, opinion)) this.secondOpinions.hear(state, opinion)
    else this.#finish(state, result)
  }

  judge(): ExecutorSession | undefined {
    return this.#world.judge()
  }

  /** An attempt that has not begun is cancelled; the task is bound elsewhere by the caller. */
  takeBack(attempt: Attempt): void {
    attempt.session.cancel(attempt)
    if (this.running.delete(attempt)) this.lastProgressMs = this.#world.now()
  }

  /** An attempt ended without a result. */
  setback(attempt: Attempt, code: ErrorCode, message: string): void {
    this.#close(attempt)
    this.#afterSetback(attempt, code, message)
  }

  /** The lease ran out: the task goes elsewhere, the attempt stays open for a late result. */
  giveUpLease(attempt: Attempt, message: string): void {
    attempt.isGivenUp = true
    if (this.running.delete(attempt)) this.lastProgressMs = this.#world.now()
    attempt.state.live.delete(attempt)
    this.#afterSetback(attempt, 'ERR_PEER_LOST', message)
  }

  /** The peer failed where others did not. */
  strike(id: PeerId, failure: string): void {
    const session = this.sessions.get(id)
    const spell = this.#world.quarantine.strike(id, failure, this.#world.now())
    if (!session || !spell) return
    const atMs = this.#world.now() - this.#startedMs
    this.#world.emit({ event: 'quarantined', peer: session.ref, ...spell, atMs })
    this.#world.changed()
  }

  fail(state: TaskState, code: string, message: string, peer?: PeerRef): void {
    const attempt = Math.max(0, state.nextAttempt - 1)
    this.#finish(state, { kind: 'failure', task: state.task, attempt, peer, code, message })
  }

  /** A twin for a task that is out: counts against the bound, announced. */
  addTwin(session: ExecutorSession, state: TaskState): void {
    state.hasTwin = true
    this.twins++
    const twin = session.offer(state, this.settings, this.#world.now(), true)
    this.#tell(twin, { event: 'hedged', peer: session.ref })
  }

  /** After a lease that ran out the task may be waiting, or on its way to the speaker once more. */
  #askAnother(state: TaskState, speaker: PeerId): void {
    this.#world.changed()
    this.#dropFromQueues(state)
    for (const attempt of [...state.live]) if (attempt.session.id === speaker) this.takeBack(attempt)
    if (state.live.size === 0) this.requeue(state)
  }

  #expel(id: PeerId): void {
    const session = this.sessions.get(id)
    if (!session || session.isBanned) return
    session.isBanned = true
    this.emptyLane(session)
    for (const attempt of [...session.attempts.values()]) {
      this.takeBack(attempt)
      this.#requeueIfIdle(attempt)
    }
    const { channel } = session
    session.channel = undefined
    channel?.close()
  }

  #afterSetback(attempt: Attempt, code: ErrorCode, message: string): void {
    const { session, state } = attempt
    // an offer that was only parked when its peer was lost cannot be why
    const isInnocent = code === 'ERR_PEER_LOST' && attempt.acceptedAtMs === undefined
    const verdict = isInnocent ? INNOCENT : afterSetback(state.setbacks, code)
    state.setbacks = verdict.setbacks ?? state.setbacks
    if (verdict.avoidPeer) {
      state.avoid.add(session.id)
      session.record.failed(this.#world.now() - attempt.offeredAtMs, this.usualResponseMs ?? 0)
    }
    // bytes that do not match their digest are never the image's fault
    if (code === 'ERR_DIGEST') this.strike(session.id, `"${state.task.path}" (${code})`)
    else if (mayBePeersOwn(code)) state.failedAt.set(session.id, code)
    if (state.isFinished) return
    // what could not be checked is not worse for it
    const isOpinion = !verdict.avoidPeer && code !== 'ERR_READ'
    if (verdict.isFinal && !isOpinion && state.live.size === 0 && this.secondOpinions.believed(state).length > 0) {
      this.#tell(attempt, { event: 'retried', peer: session.ref, code, message })
      if (session.isLocal) {
        this.secondOpinions.end(state)
      } else {
        this.secondOpinions.leaveToJudge(state)
        this.#requeueIfIdle(attempt)
      }
      return
    }
    if (verdict.isFinal && isOpinion && state.isDrawn) {
      const failure = {
        kind: 'failure',
        task: state.task,
        attempt: attempt.ref.attempt,
        peer: session.ref,
        code,
        message,
      } as const
      this.secondOpinions.hear(state, { peer: session.ref, isOwn: session.isLocal, outcome: failure })
      return
    }
    const goesOn = !verdict.isFinal || state.live.size > 0
    if (code === 'ERR_PEER_LOST') this.#tell(attempt, { event: 'lost', peer: session.ref, message })
    else if (goesOn) this.#tell(attempt, { event: 'retried', peer: session.ref, code, message })
    if (goesOn) this.#requeueIfIdle(attempt)
    else this.fail(state, code, message, session.ref)
  }

  #requeueIfIdle({ state, isGivenUp, session }: Attempt): void {
    this.#world.changed()
    // a given up attempt was requeued when its lease ran out; a twin's end leaves the other one running
    if (state.isFinished || state.live.size > 0) return
    if (isGivenUp && this.#isBound(state, session)) return
    this.requeue(state)
  }

  #isBound(state: TaskState, except: ExecutorSession): boolean {
    if (this.waiting.includes(state)) return true
    for (const session of this.sessions.values()) if (session !== except && session.lane.includes(state)) return true
    return except.lane.includes(state)
  }

  #close(attempt: Attempt): void {
    attempt.session.forget(attempt)
    if (this.running.delete(attempt)) this.lastProgressMs = this.#world.now()
    this.#world.changed()
  }

  #finish(state: TaskState, outcome: TaskOutcome): void {
    state.isFinished = true
    this.unfinished--
    for (const other of [...state.live]) {
      other.session.cancel(other)
      this.running.delete(other)
    }
    this.#dropFromQueues(state)
    state.task.release()
    this.lastProgressMs = this.#world.now()
    this.#deliver(outcome)
  }

  #dropFromQueues(state: TaskState): void {
    for (const queue of [this.waiting, ...[...this.sessions.values()].map((session) => session.lane)]) {
      const index = queue.indexOf(state)
      if (index >= 0) queue.splice(index, 1)
    }
  }

  #deliver(outcome: TaskOutcome): void {
    this.outbox.push(outcome)
    this.#world.outcomeReady()
    this.#world.changed()
  }

  #tell(attempt: Attempt, event: TaskEventBody): void {
    const { task } = attempt.state
    const about = {
      path: task.path,
      task: task.id,
      attempt: attempt.ref.attempt,
      atMs: this.#world.now() - this.#startedMs,
      ...(task.tile && { tile: tileCountOf(task.tile) }),
    }
    this.#world.emit({ ...event, ...about })
  }
}

/** Failures of the work, not of the way there or of the coordinator's own disk. */
const mayBePeersOwn = (code: ErrorCode): boolean =>
  code !== 'ERR_PEER_LOST' && code !== 'ERR_CANCELLED' && code !== 'ERR_DEADLINE' && code !== 'ERR_READ'

type AboutKeys = 'path' | 'task' | 'attempt' | 'atMs' | 'tile'
type WithoutAbout<E> = E extends { readonly path: string; readonly atMs: number } ? Omit<E, AboutKeys> : never
/** A task's event without the fields that every such event has. */
type TaskEventBody = WithoutAbout<JobEvent>
