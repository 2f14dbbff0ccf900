/**
 * Frames of a task stream as bytes and back. Decoding is validating: a frame that comes out keeps every rule of
 * docs/PROTOCOL.md, and each direction takes only the kinds that belong to it.
 *
 * Memory: what a decoded frame holds is its own (digests, an inline body that a worker may take over), except the bytes of
 * a chunk, which stay a view of `bytes`: they are copied once, into the body that they are a part of.
 */

import { writer } from 'protons-runtime'
import { isErrorCode, MurmurationError } from '../base/errors.ts'
import { type JobId, jobId, taskId } from '../base/ids.ts'
import { MAX_BEAT_TASKS, MAX_FRAME_BYTES, MAX_MESSAGE_BYTES, MAX_TILE_KNOWN } from '../base/limits.ts'
import { broken, required, UNPRINTABLE } from './check.ts'
import { decodeMessage } from './decode-message.ts'
import * as wire from './generated/task.ts'
import { bytesToHex, hexToBytes } from './hex.ts'
import type {
  AttemptRef,
  CoordinatorFrame,
  ExecutorFrame,
  ExecutorStages,
  FreshLoad,
  OfferTile,
  RefusalReason,
  TaskFrame,
} from './messages.ts'
import { checkTaskFrame } from './task-checks.ts'
import { utf8Truncate } from './utf8.ts'
import { OUTPUT_FORMAT, REFUSAL_REASON, TASK_MODE } from './vocabulary.ts'

const NO_BYTES = new Uint8Array(0)
const DECODE_OPTIONS = { limits: { beat: { held: MAX_BEAT_TASKS }, offer: { tile: { known: MAX_TILE_KNOWN } } } }
const ALL_UNPRINTABLE = new RegExp(UNPRINTABLE, 'gu')

/**
 * Control characters of `message` become spaces and it is cut to MAX_MESSAGE_BYTES: it is written for people, and one
 * that is too long must not cost the stream. Everything else has to keep the rules.
 * @throws MurmurationError ERR_PROTOCOL, ERR_LIMIT
 */
export const encodeTaskFrame = (frame: TaskFrame): Uint8Array => encode(frame, false)

/** The frame behind its length, as a task stream carries it: written in one go, so that a body is copied only once. */
export const encodeDelimitedTaskFrame = (frame: TaskFrame): Uint8Array => encode(frame, true)

function encode(frame: TaskFrame, lengthDelimited: boolean): Uint8Array {
  const sendable = 'message' in frame ? { ...frame, message: printableMessage(frame.message) } : frame
  // these rules bound the frame as a whole: the largest chunk and the largest inline body leave at least 64 KiB for the rest
  checkTaskFrame(sendable)
  const target = writer()
  wire.TaskFrame.codec().encode(toWire(sendable), target, { lengthDelimited })
  return target.finish()
}

/** @throws MurmurationError ERR_MALFORMED, ERR_PROTOCOL, ERR_LIMIT */
export function decodeCoordinatorFrame(bytes: Uint8Array): CoordinatorFrame {
  const frame = decodeTaskFrame(bytes)
  if (frame.kind === 'offer' || frame.kind === 'chunk' || frame.kind === 'cancel') return frame
  throw wrongDirection('an executor', 'offer, chunk or cancel', frame)
}

/** @throws MurmurationError ERR_MALFORMED, ERR_PROTOCOL, ERR_LIMIT */
export function decodeExecutorFrame(bytes: Uint8Array): ExecutorFrame {
  const frame = decodeTaskFrame(bytes)
  if (frame.kind !== 'offer' && frame.kind !== 'cancel') return frame
  throw wrongDirection('a coordinator', 'anything but offer and cancel', frame)
}

const wrongDirection = (reader: string, expected: string, frame: TaskFrame): MurmurationError =>
  new MurmurationError('ERR_PROTOCOL', `${reader} expects ${expected}, got ${frame.kind}`)

function decodeTaskFrame(bytes: Uint8Array): TaskFrame {
  const message = decodeMessage('a task frame', bytes, MAX_FRAME_BYTES, (valid) =>
    wire.TaskFrame.decode(valid, DECODE_OPTIONS),
  )
  const frame = fromWire(message)
  checkTaskFrame(frame)
  return frame
}

