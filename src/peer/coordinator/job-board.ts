/**
 * The state of a running job: who is known, where each task is, and the moves between those places. Choices (bind.ts), frames
 * (answers.ts), ends of attempts (attempt-endings.ts) and verdicts (second-opinions.ts) change a job through these. No timers and
 * no I/O of its own besides frames to executors.
 *
 * A task is in exactly one place: waiting, in one session's lane, or out with at least one live attempt; then finished once.
 */

import type { PeerId } from '../../base/ids.ts'
import { USUAL_RESPONSE_SAMPLES } from '../../base/limits.ts'
import type { JobEvent, PeerRef } from '../job-events.ts'
import type { JobSettings, PreparedTask, TaskOutcome } from './job.ts'
import type { Liars } from './liars.ts'
import type { Quarantine } from './quarantine.ts'
import { SecondOpinions } from './second-opinions.ts'
import type { ExecutorSession } from './session.ts'
import { medianOfKnown } from './strategies/strategy.ts'
import { type TaskEventBody, taskEvent } from './task-event.ts'
import { type Attempt, createTaskState, type TaskState } from './task-state.ts'
import { isDrawn } from './verification.ts'

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
  /** Extra attempts that idle capacity was spent on. */
  twins = 0
  /** Of any kind, by anybody. */
  refusals = 0
  /** Last acceptance, result, or the moment when the last running attempt ended. */
  lastProgressMs: number
  readonly #world: BoardWorld
  readonly #recentResponsesMs: number[] = []

  constructor(settings: JobSettings, world: BoardWorld) {
    this.settings = settings
    this.#world = world
    this.lastProgressMs = world.now()
    this.secondOpinions = new SecondOpinions(settings.verify, this, world)
  }

  get nowMs(): number {
    return this.#world.now()
  }

  // ---- tasks ----

  enter(task: PreparedTask): void {
    this.inWindow++
    this.entered++
    if (this.unfinished === 0) this.lastProgressMs = this.nowMs
    this.unfinished++
    this.waiting.push(createTaskState(task, this.nowMs, isDrawn(task, this.settings.verify)))
    this.#world.changed()
  }

  /** A failure that was found before the task could enter. */
  passFailure(outcome: TaskOutcome): void {
    this.inWindow++
    this.#deliver(outcome)
  }

  /** The task is over: whatever else is out for it is cancelled. */
  finish(state: TaskState, outcome: TaskOutcome): void {
    state.isFinished = true
    this.unfinished--
    for (const other of [...state.live]) {
      other.session.cancel(other)
      this.running.delete(other)
    }
    this.#dropFromQueues(state)
    state.task.release()
    this.lastProgressMs = this.nowMs
    this.#deliver(outcome)
  }

  fail(state: TaskState, code: string, message: string, peer?: PeerRef): void {
    const attempt = Math.max(0, state.nextAttempt - 1)
    this.finish(state, { kind: 'failure', task: state.task, attempt, peer, code, message })
  }

  emptyLane(session: ExecutorSession): void {
    this.waiting.unshift(...session.lane.splice(0))
    this.#world.changed()
  }

  /** After the end of an attempt, unless another one is out or its task is bound already. */
  requeueIfIdle({ state, isGivenUp }: Attempt): void {
    this.#world.changed()
    if (state.isFinished || state.live.size > 0) return
    // when its lease ran out its task was requeued, and may have been bound again since
    if (isGivenUp && this.#queues().some((queue) => queue.includes(state))) return
    this.#requeue(state)
  }

  /** Somebody else than `speaker` is to run it, unless it is out at one already. */
  askAnother(state: TaskState, speaker: PeerId): void {
    this.#world.changed()
    // after a lease that ran out it may be waiting, or on its way to the speaker once more
    this.#dropFromQueues(state)
    for (const attempt of [...state.live]) if (attempt.session.id === speaker) this.takeBack(attempt)
    if (state.live.size === 0) this.#requeue(state)
  }

  // ---- attempts ----

  /** A twin for a task that is out: counts against the bound, announced. */
  addTwin(session: ExecutorSession, state: TaskState): void {
    state.hasTwin = true
    this.twins++
    const twin = session.offer(state, this.settings, this.nowMs, true)
    this.tell(twin, { event: 'hedged', peer: session.ref })
  }

  accept(attempt: Attempt, delayMs: number): void {
    const { session, state } = attempt
    const { nowMs } = this
    attempt.acceptedAtMs = nowMs
    attempt.delayMs = delayMs
    this.lastProgressMs = nowMs
    if (!attempt.isGivenUp) this.running.add(attempt)
    session.record.accepted()
    this.tell(attempt, { event: 'accepted', peer: session.ref, sizeBytes: state.task.body.sizeBytes })
    if (delayMs > 0) this.tell(attempt, { event: 'delayed', peer: session.ref, delayMs })
    this.#world.changed()
  }

  /** The peer's last word about it came, or its stream is gone. What follows is in attempt-endings.ts. */
  close(attempt: Attempt): void {
    attempt.session.forget(attempt)
    attempt.session.answered(this.nowMs)
    this.#runsNoMore(attempt)
    this.#world.changed()
  }

  /** Nothing is expected of it any more, but its result is taken if it is the first. */
  giveUp(attempt: Attempt): void {
    attempt.isGivenUp = true
    this.#runsNoMore(attempt)
    attempt.state.live.delete(attempt)
  }

  /** Cancels it; where its task goes then is the caller's to say. */
  takeBack(attempt: Attempt): void {
    attempt.session.cancel(attempt)
    this.#runsNoMore(attempt)
  }

  // ---- peers ----

  /** Tasks that may be chosen and unfinished at once: the sum of what the peers granted. */
  get window(): number {
    let sum = 0
    for (const session of this.sessions.values()) if (session.isReachable && !session.isAside) sum += session.window
    return sum
  }

  /** Median of the latest response times in milliseconds; undefined before the first. */
  get usualResponseMs(): number | undefined {
    return medianOfKnown(this.#recentResponsesMs)
  }

  judge(): ExecutorSession | undefined {
    return this.#world.judge()
  }

  /** The peer brought a result, whether or not it is the first of its task. */
  answered({ record }: ExecutorSession, responseMs: number): void {
    record.answered(responseMs)
    this.#recentResponsesMs.push(responseMs)
    if (this.#recentResponsesMs.length > USUAL_RESPONSE_SAMPLES) this.#recentResponsesMs.shift()
  }

  /** The peer brought the first result of a task, or an opinion on it. */
  succeeded(id: PeerId): void {
    this.#world.quarantine.succeeded(id, this.nowMs)
  }

  /** The peer failed where others did not. */
  strike(id: PeerId, failure: string): void {
    const session = this.sessions.get(id)
    const spell = this.#world.quarantine.strike(id, failure, this.nowMs)
    if (!session || !spell) return
    this.#world.emit({ event: 'quarantined', peer: session.ref, ...spell, atMs: this.#atMs })
    this.#world.changed()
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

  /** The peer gets nothing more, and what is out there goes to others. */
  expel(id: PeerId): void {
    const session = this.sessions.get(id)
    if (!session || session.isBanned) return
    session.isBanned = true
    this.emptyLane(session)
    for (const attempt of [...session.attempts.values()]) {
      this.takeBack(attempt)
      this.requeueIfIdle(attempt)
    }
    const { channel } = session
    session.channel = undefined
    channel?.close()
  }

  tell({ state, ref }: Attempt, event: TaskEventBody): void {
    this.#world.emit(taskEvent(event, state.task, ref.attempt, this.#atMs))
  }

  /** Since the job began, for events. */
  get #atMs(): number {
    return this.nowMs - this.#world.startedMs
  }

  /** Back to the front of what waits: it has waited longest. */
  #requeue(state: TaskState): void {
    this.waiting.unshift(state)
    this.#world.changed()
  }

  #queues(): TaskState[][] {
    return [this.waiting, ...[...this.sessions.values()].map((session) => session.lane)]
  }

  #dropFromQueues(state: TaskState): void {
    for (const queue of this.#queues()) {
      const index = queue.indexOf(state)
      if (index >= 0) queue.splice(index, 1)
    }
  }

  #runsNoMore(attempt: Attempt): void {
    if (this.running.delete(attempt)) this.lastProgressMs = this.nowMs
  }

  #deliver(outcome: TaskOutcome): void {
    this.outbox.push(outcome)
    this.#world.outcomeReady()
    this.#world.changed()
  }
}
