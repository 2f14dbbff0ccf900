/**
 * Frames of a model stream as bytes and back; decoding is validating. A chunk's bytes stay a view of what was decoded: they are
 * copied once, into the model that they are a part of.
 */

import { MurmurationError } from '../base/errors.ts'
import { MAX_CHUNK_BYTES, MAX_FRAME_BYTES, MAX_MODEL_BYTES, MODEL_DIGEST_BYTES } from '../base/limits.ts'
import * as check from './check.ts'
import { decodeMessage } from './decode-message.ts'
import * as wire from './generated/model.ts'
import type { ModelAnswerFrame, ModelFrame, ModelRequestFrame } from './messages.ts'

const SUBJECT = 'a model frame'

/** @throws MurmurationError ERR_PROTOCOL, ERR_LIMIT */
export function encodeModelFrame(frame: ModelFrame): Uint8Array {
  checkModelFrame(frame)
  return wire.ModelFrame.encode(toWire(frame))
}

/** What a coordinator reads. @throws MurmurationError ERR_MALFORMED, ERR_PROTOCOL, ERR_LIMIT */
export function decodeModelRequest(bytes: Uint8Array): ModelRequestFrame {
  const frame = decodeModelFrame(bytes)
  if (frame.kind === 'request') return frame
  throw new MurmurationError('ERR_PROTOCOL', `a coordinator expects a model request, got ${frame.kind}`)
}

/** What an executor reads. @throws MurmurationError ERR_MALFORMED, ERR_PROTOCOL, ERR_LIMIT */
export function decodeModelAnswer(bytes: Uint8Array): ModelAnswerFrame {
  const frame = decodeModelFrame(bytes)
  if (frame.kind !== 'request') return frame
  throw new MurmurationError('ERR_PROTOCOL', 'an executor expects found, missing or chunk, got request')
}

function decodeModelFrame(bytes: Uint8Array): ModelFrame {
  const frame = fromWire(decodeMessage(SUBJECT, bytes, MAX_FRAME_BYTES, (valid) => wire.ModelFrame.decode(valid)))
  checkModelFrame(frame)
  return frame
}

function toWire(frame: ModelFrame): Partial<wire.ModelFrame> {
  switch (frame.kind) {
    case 'request':
      return { request: { digest: new Uint8Array(frame.digest) } }
    case 'found':
      return { found: { sizeBytes: frame.sizeBytes } }
    case 'missing':
      return { missing: {} }
    case 'chunk':
      return { chunk: { offset: frame.offset, bytes: new Uint8Array(frame.bytes) } }
  }
}

function fromWire({ request, found, missing, chunk }: wire.ModelFrame): ModelFrame {
  if (request !== undefined) {
    return { kind: 'request', digest: new Uint8Array(check.required(SUBJECT, 'digest', request.digest)) }
  }
  if (found !== undefined) return { kind: 'found', sizeBytes: found.sizeBytes }
  if (missing !== undefined) return { kind: 'missing' }
  if (chunk !== undefined) {
    return { kind: 'chunk', offset: chunk.offset, bytes: check.required(SUBJECT, 'bytes', chunk.bytes) }
  }
  throw new MurmurationError('ERR_PROTOCOL', `${SUBJECT} expects a kind that this version knows, got none`)
}

function checkModelFrame(frame: ModelFrame): void {
  switch (frame.kind) {
    case 'request':
      check.checkDigest(SUBJECT, 'digest', frame.digest, MODEL_DIGEST_BYTES)
      return
    case 'found':
      check.checkInteger(SUBJECT, 'sizeBytes', frame.sizeBytes, 1, MAX_MODEL_BYTES)
      return
    case 'missing':
      return
    case 'chunk':
      check.checkInteger(SUBJECT, 'offset', frame.offset, 0, MAX_MODEL_BYTES - 1)
      check.checkInteger(SUBJECT, 'size of bytes', frame.bytes.byteLength, 1, MAX_CHUNK_BYTES)
  }
}
