/**
 * One message on a libp2p stream, as protocols of question and answer need it (the hello): length-prefixed like the frames
 * of a task stream. Whatever goes wrong resets the stream, which is of no use any more.
 */

import type { Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import { asMurmurationError, MurmurationError } from '../base/errors.ts'
import { createFrameReader, encodeFrame } from '../protocol/frame-reader.ts'

/**
 * The first message of the stream, in memory of its own. Bytes behind it break the protocol.
 * @throws MurmurationError ERR_MALFORMED, ERR_PROTOCOL, ERR_LIMIT, ERR_PEER_LOST; the signal's reason when it aborts first
 */
export function readOneMessage(
  stream: Stream,
  options: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<Uint8Array> {
  return settleOnStream(stream, options.signal, (resolve, reject) => {
    let message: Uint8Array | undefined
    const reader = createFrameReader({
      maxFrameBytes: options.maxBytes,
      onFrame: (bytes) => {
        if (message !== undefined) throw oneMessageOnly()
        message = new Uint8Array(bytes)
      },
    })
    const onMessage = ({ data }: StreamMessageEvent): void => {
      try {
        reader.push(data)
        if (message !== undefined && reader.isWithinFrame) throw oneMessageOnly()
        if (message !== undefined) resolve(message)
      } catch (error) {
        reject(asMurmurationError(error))
      }
    }
    const onEnd = (): void => {
      // a reset stream ends too, just before its 'close'
      if (stream.status !== 'open' || message !== undefined) return
      const what = reader.isWithinFrame ? 'it ended within it' : 'it ended without one'
      reject(new MurmurationError('ERR_MALFORMED', `a stream expects one message, and ${what}`))
    }
    stream.addEventListener('message', onMessage)
    stream.addEventListener('end', onEnd)
    if (stream.readableEnded) onEnd()
    return () => {
      stream.removeEventListener('message', onMessage)
      stream.removeEventListener('end', onEnd)
    }
  })
}

/**
 * Resolves when the transport has taken all of the message; the stream stays open.
 * @throws MurmurationError ERR_PEER_LOST; the signal's reason when it aborts first
 */
export function writeOneMessage(
  stream: Stream,
  bytes: Uint8Array,
  options: { readonly signal: AbortSignal },
): Promise<void> {
  return settleOnStream(stream, options.signal, (resolve, reject) => {
    const onIdle = (): void => resolve()
    stream.addEventListener('idle', onIdle)
    try {
      stream.send(encodeFrame(bytes))
      if (stream.writeBufferLength === 0) resolve()
    } catch (error) {
      reject(asMurmurationError(error, 'ERR_PEER_LOST'))
    }
    return () => stream.removeEventListener('idle', onIdle)
  })
}

const oneMessageOnly = (): MurmurationError =>
  new MurmurationError('ERR_PROTOCOL', 'a stream expects one message, got more')

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
