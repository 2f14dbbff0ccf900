/**
 * Which waiting task goes where: filters the peers for each task (DESIGN "Load probability", "Strategies"), asks the strategy,
 * and sends what has a credit. Under late binding a task is offered at once; otherwise it waits in the chosen peer's lane.
 */

import type { PeerId } from '../../base/ids.ts'
import { ALL_REFUSED_PAUSE_MS } from '../../base/limits.ts'
import type { Random } from '../../base/random.ts'
import { fastestFirst, isBetterMoved, maxTwins, slowestWithoutTwin } from './hedge.ts'
import type { JobBoard } from './job-board.ts'
import type { ExecutorSession } from './session.ts'
import type { Candidate } from './strategies/strategy.ts'
import { hasSpoken, isSuspect, pixelsOf, type TaskState } from './task-state.ts'

export interface Binder {
  /** Binds and sends all that can be now. Returns when to look again for a reason of time alone, or undefined. */
  run(nowMs: number): number | undefined
}

export function createBinder(board: JobBoard, random: Random): Binder {
  const { settings } = board
  let previous: PeerId | undefined

  function bindWaiting(nowMs: number): number | undefined {
    const reachable = [...board.sessions.values()].filter((session) => session.isReachable)
    const candidates = new Map<PeerId, Candidate>()
    const candidateOf = (session: ExecutorSession): Candidate => {
      const known = candidates.get(session.id)
      if (known) return known
      const made = session.candidate()
      candidates.set(session.id, made)
      return made
    }
    let lookAgainMs: number | undefined
    const lookAgainAt = (atMs: number): void => {
      if (atMs > nowMs) lookAgainMs = Math.min(lookAgainMs ?? atMs, atMs)
    }
    for (const state of board.waiting.splice(0)) {
      const pool = poolFor(board, state, reachable, nowMs)
      if (pool === 'nobody') continue
      const id = pool.length > 0 ? settings.choose({ candidates: pool.map(candidateOf), previous, random }) : undefined
      const session = id === undefined ? undefined : board.sessions.get(id)
      if (!session) {
        board.waiting.push(state)
        if (state.askAgainAtMs !== undefined) lookAgainAt(state.askAgainAtMs)
        continue
      }
      previous = session.id
      session.lane.push(state)
      if (settings.bindsLate) flushLane(session, nowMs)
      candidates.delete(session.id)
    }
    for (const session of reachable) lookAgainAt(session.record.backedOffUntilMs)
    return lookAgainMs
  }

  function flushLane(session: ExecutorSession, nowMs: number): void {
    for (let state = session.lane[0]; state; state = session.lane[0]) {
      if (!session.isUsable(nowMs) || !session.hasCredit(pixelsOf(state.task))) return
      session.lane.shift()
      session.offer(state, settings, nowMs)
    }
  }

  /** Idle capacity at the end of a job takes over what is queued elsewhere, and re-runs the slowest tasks (hedge.ts). */
  function fillIdleSlots(nowMs: number): void {
    if (!settings.hedge || board.waiting.length > 0) return
    const isIdle = (session: ExecutorSession): boolean =>
      session.isUsable(nowMs) && !session.isAside && !session.isJudge && session.attempts.size < session.info.slots
    for (const session of fastestFirst([...board.sessions.values()].filter(isIdle))) {
      if (takeOverQueued(session, nowMs) || board.twins >= maxTwins(board.entered)) continue
      const elsewhere = [...board.running].filter(
        (attempt) =>
          attempt.session !== session && mayRun(attempt.state, session) && !isAvoided(attempt.state, session),
      )
      const slowest = slowestWithoutTwin(elsewhere, session, nowMs, board.usualResponseMs)
      if (slowest && session.hasCredit(pixelsOf(slowest.state.task))) board.addTwin(session, slowest.state)
    }
  }

  /** A task that waits in vain behind others has cost nothing yet: it moves instead of being run twice. */
  function takeOverQueued(idle: ExecutorSession, nowMs: number): boolean {
    const usualMs = board.usualResponseMs
    if (usualMs === undefined) return false
    for (const session of board.sessions.values()) {
      if (session === idle) continue
      const queued = session.queued().find((attempt) => {
        const { state, isGivenUp } = attempt
        const mayMove = !isGivenUp && !state.hasTwin && mayRun(state, idle) && idle.hasCredit(pixelsOf(state.task))
        return mayMove && isBetterMoved(attempt, idle, nowMs, usualMs)
      })
      if (!queued) continue
      board.takeBack(queued)
      idle.offer(queued.state, settings, nowMs)
      return true
    }
    return false
  }

  return {
    run(nowMs) {
      board.refreshStandings(nowMs)
      const lookAgainMs = bindWaiting(nowMs)
      for (const session of board.sessions.values()) {
        if (session.lane.length === 0) continue
        const { isPaused, isDraining } = session.info
        if (session.isConnected && !isPaused && !isDraining) flushLane(session, nowMs)
        else board.emptyLane(session)
      }
      fillIdleSlots(nowMs)
      return lookAgainMs
    },
  }
}

