/**
 * Checking each other in a running job: hears what peers came to, asks for further opinions, settles tasks, and bans who lied. The
 * rules are verification.ts', the tasks the board's, which moves them. Where others cannot tell, this peer's own executor, the
 * judge, is asked last, and believed.
 */

import type { PeerId } from '../../base/ids.ts'
import { type JobEvent, type PeerRef, tileCountOf } from '../job-events.ts'
import type { JobSettings, TaskOutcome } from './job.ts'
import type { Liars } from './liars.ts'
import { NO_SETBACKS } from './retry.ts'
import type { ExecutorSession } from './session.ts'
import { type Attempt, hasSpoken, type TaskState } from './task-state.ts'
import { type Opinion, saidBy, weigh } from './verification.ts'

/** The job's board, as far as checks read and move it. */
export interface CheckedBoard {
  readonly settings: Pick<JobSettings, 'verify'>
  readonly sessions: ReadonlyMap<PeerId, ExecutorSession>
  readonly waiting: readonly TaskState[]
  lastProgressMs: number
  requeue(state: TaskState): void
  emptyLane(session: ExecutorSession): void
  takeBack(attempt: Attempt): void
  strike(id: PeerId, failure: string): void
  fail(state: TaskState, code: string, message: string): void
}

/** What only the board itself may do, and checks in its name. */
export interface CheckMoves {
  finish(state: TaskState, outcome: TaskOutcome): void
  dropFromQueues(state: TaskState): void
  requeueIfIdle(attempt: Attempt): void
}

export interface CheckWorld {
  /** When the job began: events are told by it. */
  readonly startedMs: number
  readonly liars: Liars
  /** This peer's own executor, where it may decide about results. */
  judge(): ExecutorSession | undefined
  now(): number
  emit(event: JobEvent): void
  /** Something changed that may allow the next step. */
  changed(): void
}

export class Checks {
  readonly #board: CheckedBoard
  readonly #world: CheckWorld
  readonly #moves: CheckMoves

  constructor(board: CheckedBoard, world: CheckWorld, moves: CheckMoves) {
    this.#board = board
    this.#world = world
    this.#moves = moves
  }

  /** This peer's own executor, where it may decide. */
  judge(): ExecutorSession | undefined {
    return this.#world.judge()
  }

  /** Whether somebody else is asked before this opinion counts. */
  concern(state: TaskState, opinion: Opinion): boolean {
    return state.isDrawn || this.#isContradicted(state, opinion)
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
  endCheck(state: TaskState): void {
    const [first, ...others] = this.believed(state)
    if (first === undefined) return
    if (others.length === 0) {
      this.#moves.finish(state, first.outcome.kind === 'result' ? { ...first.outcome, verifiedBy: [] } : first.outcome)
      return
    }
    const names = state.opinions.map(({ peer }) => peer.name).join(', ')
    this.#board.fail(
      state,
      'ERR_DISAGREEMENT',
      `peers came to different pixels (${names}), and nobody was there to decide`,
    )
  }

  /** An attempt ended for good without an opinion, and others cannot be asked again: now it is the judge's. */
  couldNot(state: TaskState, attempt: Attempt): void {
    if (attempt.session.isLocal) {
      this.endCheck(state)
      return
    }
    state.isForJudge = true
    state.setbacks = NO_SETBACKS
    this.#moves.requeueIfIdle(attempt)
  }

  /**
   * What waits in vain for another opinion: this peer's own executor is asked for it; where it may not, or is asked in vain too,
   * the only opinion is taken as it is. False when nothing waits for that.
   */
  endChecks(): boolean {
    const unchecked = this.#board.waiting.filter((state) => this.believed(state).length > 0)
    const canStillJudge = (state: TaskState): boolean => !state.isForJudge && this.canJudge(state)
    const toJudge = unchecked.filter(canStillJudge)
    for (const state of toJudge) state.isForJudge = true
    if (toJudge.length > 0) {
      this.#board.lastProgressMs = this.#world.now()
      this.#world.changed()
      return true
    }
    const alone = unchecked.filter((state) => state.opinions.length === 1)
    for (const state of alone) this.endCheck(state)
    return alone.length > 0
  }

  /** This peer's own executor may be asked about the task, and was not. */
  canJudge(state: TaskState): boolean {
    const judge = this.judge()
    return judge !== undefined && !state.impossibleAt.has(judge.id) && !hasSpoken(state, judge.id)
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
    this.#world.changed()
    // after a lease that ran out it may be waiting, or on its way to the same peer once more
    this.#moves.dropFromQueues(state)
    for (const attempt of [...state.live]) if (attempt.session.id === id) this.#board.takeBack(attempt)
    if (state.live.size === 0) this.#board.requeue(state)
  }

  /** A twin whose result is on its way says that it will be another one: that costs nothing to know. */
  #isContradicted(state: TaskState, opinion: Opinion): boolean {
    if (this.#board.settings.verify === 0) return false
    const arriving = [...state.live].flatMap(({ incoming }) => incoming ?? [])
    return arriving.some(({ frame }) => Buffer.from(frame.pixelDigest).toString('hex') !== saidBy(opinion))
  }

  #settle(state: TaskState, right: readonly [Opinion, ...Opinion[]], wrong: readonly Opinion[]): void {
    const [first, ...others] = right
    if (wrong.length > 0 && state.opinions.length === 2) this.#tellMismatch(state)
    // the coordinator's own executor needs nobody who confirms it, whether or not others came to something else
    const verifiedBy = others.length > 0 ? { verifiedBy: others.map(({ peer }) => peer) } : {}
    this.#moves.finish(state, first.outcome.kind === 'result' ? { ...first.outcome, ...verifiedBy } : first.outcome)
    for (const { peer, outcome } of wrong) {
      const about = `"${state.task.path}"`
      if (outcome.kind === 'failure') this.#board.strike(peer.id, `${about} (${outcome.code})`)
      else
        this.#ban(peer, `its pixels of ${about} are not those of ${right.map((other) => other.peer.name).join(', ')}`)
    }
  }

  #tellMismatch(state: TaskState): void {
    const { task, opinions, nextAttempt } = state
    this.#world.emit({
      event: 'mismatch',
      peers: opinions.map(({ peer }) => peer),
      path: task.path,
      task: task.id,
      attempt: nextAttempt - 1,
      atMs: this.#world.now() - this.#world.startedMs,
      ...(task.tile && { tile: tileCountOf(task.tile) }),
    })
  }

  /** It lied: what is out there goes to others, and it is asked for nothing more. */
  #ban(peer: PeerRef, reason: string): void {
    this.#world.liars.add(peer, reason)
    const session = this.#board.sessions.get(peer.id)
    if (!session || session.isBanned) return
    session.isBanned = true
    this.#board.emptyLane(session)
    for (const attempt of [...session.attempts.values()]) {
      this.#board.takeBack(attempt)
      this.#moves.requeueIfIdle(attempt)
    }
    const { channel } = session
    session.channel = undefined
    channel?.close()
  }
}
