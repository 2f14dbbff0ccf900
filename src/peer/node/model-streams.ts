/**
 * The model stream (`/murmuration/model/1.0.0`): an executor asks the coordinator of a task for the model that the task's pipeline
 * names. One question and one answer; a model that is there follows in chunks. Whatever the other side does wrong, or too slowly,
 * ends this stream and nothing else.
 */

import type { Connection, Stream } from '@libp2p/interface'
import { type Clock, deadlineSignal } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { type PeerId, peerId } from '../../base/ids.ts'
import {
  MAX_CHUNK_BYTES,
  MAX_FRAME_BYTES,
  MODEL_FETCH_MS,
  MODEL_STALL_MS,
  TASK_STREAM_OPEN_MS,
} from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import { MODEL_PROTOCOL, type ModelAnswerFrame } from '../../protocol/messages.ts'
import { decodeModelAnswer, decodeModelRequest, encodeModelFrame } from '../../protocol/model-codec.ts'
import { type BodyAssembler, createBodyAssembler } from '../body-assembler.ts'
import { modelDigest } from '../models/model-digest.ts'
import { readMessages, readOneMessage, writeMessages, writeOneMessage } from '../stream-message.ts'

const log = createLog('model')

/** The model with this digest (64 hexadecimal digits), if `peer` may have it. */
export type ModelLookup = (digest: string, peer: PeerId) => ServedModel | undefined

export interface ServedModel {
  readonly bytes: Uint8Array
  /** It has left for that peer. */
  onSent(): void
}

export interface FetchOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * The bytes of a model, whose digest was checked.
 * @throws MurmurationError ERR_MODEL_FETCH, with what went wrong as its cause; the signal's reason when it aborts first
 */
export async function fetchModel(
  digest: string,
  connect: (signal: AbortSignal) => Promise<Connection>,
  { clock, signal }: FetchOptions,
): Promise<Uint8Array> {
  signal.throwIfAborted()
  const deadline = deadlineSignal(clock, MODEL_FETCH_MS, 'a model', signal)
  try {
    const stream = await openModelStream(clock, connect, deadline.signal)
    return await askForModel(stream, digest, { clock, signal: deadline.signal })
  } catch (cause) {
    signal.throwIfAborted()
    const { message } = asMurmurationError(cause)
    throw new MurmurationError('ERR_MODEL_FETCH', `the model could not be fetched: ${message}`, { cause })
  } finally {
    deadline.cancel()
  }
}

async function openModelStream(
  clock: Clock,
  connect: (signal: AbortSignal) => Promise<Connection>,
  outer: AbortSignal,
): Promise<Stream> {
  const deadline = deadlineSignal(clock, TASK_STREAM_OPEN_MS, 'a model stream', outer)
  try {
    const connection = await connect(deadline.signal)
    return await connection.newStream(MODEL_PROTOCOL, { signal: deadline.signal })
  } catch (error) {
    // libp2p throws errors of its own for an aborted signal: what it aborted with says more
    deadline.signal.throwIfAborted()
    throw error
  } finally {
    deadline.cancel()
  }
}

/**
 * The executor's side of an open stream, which belongs to it from now on.
 * @throws MurmurationError ERR_DEADLINE, ERR_DIGEST, ERR_REFUSED (it has none), ERR_MALFORMED, ERR_PROTOCOL, ERR_LIMIT, ERR_PEER_LOST
 */