function toWire(frame: TaskFrame): Partial<wire.TaskFrame> {
  switch (frame.kind) {
    case 'offer': {
      return {
        offer: {
          ...frame,
          ref: refToWire(frame),
          mode: TASK_MODE.numbers[frame.mode],
          format: OUTPUT_FORMAT.numbers[frame.format],
          digest: unshared(frame.digest),
          body: absentWhenEmpty(frame.body),
          tile: frame.tile && tileToWire(frame.tile),
        },
      }
    }
    case 'chunk':
      return { chunk: { ref: refToWire(frame), offset: frame.offset, bytes: unshared(frame.bytes) } }
    case 'cancel':
      return { cancel: { ref: refToWire(frame) } }
    case 'credit':
      return { credit: frame }
    case 'accept':
      return { accept: { ref: refToWire(frame), delayMs: frame.delayMs, load: frame.load } }
    case 'refuse': {
      const { isPermanent, message, load } = frame
      return {
        refuse: { ref: refToWire(frame), reason: REFUSAL_REASON.numbers[frame.reason], isPermanent, message, load },
      }
    }
    case 'result':
      return {
        result: {
          ...frame,
          ref: refToWire(frame),
          pixelDigest: unshared(frame.pixelDigest),
          digest: unshared(frame.digest),
          body: absentWhenEmpty(frame.body),
        },
      }
    case 'failed':
      return { failed: { ref: refToWire(frame), code: frame.code, message: frame.message, load: frame.load } }
    case 'beat':
      return { beat: { held: frame.held.map(refToWire), load: frame.load } }
  }
}

/** The frame's shape; its values still have to pass `checkTaskFrame`. */
function fromWire({ offer, chunk, cancel, credit, accept, refuse, result, failed, beat }: wire.TaskFrame): TaskFrame {
  if (offer !== undefined) {
    const { strategy, pipeline, seed, sizeBytes, widthPx, heightPx, pixelVersion, quality, keepMetadata } = offer
    return {
      kind: 'offer',
      ...refFromWire('offer', offer.ref),
      mode: known('offer', 'mode', TASK_MODE.nameOf(offer.mode), offer.mode),
      strategy,
      pipeline,
      // the generated decoder reads fixed64 as signed
      seed: BigInt.asUintN(64, seed),
      sizeBytes,
      widthPx,
      heightPx,
      digest: owned(required('offer', 'digest', offer.digest)),
      pixelVersion,
      format: known('offer', 'format', OUTPUT_FORMAT.nameOf(offer.format), offer.format),
      quality,
      body: owned(offer.body),
      keepMetadata,
      ...(offer.tile === undefined ? {} : { tile: tileFromWire(offer.tile) }),
    }
  }
  if (chunk !== undefined) {
    const { offset, bytes = NO_BYTES } = chunk
    return { kind: 'chunk', ...refFromWire('chunk', chunk.ref), offset, bytes }
  }
  if (cancel !== undefined) return { kind: 'cancel', ...refFromWire('cancel', cancel.ref) }
  if (credit !== undefined) return { kind: 'credit', tasks: credit.tasks, pixels: credit.pixels }
  if (accept !== undefined) {
    const load = loadFromWire('accept', accept.load)
    return { kind: 'accept', ...refFromWire('accept', accept.ref), delayMs: accept.delayMs, load }
  }
  if (refuse !== undefined) {
    const { isPermanent, message } = refuse
    const reason = reasonFromWire(refuse.reason, isPermanent)
    const load = loadFromWire('refuse', refuse.load)
    return { kind: 'refuse', ...refFromWire('refuse', refuse.ref), reason, isPermanent, message, load }
  }
  if (result !== undefined) {
    const { widthPx, heightPx, sizeBytes } = result
    return {
      kind: 'result',
      ...refFromWire('result', result.ref),
      stages: stagesFromWire(required('result', 'stages', result.stages)),
      widthPx,
      heightPx,
      pixelDigest: owned(required('result', 'pixelDigest', result.pixelDigest)),
      digest: owned(required('result', 'digest', result.digest)),
      sizeBytes,
      body: owned(result.body),
      load: loadFromWire('result', result.load),
    }
  }
  if (failed !== undefined) {
    const { message } = failed
    const code = failed.code.startsWith('ERR_') && !isErrorCode(failed.code) ? 'ERR_INTERNAL' : failed.code
    const load = loadFromWire('failed', failed.load)
    return { kind: 'failed', ...refFromWire('failed', failed.ref), code, message, load }
  }
  if (beat !== undefined) {
    const held = beat.held.map((ref) => refFromWire('beat', ref))
    return { kind: 'beat', held, load: loadFromWire('beat', beat.load) }
  }
  throw new MurmurationError('ERR_PROTOCOL', 'a task frame expects a kind of this version, got none')
}

