/** The rules of every frame of a task stream, run by the decoder on what came and by the encoder on what is to go. */

import {
  CREDIT_PIXELS_PER_SLOT,
  MAX_BEAT_TASKS,
  MAX_BODY_BYTES,
  MAX_CHUNK_BYTES,
  MAX_CREDIT_TASKS,
  MAX_INLINE_BODY_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_PIPELINE_BYTES,
  MAX_SIDE_PX,
  MAX_SLOTS,
} from '../base/limits.ts'
import * as check from './check.ts'
import type {
  AttemptRef,
  ChunkFrame,
  CreditFrame,
  ExecutorStages,
  FreshLoad,
  OfferFrame,
  ResultFrame,
  TaskFrame,
} from './messages.ts'
import { checkTile } from './tile-checks.ts'

/** Throws ERR_PROTOCOL or ERR_LIMIT when the frame breaks a rule of docs/PROTOCOL.md. */
export function checkTaskFrame(frame: TaskFrame): void {
  switch (frame.kind) {
    case 'offer':
      checkOffer(frame)
      break
    case 'chunk':
      checkChunk(frame)
      break
    case 'cancel':
      checkRef(frame.kind, frame)
      break
    case 'credit':
      checkCredit(frame)
      break
    case 'accept':
      checkRef(frame.kind, frame)
      check.checkDuration(frame.kind, 'delayMs', frame.delayMs)
      checkLoad(frame.kind, frame.load)
      break
    case 'refuse':
      checkRef(frame.kind, frame)
      check.checkText(frame.kind, 'message', frame.message, MAX_MESSAGE_BYTES, 0)
      checkLoad(frame.kind, frame.load)
      break
    case 'result':
      checkResult(frame)
      break
    case 'failed':
      checkRef(frame.kind, frame)
      check.checkErrorCode(frame.kind, 'code', frame.code)
      check.checkText(frame.kind, 'message', frame.message, MAX_MESSAGE_BYTES, 0)
      checkLoad(frame.kind, frame.load)
      break
    case 'beat':
      check.checkList(frame.kind, 'held', frame.held, MAX_BEAT_TASKS)
      for (const held of frame.held) checkRef(frame.kind, held)
      checkLoad(frame.kind, frame.load)
      break
  }
}

function checkRef(subject: string, ref: AttemptRef): void {
  check.checkJobId(subject, 'job', ref.job)
  check.checkUint32(subject, 'task', ref.task)
  check.checkUint32(subject, 'attempt', ref.attempt)
}

function checkOffer(frame: OfferFrame): void {
  const subject = frame.kind
  checkRef(subject, frame)
  check.checkStrategy(subject, 'strategy', frame.strategy)
  check.checkText(subject, 'pipeline', frame.pipeline, MAX_PIPELINE_BYTES)
  if (frame.seed < 0n || frame.seed >= 1n << 64n) throw check.broken(subject, 'seed', 'of 64 bits', frame.seed)
  checkSides(subject, frame.widthPx, frame.heightPx)
  check.checkDigest(subject, 'digest', frame.digest)
  check.checkName(subject, 'pixelVersion', frame.pixelVersion)
  check.checkInteger(subject, 'quality', frame.quality, 1, 100)
  checkBody(subject, frame.sizeBytes, frame.body)
  if (frame.tile) checkTile(frame.tile, frame)
}

function checkChunk(frame: ChunkFrame): void {
  const subject = frame.kind
  checkRef(subject, frame)
  check.checkInteger(subject, 'bytes of a length', frame.bytes.byteLength, 1, MAX_CHUNK_BYTES)
  check.checkInteger(subject, 'offset', frame.offset, 0, MAX_BODY_BYTES - frame.bytes.byteLength)
}

function checkCredit(frame: CreditFrame): void {
  check.checkInteger(frame.kind, 'tasks', frame.tasks, 0, MAX_CREDIT_TASKS)
  check.checkInteger(frame.kind, 'pixels', frame.pixels, 0, MAX_SLOTS * CREDIT_PIXELS_PER_SLOT)
}

function checkResult(frame: ResultFrame): void {
  const subject = frame.kind
  checkRef(subject, frame)
  checkStages(subject, frame.stages)
  checkSides(subject, frame.widthPx, frame.heightPx)
  check.checkPixelDigest(subject, 'pixelDigest', frame.pixelDigest)
  check.checkDigest(subject, 'digest', frame.digest)
  checkBody(subject, frame.sizeBytes, frame.body)
  checkLoad(subject, frame.load)
}

function checkStages(subject: string, stages: ExecutorStages): void {
  check.checkDuration(subject, 'queueMs', stages.queueMs)
  check.checkDuration(subject, 'delayMs', stages.delayMs)
  check.checkDuration(subject, 'decodeMs', stages.decodeMs)
  check.checkDuration(subject, 'processMs', stages.processMs)
  check.checkDuration(subject, 'encodeMs', stages.encodeMs)
}

function checkSides(subject: string, widthPx: number, heightPx: number): void {
  check.checkInteger(subject, 'widthPx', widthPx, 1, MAX_SIDE_PX)
  check.checkInteger(subject, 'heightPx', heightPx, 1, MAX_SIDE_PX)
}

/** An inline body is the whole body or nothing. */
function checkBody(subject: string, sizeBytes: number, body: Uint8Array): void {
  check.checkInteger(subject, 'sizeBytes', sizeBytes, 1, MAX_BODY_BYTES)
  if (body.byteLength > MAX_INLINE_BODY_BYTES) {
    throw check.exceeded(subject, 'body', `of at most ${MAX_INLINE_BODY_BYTES} bytes`, `${body.byteLength} bytes`)
  }
  if (body.byteLength > 0 && body.byteLength !== sizeBytes) {
    throw check.broken(subject, 'body', `empty or of sizeBytes = ${sizeBytes} bytes`, `${body.byteLength} bytes`)
  }
}

function checkLoad(subject: string, load: FreshLoad): void {
  check.checkInteger(subject, 'load.slots', load.slots, 0, MAX_SLOTS)
  check.checkUint32(subject, 'load.runningYours', load.runningYours)
  check.checkUint32(subject, 'load.runningOthers', load.runningOthers)
  check.checkUint32(subject, 'load.parkedYours', load.parkedYours)
  check.checkUint32(subject, 'load.parkedOthers', load.parkedOthers)
  check.checkProbability(subject, 'load.loadProbability', load.loadProbability)
  check.checkDuration(subject, 'load.msPerMegapixel', load.msPerMegapixel)
}
