/** A task inside the job's window, and its attempts. Mutable: owned by the job's board. */

import type { ErrorCode } from '../../base/errors.ts'
import type { PeerId } from '../../base/ids.ts'
import { LOST_BEFORE_ALONE } from '../../base/limits.ts'
import type { AttemptRef, RefuseFrame, ResultFrame } from '../../protocol/messages.ts'
import type { BodyAssembler } from '../body-assembler.ts'
import type { PreparedTask } from './job.ts'
import { NO_SETBACKS, type Setbacks } from './retry.ts'
import type { ExecutorSession } from './session.ts'
import type { Opinion } from './verification.ts'

export interface TaskState {
  readonly task: PreparedTask
  /** On the dispatcher's clock. */
  readonly enteredAtMs: number
  isFinished: boolean
  nextAttempt: number
  setbacks: Setbacks
  /** Refused by load since the set was last cleared. */
  readonly refusedBy: Set<PeerId>
  /** Will never take this task. */
  readonly impossibleAt: Map<PeerId, RefuseFrame>
  /** Met a setback there: asked again only where there is nobody else. */
  readonly avoid: Set<PeerId>
  /** Failed there, in a way that may be the peer's own: a strike if it succeeds elsewhere. */
  readonly failedAt: Map<PeerId, ErrorCode>
  /** When those that refused may be asked again; undefined while somebody else can still be asked. */
  askAgainAtMs: number | undefined
  /** Attempts that may still bring the result and were not given up. */
  readonly live: Set<Attempt>
  hasTwin: boolean
  /** A second peer is to run it too. */
  isDrawn: boolean
  /** Others were to check it and could not: only this peer's own executor is asked any more. */
  isForJudge: boolean
  /** Of a task that is checked: what peers came to so far. */
  opinions: readonly Opinion[]
}

export interface Attempt {
  readonly ref: AttemptRef
  readonly state: TaskState
  readonly session: ExecutorSession
  readonly isTwin: boolean
  readonly offeredAtMs: number
  /** Last word of the executor about this attempt. */
  heardAtMs: number
  acceptedAtMs: number | undefined
  delayMs: number
  sendMs: number
  /** Ends the sending of its body. */
  sending: AbortController | undefined
  incoming: { readonly frame: ResultFrame; readonly assembler: BodyAssembler; readonly atMs: number } | undefined
  /** Its lease ran out and the task went elsewhere; a late result is welcome if it is the first. */
  isGivenUp: boolean
}

export function createTaskState(task: PreparedTask, enteredAtMs: number, isDrawn: boolean): TaskState {
  return {
    task,
    enteredAtMs,
    isFinished: false,
    nextAttempt: 0,
    setbacks: NO_SETBACKS,
    refusedBy: new Set(),
    impossibleAt: new Map(),
    avoid: new Set(),
    failedAt: new Map(),
    askAgainAtMs: undefined,
    live: new Set(),
    hasTwin: false,
    isDrawn,
    isForJudge: false,
    opinions: [],
  }
}

/** It was out at several peers that were lost: it runs alone until that is cleared up. */
export const isSuspect = (state: TaskState): boolean => state.setbacks.lost >= LOST_BEFORE_ALONE

/** Its word about the task is known: a check asks somebody else. */
export const hasSpoken = (state: TaskState, peer: PeerId): boolean =>
  state.opinions.some((opinion) => opinion.peer.id === peer)

export const attemptKey = (ref: AttemptRef): string => `${ref.task}/${ref.attempt}`
export const pixelsOf = (task: PreparedTask): number => task.body.widthPx * task.body.heightPx