/** A reason of a newer version still says whether to ask again: later (BUSY) or never (OTHER_PIXEL_VERSION). */
function reasonFromWire(number: number, isPermanent: boolean): RefusalReason {
  if (number === 0) throw broken('refuse', 'reason', 'to be given', number)
  return REFUSAL_REASON.nameOf(number) ?? (isPermanent ? 'OTHER_PIXEL_VERSION' : 'BUSY')
}

const refToWire = (ref: AttemptRef): wire.AttemptRef => ({
  job: hexToBytes(ref.job),
  task: ref.task,
  attempt: ref.attempt,
})

function refFromWire(subject: string, message: wire.AttemptRef | undefined): AttemptRef {
  const ref = required(subject, 'ref', message)
  return {
    job: jobFromWire(subject, required(subject, 'job', ref.job)),
    task: taskId(ref.task),
    attempt: ref.attempt,
  }
}

function jobFromWire(subject: string, bytes: Uint8Array): JobId {
  if (bytes.byteLength !== 16) throw broken(subject, 'job', 'of 16 bytes', `${bytes.byteLength} bytes`)
  return jobId(bytesToHex(bytes))
}

const tileToWire = ({ keep, known, ...tile }: OfferTile): wire.Tile => ({
  ...tile,
  keepX: keep.x,
  keepY: keep.y,
  keepWidthPx: keep.widthPx,
  keepHeightPx: keep.heightPx,
  known: known.map(unshared),
})

function tileFromWire(tile: wire.Tile): OfferTile {
  const { x, y, fullWidthPx, fullHeightPx, keepX, keepY, keepWidthPx, keepHeightPx, collects, known } = tile
  const keep = { x: keepX, y: keepY, widthPx: keepWidthPx, heightPx: keepHeightPx }
  return { x, y, fullWidthPx, fullHeightPx, keep, collects, known: known.map(owned) }
}

function loadFromWire(subject: string, message: wire.FreshLoad | undefined): FreshLoad {
  const load = required(subject, 'load', message)
  return {
    slots: load.slots,
    runningYours: load.runningYours,
    runningOthers: load.runningOthers,
    parkedYours: load.parkedYours,
    parkedOthers: load.parkedOthers,
    loadProbability: load.loadProbability,
    isPaused: load.isPaused,
    isDraining: load.isDraining,
    msPerMegapixel: load.msPerMegapixel,
  }
}

const stagesFromWire = (stages: wire.ExecutorStages): ExecutorStages => ({
  queueMs: stages.queueMs,
  delayMs: stages.delayMs,
  decodeMs: stages.decodeMs,
  processMs: stages.processMs,
  encodeMs: stages.encodeMs,
})

function known<Name>(subject: string, field: string, name: Name | undefined, number: number): Name {
  if (name === undefined) throw broken(subject, field, 'to be a number that this version knows', number)
  return name
}

/** A copy: the frame may outlive the buffer that it came in, and a worker may take its body's memory away. */
const owned = (bytes: Uint8Array = NO_BYTES): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

/** The bytes themselves, or a copy where another thread could change them while they are read. */
const unshared = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : owned(bytes)

const absentWhenEmpty = (bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined =>
  bytes.byteLength === 0 ? undefined : unshared(bytes)

const printableMessage = (message: string): string =>
  utf8Truncate(message.toWellFormed().replace(ALL_UNPRINTABLE, ' '), MAX_MESSAGE_BYTES)
