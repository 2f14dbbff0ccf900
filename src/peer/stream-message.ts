/**
 * Messages on a libp2p stream, as protocols of question and answer need them (hello, model): length-prefixed like the frames
 * of a task stream. Whatever goes wrong resets the stream, which is of no use any more.
 */

import type { Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import { asMurmurationError, MurmurationError } from '../base/errors.ts'
import { createFrameReader, encodeFrame } from '../protocol/frame-reader.ts'

/**
 * The first message of the stream, in memory of its own. Bytes behind it break the protocol.
 * @throws MurmurationError ERR_MALFORMED, ERR_PROTOCOL, ERR_LIMIT, ERR_PEER_LOST; the signal's reason when it aborts first
 */
export async function readOneMessage(
  stream: Stream,
  options: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  let message = new Uint8Array()
  await readMessages(stream, {
    ...options,
    onMessage(bytes) {
      message = new Uint8Array(bytes)
      return 'last'
    },
  })
  return message
}

export interface ReadMessagesOptions {
  /** Of one message. */
  readonly maxBytes: number
  readonly signal: AbortSignal
  /** Gets memory that may belong to the transport. What it throws is what the reading ends with. */
  onMessage(bytes: Uint8Array): 'more' | 'last'
}

/**
 * Hands on messages as they arrive, until `onMessage` says that it was the last. Bytes behind that break the protocol.
 * @throws MurmurationError ERR_MALFORMED, ERR_PROTOCOL, ERR_LIMIT, ERR_PEER_LOST; the signal's reason when it aborts first
 */
export function readMessages(stream: Stream, { maxBytes, signal, onMessage }: ReadMessagesOptions): Promise<void> {
  return settleOnStream(stream, signal, (resolve, reject) => {
    let isComplete = false
    const reader = createFrameReader({
      maxFrameBytes: maxBytes,
      onFrame: (bytes) => {
        if (isComplete) throw moreThanLast()
        isComplete = onMessage(bytes) === 'last'
      },
    })
    const onData = ({ data }: StreamMessageEvent): void => {
      try {
        reader.push(data)
        if (isComplete && reader.isWithinFrame) throw moreThanLast()
        if (isComplete) resolve()
      } catch (error) {
        reject(asMurmurationError(error))
      }
    }
    const onEnd = (): void => {
      // a reset stream ends too, just before its 'close'
      if (stream.status !== 'open' || isComplete) return
      const what = reader.isWithinFrame ? 'it ended within one' : 'it ended before'
      reject(new MurmurationError('ERR_MALFORMED', `a stream expects whole messages up to the last, and ${what}`))
    }
    stream.addEventListener('message', onData)
    stream.addEventListener('end', onEnd)
    if (stream.readableEnded) onEnd()
    return () => {
      stream.removeEventListener('message', onData)
      stream.removeEventListener('end', onEnd)
    }
  })
}

/**
 * Resolves when the transport has taken all of the message; the stream stays open.
 * @throws MurmurationError ERR_PEER_LOST; the signal's reason when it aborts first
 */
export const writeOneMessage = (
  stream: Stream,
  bytes: Uint8Array,
  options: { readonly signal: AbortSignal },
): Promise<void> => writeMessages(stream, [bytes], options)

/**
 * Takes a message from `messages` whenever the stream takes more, and resolves when the transport has taken them all; the
 * stream stays open. At most one waits in the stream's own buffer.
 * @throws MurmurationError ERR_PEER_LOST; the signal's reason when it aborts first
 */
export function writeMessages(
  stream: Stream,
  messages: Iterable<Uint8Array>,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  return settleOnStream(stream, signal, (resolve, reject) => {
    const waiting = messages[Symbol.iterator]()
    let next = waiting.next()
    let scheduled: NodeJS.Immediate | undefined
    const sendNext = (): void => {
      scheduled = undefined
      try {
        // not by needing no drain alone: the muxer says 'drain' to every stream, also to one whose buffer is full
        if (stream.writeBufferLength > 0) return
        if (next.done === true) {
          resolve()
        } else if (!stream.writableNeedsDrain) {
          stream.send(encodeFrame(next.value))
          next = waiting.next()
          scheduleNext()
        }
      } catch (error) {
        reject(asMurmurationError(error, 'ERR_PEER_LOST'))
      }
    }
    // in a turn of its own: what arrives meanwhile is read, and 'idle' comes from within the stream's own sending
    const scheduleNext = (): void => {
      scheduled ??= setImmediate(sendNext)
    }
    stream.addEventListener('drain', scheduleNext)
    stream.addEventListener('idle', scheduleNext)
    sendNext()
    return () => {
      clearImmediate(scheduled)
      stream.removeEventListener('drain', scheduleNext)
      stream.removeEventListener('idle', scheduleNext)
    }
  })
}

const moreThanLast = (): MurmurationError =>
  new MurmurationError('ERR_PROTOCOL', 'a stream expects nothing behind its last message, got more')

/** A promise that also ends with the stream or the signal. `begin` returns how to let go of the stream. */
function settleOnStream<T>(
  stream: Stream,
  signal: AbortSignal,
  begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let letGo: (() => void) | undefined
    let isSettled = false
    const settle = (act: () => void): void => {
      if (isSettled) return
      isSettled = true
      letGo?.()
      stream.removeEventListener('close', onClose)
      signal.removeEventListener('abort', onAbort)
      act()
    }
    const fail = (error: unknown): void =>
      settle(() => {
        reject(error)
        stream.abort(asMurmurationError(error, 'ERR_CANCELLED'))
      })
    const onClose = ({ error }: StreamCloseEvent): void => {
      const sentence = error === undefined ? 'the connection was closed' : `the stream was reset: ${error.message}`
      fail(new MurmurationError('ERR_PEER_LOST', sentence, { cause: error }))
    }
    const onAbort = (): void => fail(signal.reason)

    if (signal.aborted) return onAbort()
    if (stream.status !== 'open') return fail(new MurmurationError('ERR_PEER_LOST', 'the stream was closed before'))
    stream.addEventListener('close', onClose)
    signal.addEventListener('abort', onAbort)
    letGo = begin((value) => settle(() => resolve(value)), fail)
    if (isSettled) letGo()
  })
}
