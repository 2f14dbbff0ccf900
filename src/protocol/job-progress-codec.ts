/** Job progress as bytes and back: messages of the job topic. */

import { jobId, peerId } from '../base/ids.ts'
import { MAX_GOSSIP_BYTES, MAX_PIPELINE_BYTES } from '../base/limits.ts'
import * as check from './check.ts'
import { decodeMessage } from './decode-message.ts'
import * as wire from './generated/job.ts'
import { bytesToHex, hexToBytes } from './hex.ts'
import type { JobProgress, JobState } from './messages.ts'
import { JOB_STATE } from './vocabulary.ts'

const SUBJECT = 'a job progress'

/** @throws MurmurationError ERR_PROTOCOL, ERR_LIMIT */
export function encodeJobProgress(progress: JobProgress): Uint8Array {
  checkJobProgress(progress)
  return wire.JobProgress.encode({
    ...progress,
    job: hexToBytes(progress.job),
    state: JOB_STATE.numbers[progress.state],
  })
}

/** @throws MurmurationError ERR_MALFORMED, ERR_PROTOCOL, ERR_LIMIT */
export function decodeJobProgress(bytes: Uint8Array): JobProgress {
  const message = decodeMessage(SUBJECT, bytes, MAX_GOSSIP_BYTES, (valid) => wire.JobProgress.decode(valid))
  const progress: JobProgress = {
    job: jobId(bytesToHex(check.required(SUBJECT, 'job', message.job))),
    coordinator: peerId(message.coordinator),
    coordinatorName: message.coordinatorName,
    sequence: message.sequence,
    pipeline: message.pipeline,
    strategy: message.strategy,
    state: stateFromWire(message.state),
    total: message.total,
    done: message.done,
    failed: message.failed,
    elapsedMs: message.elapsedMs,
    alreadyDone: message.alreadyDone,
  }
  checkJobProgress(progress)
  return progress
}

function checkJobProgress(progress: JobProgress): void {
  check.checkJobId(SUBJECT, 'job', progress.job)
  check.checkPeerId(SUBJECT, 'coordinator', progress.coordinator)
  check.checkName(SUBJECT, 'coordinatorName', progress.coordinatorName)
  check.checkCount(SUBJECT, 'sequence', progress.sequence)
  check.checkText(SUBJECT, 'pipeline', progress.pipeline, MAX_PIPELINE_BYTES)
  check.checkStrategy(SUBJECT, 'strategy', progress.strategy)
  check.checkUint32(SUBJECT, 'total', progress.total)
  check.checkUint32(SUBJECT, 'done', progress.done)
  check.checkUint32(SUBJECT, 'failed', progress.failed)
  check.checkDuration(SUBJECT, 'elapsedMs', progress.elapsedMs)
  check.checkUint32(SUBJECT, 'alreadyDone', progress.alreadyDone)
  if (progress.alreadyDone > progress.done) {
    throw check.broken(SUBJECT, 'alreadyDone', `at most done = ${progress.done}`, progress.alreadyDone)
  }
  if (progress.done + progress.failed > progress.total) {
    const got = `${progress.done} + ${progress.failed}`
    throw check.broken(SUBJECT, 'done + failed', `at most total = ${progress.total}`, got)
  }
}

function stateFromWire(number: number): JobState {
  const state = JOB_STATE.nameOf(number)
  if (state === undefined) throw check.broken(SUBJECT, 'state', 'to be a number that this version knows', number)
  return state
}