export async function askForModel(
  stream: Stream,
  digest: string,
  { clock, signal }: FetchOptions,
): Promise<Uint8Array> {
  const stall = createStallSignal(clock, signal)
  let assembler: BodyAssembler | undefined
  const take = (frame: ModelAnswerFrame): 'more' | 'last' => {
    if (frame.kind === 'missing')
      throw new MurmurationError('ERR_REFUSED', 'its coordinator does not give it (any more)')
    if (frame.kind === 'found') {
      if (assembler !== undefined) throw new MurmurationError('ERR_PROTOCOL', 'a model is found once, got it again')
      assembler = createBodyAssembler({ sizeBytes: frame.sizeBytes, digest: undefined })
      return 'more'
    }
    if (assembler === undefined)
      throw new MurmurationError('ERR_PROTOCOL', 'a chunk is expected behind found, got it before')
    return assembler.add(frame) === 'complete' ? 'last' : 'more'
  }
  try {
    const request = encodeModelFrame({ kind: 'request', digest: Buffer.from(digest, 'hex') })
    await writeOneMessage(stream, request, { signal: stall.signal })
    await readMessages(stream, {
      maxBytes: MAX_FRAME_BYTES,
      signal: stall.signal,
      onMessage(bytes) {
        stall.restart()
        return take(decodeModelAnswer(bytes))
      },
    })
    if (assembler === undefined) throw new MurmurationError('ERR_INTERNAL', 'a model was read without its beginning')
    const bytes = assembler.bytes()
    if (modelDigest(bytes) !== digest)
      throw new MurmurationError('ERR_DIGEST', `a model expects the digest ${digest}, and another came`)
    await closeQuietly(stream, stall.signal)
    return bytes
  } catch (error) {
    stream.abort(asMurmurationError(error))
    throw error
  } finally {
    stall.cancel()
  }
}

/** Answers one question on a stream that somebody else opened. Never rejects. */
export async function answerModelRequest(
  stream: Stream,
  connection: Pick<Connection, 'remotePeer'>,
  { clock, find }: { readonly clock: Clock; readonly find: ModelLookup },
): Promise<void> {
  const deadline = deadlineSignal(clock, MODEL_FETCH_MS, 'the end of a model stream')
  const { signal } = deadline
  try {
    const { digest } = await readRequest(stream, clock, signal)
    const model = find(Buffer.from(digest).toString('hex'), peerId(connection.remotePeer.toString()))
    if (model === undefined) {
      log('%p asks for a model that is not there', connection.remotePeer)
      await writeOneMessage(stream, encodeModelFrame({ kind: 'missing' }), { signal })
    } else {
      await writeMessages(stream, modelFrames(model.bytes), { signal })
      model.onSent()
      log('%s is sent to %p', Buffer.from(digest).toString('hex'), connection.remotePeer)
    }
    await closeQuietly(stream, signal)
  } catch (error) {
    log.error('no model for %p - %e', connection.remotePeer, error)
    stream.abort(asMurmurationError(error))
  } finally {
    deadline.cancel()
  }
}

async function readRequest(stream: Stream, clock: Clock, outer: AbortSignal) {
  const deadline = deadlineSignal(clock, MODEL_STALL_MS, 'the question for a model', outer)
  try {
    return decodeModelRequest(await readOneMessage(stream, { maxBytes: MAX_FRAME_BYTES, signal: deadline.signal }))
  } finally {
    deadline.cancel()
  }
}

function* modelFrames(model: Uint8Array): Generator<Uint8Array> {
  yield encodeModelFrame({ kind: 'found', sizeBytes: model.byteLength })
  for (let offset = 0; offset < model.byteLength; offset += MAX_CHUNK_BYTES) {
    yield encodeModelFrame({ kind: 'chunk', offset, bytes: model.subarray(offset, offset + MAX_CHUNK_BYTES) })
  }
}

/** What was to be said is said: a side that does not close in order costs nothing. */
async function closeQuietly(stream: Stream, signal: AbortSignal): Promise<void> {
  await stream.close({ signal }).catch((error: unknown) => stream.abort(asMurmurationError(error)))
}

/** Aborts with ERR_DEADLINE when `restart` was not called for MODEL_STALL_MS, and with `outer`. */
function createStallSignal(clock: Clock, outer: AbortSignal) {
  let current = deadlineTimer()
  const controller = new AbortController()
  function deadlineTimer() {
    return clock.setTimer(MODEL_STALL_MS, () => {
      const sentence = `a piece of a model was expected within ${MODEL_STALL_MS} ms and did not come`
      controller.abort(new MurmurationError('ERR_DEADLINE', sentence))
    })
  }
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    restart() {
      current.cancel()
      current = deadlineTimer()
    },
    cancel: () => current.cancel(),
  }
}