const isAvoided = (state: TaskState, session: ExecutorSession): boolean => state.avoid.has(session.id)
const mayRun = (state: TaskState, session: ExecutorSession): boolean =>
  !state.impossibleAt.has(session.id) &&
  !state.refusedBy.has(session.id) &&
  !hasSpoken(state, session.id) &&
  (!state.isForJudge || session.isLocal)

/** The peers to choose from for one task, or 'nobody' when the task just ended because nobody ever will take it. */
function poolFor(
  board: JobBoard,
  state: TaskState,
  reachable: readonly ExecutorSession[],
  nowMs: number,
): readonly ExecutorSession[] | 'nobody' {
  const opinions = board.secondOpinions.believed(state)
  const canDo = (session: ExecutorSession): boolean =>
    !state.impossibleAt.has(session.id) && !hasSpoken(state, session.id)
  const possible = reachable.filter(canDo)
  if (possible.length === 0 && reachable.length > 0 && !isSomebodyComing(board)) {
    if (opinions.length === 0) {
      failAsImpossible(board, state)
      return 'nobody'
    }
    return isSomebodyBackSoon(board, canDo) ? [] : judgeFor(board, state, nowMs)
  }
  if (state.isForJudge && opinions.length > 0) return judgeFor(board, state, nowMs)
  const open = unlessAside(possible.filter((session) => !session.info.isPaused && !session.info.isDraining))
  const unasked = askable(board, state, open, nowMs)
  const untried = unasked.filter((session) => !isAvoided(state, session))
  const usable = (untried.length > 0 ? untried : unasked).filter((session) => session.isUsable(nowMs))
  return isSuspect(state) ? usable.filter((session) => session.isEmpty) : usable
}

/** This peer's own executor, which decides; where there is none, or it cannot do the task, the check is over. */
function judgeFor(board: JobBoard, state: TaskState, nowMs: number): readonly ExecutorSession[] | 'nobody' {
  const judge = board.judge()
  if (judge === undefined || !board.secondOpinions.mayJudge(state)) {
    board.secondOpinions.end(state)
    return 'nobody'
  }
  return askable(board, state, [judge], nowMs).filter((session) => session.isUsable(nowMs))
}

/** Those that are put aside only where nobody else could take it. */
function unlessAside(sessions: readonly ExecutorSession[]): readonly ExecutorSession[] {
  const trusted = sessions.filter((session) => !session.isAside)
  return trusted.length > 0 ? trusted : sessions
}

/** A stream is being opened, or a silent one may still speak: what that peer says of a task is not known yet. */
function isSomebodyComing(board: JobBoard): boolean {
  for (const session of board.sessions.values()) {
    const isOnItsWay = session.isOpening || (session.channel !== undefined && !session.isConnected)
    if (session.isListed && !session.isBanned && isOnItsWay) return true
  }
  return false
}

/** A peer that could check is listed, and its stream was lost or is being opened. */
function isSomebodyBackSoon(board: JobBoard, canDo: (session: ExecutorSession) => boolean): boolean {
  for (const session of board.sessions.values()) {
    if (session.isListed && !session.isBanned && !session.isConnected && !session.isLocal && canDo(session)) return true
  }
  return false
}

/**
 * Those that have not refused the task, or everybody again ALL_REFUSED_PAUSE_MS after all had. Bound late, "all" are those
 * that could take it now: a free peer never idles because the others are asleep.
 */
function askable(
  { settings }: JobBoard,
  state: TaskState,
  open: readonly ExecutorSession[],
  nowMs: number,
): readonly ExecutorSession[] {
  const isFree = (session: ExecutorSession): boolean => session.isUsable(nowMs) && session.hasCredit()
  const unasked = open.filter((session) => !state.refusedBy.has(session.id))
  const isStuck = settings.bindsLate && !unasked.some(isFree) && open.some(isFree)
  if (state.refusedBy.size === 0 || (unasked.length > 0 && !isStuck)) {
    state.askAgainAtMs = undefined
    return unasked
  }
  state.askAgainAtMs ??= nowMs + ALL_REFUSED_PAUSE_MS
  if (nowMs < state.askAgainAtMs) return unasked
  state.askAgainAtMs = undefined
  state.refusedBy.clear()
  return open
}

/** Of no peer's fault: each that was asked is told of as refusing. */
function failAsImpossible(board: JobBoard, state: TaskState): void {
  const [refusal] = state.impossibleAt.values()
  const code = refusal?.reason === 'TOO_LARGE' ? 'ERR_TOO_LARGE' : 'ERR_REFUSED'
  board.fail(state, code, refusal?.message ?? 'every peer refused this task for good')
}
