/**
 * What follows when an attempt is refused, brings a result, meets a setback, or falls silent: for its task (over, again,
 * elsewhere, or one opinion more) and for the peer (its record, strikes). How often a task may try again is decided in retry.ts,
 * what counts of a task that is checked in second-opinions.ts.
 */

import type { ErrorCode } from '../../base/errors.ts'
import type { RefuseFrame } from '../../protocol/messages.ts'
import type { TaskFailure, TaskResult } from './job.ts'
import type { JobBoard } from './job-board.ts'
import { afterSetback, type Verdict } from './retry.ts'
import type { Attempt } from './task-state.ts'
import type { Opinion } from './verification.ts'

type Incoming = NonNullable<Attempt['incoming']>

/** The peer does not take the task, now or ever. */
export function endRefused(board: JobBoard, attempt: Attempt, frame: RefuseFrame): void {
  const { session, state } = attempt
  board.close(attempt)
  session.refusals++
  board.refusals++
  if (frame.reason === 'REFUSED_LOAD') {
    session.record.refusedByLoad()
    state.refusedBy.add(session.id)
  } else if (frame.isPermanent) {
    state.impossibleAt.set(session.id, frame)
  } else {
    session.record.refusedForNow(board.nowMs)
  }
  board.tell(attempt, { event: 'refused', peer: session.ref, reason: frame.reason })
  if (attempt.isTwin && !state.isFinished) {
    state.hasTwin = false
    board.twins--
  }
  board.requeueIfIdle(attempt)
}

/** `bytes` is the whole result. The first one of a task ends it, or is its next opinion; a later one is dropped. */
export function endWithResult(board: JobBoard, attempt: Attempt, bytes: Uint8Array): void {
  const { session, state, incoming } = attempt
  if (!incoming) return
  const { nowMs } = board
  board.close(attempt)
  board.answered(session, nowMs - attempt.offeredAtMs)
  if (state.isFinished) return
  board.succeeded(session.id)
  for (const [id, code] of state.failedAt) {
    if (id !== session.id) board.strike(id, failureOf(attempt, code))
  }
  const result = taskResult(attempt, incoming, bytes, nowMs)
  const opinion: Opinion = { peer: session.ref, isOwn: session.isLocal, outcome: result }
  if (board.secondOpinions.isWanted(state, opinion)) board.secondOpinions.hear(state, opinion)
  else board.finish(state, result)
}

/** The attempt ended without a result. */
export function endWithSetback(board: JobBoard, attempt: Attempt, code: ErrorCode, message: string): void {
  board.close(attempt)
  takeSetback(board, attempt, code, message)
}

/** The lease ran out: the task goes elsewhere, the attempt stays open for a late result. */
export function endLease(board: JobBoard, attempt: Attempt, message: string): void {
  board.giveUp(attempt)
  takeSetback(board, attempt, 'ERR_PEER_LOST', message)
}

function takeSetback(board: JobBoard, attempt: Attempt, code: ErrorCode, message: string): void {
  const { session, state } = attempt
  const { setbacks, isFinal, avoidPeer } = verdictOn(attempt, code)
  state.setbacks = setbacks
  if (avoidPeer) {
    state.avoid.add(session.id)
    session.record.failed(board.nowMs - attempt.offeredAtMs, board.usualResponseMs ?? 0)
  }
  // bytes that do not match their digest are never the image's fault
  if (code === 'ERR_DIGEST') board.strike(session.id, failureOf(attempt, code))
  else if (mayBePeersOwn(code)) state.failedAt.set(session.id, code)
  if (state.isFinished) return

  // that the image cannot be done is a result of the work like any other
  const isOpinion = !avoidPeer && code !== 'ERR_READ'
  if (isOpinion && state.isDrawn) {
    const outcome = taskFailure(attempt, code, message)
    board.secondOpinions.hear(state, { peer: session.ref, isOwn: session.isLocal, outcome })
    return
  }
  const goesOn = !isFinal || state.live.size > 0
  if (!goesOn && !isOpinion && board.secondOpinions.believed(state).length > 0) {
    board.tell(attempt, { event: 'retried', peer: session.ref, code, message })
    endCheck(board, attempt)
    return
  }
  if (code === 'ERR_PEER_LOST') board.tell(attempt, { event: 'lost', peer: session.ref, message })
  else if (goesOn) board.tell(attempt, { event: 'retried', peer: session.ref, code, message })
  if (goesOn) board.requeueIfIdle(attempt)
  else board.fail(state, code, message, session.ref)
}

function verdictOn({ state, acceptedAtMs }: Attempt, code: ErrorCode): Verdict {
  // an offer that was only parked when its peer was lost cannot be why
  const isInnocent = code === 'ERR_PEER_LOST' && acceptedAtMs === undefined
  return isInnocent ? { setbacks: state.setbacks, isFinal: false, avoidPeer: true } : afterSetback(state.setbacks, code)
}

/** Failures of the work, not of the way there or of the coordinator's own disk. */
const mayBePeersOwn = (code: ErrorCode): boolean =>
  code !== 'ERR_PEER_LOST' && code !== 'ERR_CANCELLED' && code !== 'ERR_DEADLINE' && code !== 'ERR_READ'

/** A task that could not be checked is not worse for it: this peer's own executor is asked, and after it nobody. */
function endCheck(board: JobBoard, attempt: Attempt): void {
  const { state, session } = attempt
  if (session.isLocal) {
    board.secondOpinions.end(state)
  } else {
    board.secondOpinions.leaveToJudge(state)
    board.requeueIfIdle(attempt)
  }
}

/** For the reason of a strike. */
const failureOf = ({ state }: Attempt, code: ErrorCode): string => `"${state.task.path}" (${code})`

function taskFailure({ state, ref, session }: Attempt, code: ErrorCode, message: string): TaskFailure {
  return { kind: 'failure', task: state.task, attempt: ref.attempt, peer: session.ref, code, message }
}

function taskResult(
  { state, ref, session, offeredAtMs, sendMs }: Attempt,
  { frame, atMs }: Incoming,
  bytes: Uint8Array,
  nowMs: number,
): TaskResult {
  const { widthPx, heightPx, digest, pixelDigest, stages } = frame
  const { task, enteredAtMs } = state
  return {
    kind: 'result',
    task,
    attempt: ref.attempt,
    peer: session.ref,
    bytes,
    widthPx,
    heightPx,
    digest,
    pixelDigest,
    stages,
    times: {
      waitMs: offeredAtMs - enteredAtMs,
      sendMs,
      receiveMs: nowMs - atMs,
      responseMs: nowMs - offeredAtMs,
      enteredAtMs,
    },
  }
}
