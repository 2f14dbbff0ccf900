/**
 * Checking each other while a job runs: hears what peers came to about the tasks that are checked, and follows the verdict
 * (verification.ts) to its end: the result that counts, strikes, liars. What moves on the board for it, the board does itself.
 */

import type { PeerId } from '../../base/ids.ts'
import type { JobEvent, PeerRef } from '../job-events.ts'
import type { TaskOutcome } from './job.ts'
import type { Liars } from './liars.ts'
import { NO_SETBACKS } from './retry.ts'
import type { ExecutorSession } from './session.ts'
import { taskEvent } from './task-event.ts'
import { hasSpoken, type TaskState } from './task-state.ts'
import { howWrong, isOther, type Opinion, weigh } from './verification.ts'

/** What a verdict does to the job. */
export interface CheckedBoard {
  /** The task is over; its other attempts are cancelled. */
  finish(state: TaskState, outcome: TaskOutcome): void
  fail(state: TaskState, code: string, message: string): void
  /** The task goes to somebody else than `speaker`, unless it is out at one already. */
  askAnother(state: TaskState, speaker: PeerId): void
  /** The peer failed where others did not. */
  strike(id: PeerId, failure: string): void
  /** The peer gets nothing more, and what is out there goes to others. */
  expel(id: PeerId): void
}

export interface SecondOpinionsWorld {
  readonly startedMs: number
  readonly liars: Liars
  /** This peer's own executor, where it may decide about results. */
  judge(): ExecutorSession | undefined
  now(): number
  emit(event: JobEvent): void
}

export class SecondOpinions {
  readonly #share: number
  readonly #board: CheckedBoard
  readonly #world: SecondOpinionsWorld

  /** @param share of the job's tasks that are checked; 0 = none */
  constructor(share: number, board: CheckedBoard, world: SecondOpinionsWorld) {
    this.#share = share
    this.#board = board
    this.#world = world
  }

  /** Whether what a peer came to is to be compared before it counts. */
  isWanted(state: TaskState, opinion: Opinion): boolean {
    return state.isDrawn || this.#isContradicted(state, opinion)
  }

  /** One more peer said what a task comes to. */
  hear(state: TaskState, opinion: Opinion): void {
    state.isDrawn = true
    state.hasTwin = false
    state.setbacks = NO_SETBACKS
    const { id } = opinion.peer
    state.opinions = [...this.believed(state).filter(({ peer }) => peer.id !== id), opinion]
    const verdict = weigh(state.opinions)
    if (verdict.kind === 'settled') {
      this.#settle(state, verdict.right, verdict.wrong)
      return
    }
    if (state.opinions.length === 2) this.#tellMismatch(state)
    this.#board.askAnother(state, id)
  }

  /** What peers came to about a task, without those that lied since. */
  believed(state: TaskState): readonly Opinion[] {
    const { liars } = this.#world
    if (state.opinions.some(({ peer }) => liars.has(peer.id))) {
      state.opinions = state.opinions.filter(({ peer }) => !liars.has(peer.id))
    }
    return state.opinions
  }

  /** Nobody is left who could check it. */
  end(state: TaskState): void {
    const [first, ...others] = this.believed(state)
    if (first === undefined) return
    if (others.length === 0) {
      this.#board.finish(state, verifiedOutcome(first, []))
      return
    }
    const names = state.opinions.map(({ peer }) => peer.name).join(', ')
    const message = `peers came to different results (${names}), and nobody was there to decide`
    this.#board.fail(state, 'ERR_DISAGREEMENT', message)
  }

  /** Others were to check it and could not: only this peer's own executor is asked any more. */
  leaveToJudge(state: TaskState): void {
    state.isForJudge = true
    state.setbacks = NO_SETBACKS
  }

  /** Whether this peer's own executor may be asked about the task, and was not. */
  mayJudge(state: TaskState): boolean {
    const judge = this.#world.judge()
    return judge !== undefined && !state.impossibleAt.has(judge.id) && !hasSpoken(state, judge.id)
  }

  /**
   * Of these tasks, those that wait in vain for another opinion: this peer's own executor is asked for it; where it may not be, or
   * is asked in vain too, the only opinion is taken as it is. False when nothing waits for that.
   */
  endAll(states: readonly TaskState[]): boolean {
    const unchecked = states.filter((state) => this.believed(state).length > 0)
    const forJudge = unchecked.filter((state) => !state.isForJudge && this.mayJudge(state))
    for (const state of forJudge) this.leaveToJudge(state)
    if (forJudge.length > 0) return true
    const alone = unchecked.filter((state) => state.opinions.length === 1)
    for (const state of alone) this.end(state)
    return alone.length > 0
  }

  /** A twin whose result is on its way says that it will be another one: that costs nothing to know. */
  #isContradicted(state: TaskState, opinion: Opinion): boolean {
    if (this.#share === 0) return false
    const arriving = [...state.live].flatMap(({ incoming }) => incoming ?? [])
    return arriving.some(({ frame }) => isOther(opinion, frame))
  }

  #settle(state: TaskState, right: readonly [Opinion, ...Opinion[]], wrong: readonly Opinion[]): void {
    const [first, ...others] = right
    if (wrong.length > 0 && state.opinions.length === 2) this.#tellMismatch(state)
    // the coordinator's own executor needs nobody who confirms it, whether or not others came to something else
    this.#board.finish(state, others.length > 0 ? verifiedOutcome(first, others) : first.outcome)
    for (const { peer, outcome } of wrong) {
      if (outcome.kind === 'failure') this.#board.strike(peer.id, `"${state.task.path}" (${outcome.code})`)
      else this.#ban(peer, howWrong(outcome, right))
    }
  }

  #tellMismatch({ task, opinions, nextAttempt }: TaskState): void {
    const { now, startedMs, emit } = this.#world
    const body = { event: 'mismatch', peers: opinions.map(({ peer }) => peer) } as const
    emit(taskEvent(body, task, nextAttempt - 1, now() - startedMs))
  }

  /** It lied: it is asked for nothing more. */
  #ban(peer: PeerRef, reason: string): void {
    this.#world.liars.add(peer, reason)
    this.#board.expel(peer.id)
  }
}

const verifiedOutcome = ({ outcome }: Opinion, others: readonly Opinion[]): TaskOutcome =>
  outcome.kind === 'result' ? { ...outcome, verifiedBy: others.map(({ peer }) => peer) } : outcome
