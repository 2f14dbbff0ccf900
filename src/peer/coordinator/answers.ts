/** What each frame of an executor means for the job. Frames about attempts that are over (cancelled, lost) are ignored. */

import { asMurmurationError, isErrorCode, MurmurationError } from '../../base/errors.ts'
import { BODY_STALL_MS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { ExecutorFrame, FreshLoad, ResultFrame } from '../../protocol/messages.ts'
import { createBodyAssembler, hasDigest } from '../body-assembler.ts'
import { endRefused, endWithResult, endWithSetback } from './attempt-endings.ts'
import type { JobBoard } from './job-board.ts'
import { isInline } from './prepare.ts'
import type { ExecutorSession } from './session.ts'
import type { Attempt } from './task-state.ts'

const log = createLog('coordinator')

export interface AnswerWorld {
  now(): number
  changed(): void
  readonly signal: AbortSignal
}

/** Takes one frame. @throws MurmurationError when the executor broke the protocol: its stream is to be closed. */
export function takeFrame(board: JobBoard, session: ExecutorSession, frame: ExecutorFrame, world: AnswerWorld): void {
  const now = world.now()
  session.partSinceMs = undefined
  hearFrom(session, world)
  if (frame.kind === 'credit') {
    session.grant(frame.tasks, frame.pixels)
    world.changed()
    return
  }
  if (frame.kind === 'beat') {
    hearLoad(session, frame.load)
    for (const ref of frame.held) {
      const attempt = session.find(ref, board.settings.job)
      if (attempt) attempt.heardAtMs = now
    }
    return
  }
  if (frame.kind !== 'chunk') hearLoad(session, frame.load)
  const attempt = session.find(frame, board.settings.job)
  if (!attempt) return
  attempt.heardAtMs = now
  if (frame.kind !== 'chunk') log('%s answers %d/%d: %s', session.info.name, frame.task, frame.attempt, wordOf(frame))
  switch (frame.kind) {
    case 'accept':
      if (attempt.acceptedAtMs !== undefined) return
      board.accept(attempt, frame.delayMs)
      // settles by itself: what goes wrong is the attempt's setback
      void sendBody(board, attempt, world)
      return
    case 'refuse':
      endRefused(board, attempt, frame)
      return
    case 'failed':
      endWithSetback(board, attempt, isErrorCode(frame.code) ? frame.code : 'ERR_INTERNAL', frame.message)
      return
    case 'result':
      takeResult(board, attempt, frame, now)
      return
    case 'chunk':
      takeChunk(board, attempt, () => attempt.incoming?.assembler.add(frame) === 'complete')
  }
}

/**
 * A part of a frame renews the leases of all: over a slow network a chunk takes longer than a lease, and what else the executor
 * has to say waits behind it. But only for as long as a chunk may take.
 */
export function takePart(session: ExecutorSession, world: AnswerWorld): void {
  const now = world.now()
  session.partSinceMs ??= now
  if (now - session.partSinceMs > BODY_STALL_MS) return
  hearFrom(session, world)
  for (const attempt of session.attempts.values()) attempt.heardAtMs = now
}

function hearFrom(session: ExecutorSession, world: AnswerWorld): void {
  session.heardAtMs = world.now()
  if (!session.isSilent) return
  session.isSilent = false
  world.changed()
}

/** For the log. */
function wordOf(frame: ExecutorFrame): string {
  if (frame.kind === 'refuse') return `refuse ${frame.reason}`
  return frame.kind === 'failed' ? `failed ${frame.code}` : frame.kind
}

function hearLoad(session: ExecutorSession, load: FreshLoad): void {
  session.record.hearLoad(load)
}

function takeResult(board: JobBoard, attempt: Attempt, frame: ResultFrame, now: number): void {
  if (attempt.incoming) throw new MurmurationError('ERR_PROTOCOL', 'expected one RESULT per attempt, got a second')
  const { sizeBytes, body } = frame
  // what never left this process is as it was
  const digest = attempt.session.isLocal ? undefined : frame.digest
  attempt.incoming = { frame, assembler: createBodyAssembler({ sizeBytes, digest }), atMs: now }
  if (body.length === 0) return
  if (!digest || hasDigest(body, digest)) endWithResult(board, attempt, body)
  else endWithSetback(board, attempt, 'ERR_DIGEST', 'the result does not match its digest')
}

function takeChunk(board: JobBoard, attempt: Attempt, add: () => boolean): void {
  try {
    if (!add()) return
  } catch (error) {
    const { code, message } = asMurmurationError(error)
    if (code !== 'ERR_DIGEST') throw error
    endWithSetback(board, attempt, code, message)
    return
  }
  const bytes = attempt.incoming?.assembler.bytes()
  if (bytes) endWithResult(board, attempt, bytes)
}

async function sendBody(board: JobBoard, attempt: Attempt, world: AnswerWorld): Promise<void> {
  const { session, state, ref } = attempt
  const { task } = state
  if (isInline(task.body)) return
  const startedMs = world.now()
  attempt.sending = new AbortController()
  const signal = AbortSignal.any([world.signal, attempt.sending.signal])
  let bytes: Uint8Array
  try {
    bytes = await task.take()
  } catch (error) {
    const { code, message } = asMurmurationError(error, 'ERR_READ')
    if (signal.aborted || state.isFinished) return
    session.cancel(attempt)
    endWithSetback(board, attempt, code, message)
    return
  }
  try {
    signal.throwIfAborted() // it ended while the file was read: its stream may be another one by now
    await session.channel?.sendBody(ref, bytes, { signal })
    attempt.sendMs = world.now() - startedMs
  } catch {
    // cancelled, or the stream is gone: then its onClose gives the task to somebody else
  } finally {
    // an abort costs a DOMException with its stack, for nothing once the body is out
    attempt.sending = undefined
    if (state.live.size <= 1) task.release()
  }
}
