/**
 * A task stream over libp2p: with stream-message.ts the only place that knows the shape of a libp2p 3 stream, which is an
 * event target and not an iterable.
 *
 * Outgoing: control frames of one tick leave as one write; bodies leave one chunk at a time, and only while the stream
 * takes more, so at most one chunk of ours lies in the stream's own buffer and a control frame waits behind no more than
 * that. `onDrain()` of the stream is not used: its promise is made once and stays resolved after the first drain; the
 * 'drain' event is.
 *
 * Incoming: frames are decoded where they arrive and handed on at once, so nothing is buffered but one unfinished frame.
 * Whatever is wrong with them costs the sender this stream and nothing else: no exception leaves a listener.
 *
 * A peer that stops reading: control frames are bounded by MAX_CONTROL_QUEUE_BYTES, and a write buffer that does not
 * shrink for RESULT_STALL_MS resets the stream. 'drain' alone is no progress: the muxer sends it to every stream.
 */

import type { Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import { type Clock, systemClock, type Timer } from '../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../base/errors.ts'
import { createLazyAlarm } from '../base/lazy-alarm.ts'
import {
  FRAME_STALL_MS,
  MAX_CONTROL_QUEUE_BYTES,
  MAX_FRAME_BYTES,
  RESULT_STALL_MS,
  SEND_TOGETHER_MS,
  STARVED_MS,
  STREAM_CLOSE_MS,
} from '../base/limits.ts'
import { createLog } from '../base/log.ts'
import { createFrameReader } from '../protocol/frame-reader.ts'
import type { TaskFrame } from '../protocol/messages.ts'
import { decodeCoordinatorFrame, decodeExecutorFrame, encodeDelimitedTaskFrame } from '../protocol/task-codec.ts'
import { createBodyQueue } from './body-queue.ts'
import type { ChannelHandler, CoordinatorChannel, ExecutorChannel, FrameChannel } from './task-channel.ts'

export interface StreamChannelOptions {
  /** Default: the system's clock. */
  readonly clock?: Clock
}

/** The coordinator's end of a task stream that it opened. The stream belongs to the channel from now on. */
export const createCoordinatorStreamChannel = (stream: Stream, options?: StreamChannelOptions): CoordinatorChannel =>
  createStreamChannel(stream, decodeExecutorFrame, options)

/** The executor's end of a task stream that a coordinator opened. The stream belongs to the channel from now on. */
export const createExecutorStreamChannel = (stream: Stream, options?: StreamChannelOptions): ExecutorChannel =>
  createStreamChannel(stream, decodeCoordinatorFrame, options)

/** The longest that a JavaScript timer can run: a task stream is idle between jobs and must not die of it. */
const NEVER_MS = 2 ** 31 - 1

const log = createLog('task-stream')

/** What is written as one array leaves as one packet of the encryption below; a list would make one of each part. */
function joined(parts: readonly Uint8Array[], totalBytes: number): Uint8Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const whole = new Uint8Array(totalBytes)
  let position = 0
  for (const part of parts) {
    whole.set(part, position)
    position += part.byteLength
  }
  return whole
}

function createStreamChannel<Out extends TaskFrame, In extends TaskFrame>(
  stream: Stream,
  decode: (bytes: Uint8Array) => In,
  { clock = systemClock }: StreamChannelOptions = {},
): FrameChannel<Out, In> {
  let handler: ChannelHandler<In> | undefined
  let closed: { readonly error: Error | undefined } | undefined
  let control: Uint8Array[] = []
  let controlBytes = 0
  let isFlushScheduled = false
  /** Runs while control frames wait for company; one that fires for nothing costs less than stopping it each time. */
  let companyTimer: Timer | undefined
  let stall: { readonly timer: Timer; readonly bufferedBytes: number } | undefined
  let closeTimer: Timer | undefined
  /** When the frame that has begun is to be whole. */
  let frameDueAtMs: number | undefined
  /** Frames that were read to their end. */
  let framesRead = 0
  const bodies = createBodyQueue()
  const frameAlarm = createLazyAlarm(clock, () => frameDueAtMs, onFrameOverdue)
  const reader = createFrameReader({
    maxFrameBytes: MAX_FRAME_BYTES,
    onFrame: (bytes) => {
      framesRead++
      if (closed === undefined) handler?.onFrame(decode(bytes))
    },
  })

  // ---- outgoing ----

  function scheduleFlush(): void {
    if (isFlushScheduled) return
    isFlushScheduled = true
    queueMicrotask(flush)
  }

  function flush(): void {
    isFlushScheduled = false
    if (closed !== undefined) return
    try {
      if (!stream.writableNeedsDrain) sendControl()
      if (!stream.writableNeedsDrain) bodies.sendNext((chunk) => stream.send(encodeDelimitedTaskFrame(chunk)))
    } catch (error) {
      fail(error)
      return
    }
    if (stream.writableNeedsDrain) watchStall()
    else if (!bodies.isEmpty && !isFlushScheduled) {
      // the next chunk in the next turn of the event loop: what arrives meanwhile is read, and may have to overtake it
      isFlushScheduled = true
      setImmediate(flush)
    }
  }

  function flushInCompany(): void {
    companyTimer ??= clock.setTimer(SEND_TOGETHER_MS, () => {
      companyTimer = undefined
      if (control.length > 0) scheduleFlush()
    })
  }

  function sendControl(): void {
    if (control.length === 0) return
    const together = joined(control, controlBytes)
    control = []
    controlBytes = 0
    stream.send(together)
  }

  function watchStall(): void {
    const isWaiting = stream.writeBufferLength > 0 || control.length > 0 || !bodies.isEmpty
    if (stall !== undefined || !isWaiting) return
    const timer = clock.setTimer(RESULT_STALL_MS, () => {
      const sentence = `a task stream expects its peer to read within ${RESULT_STALL_MS} ms, and it did not`
      fail(new MurmurationError('ERR_DEADLINE', sentence))
    })
    stall = { timer, bufferedBytes: stream.writeBufferLength }
  }

  function onDrain(): void {
    // the stream writes the rest of its own buffer in a microtask of the same event, queued before this one
    queueMicrotask(() => {
      const hasProgress = !stream.writableNeedsDrain || stream.writeBufferLength < (stall?.bufferedBytes ?? 0)
      if (hasProgress) {
        stall?.timer.cancel()
        stall = undefined
      }
      if (!isFlushScheduled) flush()
    })
  }

  // ---- incoming ----

  function onMessage({ data }: StreamMessageEvent): void {
    if (closed !== undefined) return
    const before = framesRead
    try {
      reader.push(data)
      if (closed === undefined && reader.isWithinFrame) handler?.onPart?.()
    } catch (error) {
      fail(error)
      return
    }
    if (framesRead > before) frameDueAtMs = undefined
    if (!reader.isWithinFrame || frameDueAtMs !== undefined || closed !== undefined) return
    frameDueAtMs = clock.now() + FRAME_STALL_MS
    frameAlarm.arm()
  }

  /** Whoever begins a frame and does not end it holds memory of ours. */
  function onFrameOverdue(): void {
    const now = clock.now()
    // This process was stopped or starved: what came meanwhile is read first.
    if (now - (frameDueAtMs ?? now) > STARVED_MS) frameDueAtMs = now + FRAME_STALL_MS
    else
      fail(new MurmurationError('ERR_DEADLINE', `a frame was expected whole within ${FRAME_STALL_MS} ms and was not`))
  }

  /** The other side will send nothing more, and all that it sent was delivered. */
  function onEnd(): void {
    // a reset stream ends too, just before its 'close'
    if (closed !== undefined || stream.status !== 'open') return
    if (reader.isWithinFrame) {
      fail(new MurmurationError('ERR_MALFORMED', 'a task stream expects whole frames, and it ended within one'))
      return
    }
    finish(undefined)
    closeStream()
  }

  function onStreamClose({ error }: StreamCloseEvent): void {
    closeTimer?.cancel()
    stream.removeEventListener('message', onMessage)
    stream.removeEventListener('drain', onDrain)
    stream.removeEventListener('end', onEnd)
    if (closed !== undefined) return
    const sentence = error === undefined ? 'the connection was closed' : `the task stream was reset: ${error.message}`
    finish(new MurmurationError('ERR_PEER_LOST', sentence, { cause: error }))
  }

  // ---- the end ----

  /** No frame is delivered or sent from now on. */
  function finish(error: Error | undefined): void {
    log('stream %s ends: %s', stream.id, error?.message ?? 'closed')
    closed = { error }
    stall?.timer.cancel()
    stall = undefined
    frameAlarm.stop()
    companyTimer?.cancel()
    control = []
    bodies.clear(error ?? new MurmurationError('ERR_CANCELLED', 'the task stream was closed'))
    queueMicrotask(() => handler?.onClose(error))
  }

  function fail(reason: unknown): void {
    if (closed !== undefined) return
    const error = asMurmurationError(reason)
    if (error.code === 'ERR_INTERNAL') log.error('stream %s fails - %e', stream.id, reason)
    finish(error)
    stream.abort(error)
  }

  /** Closes our direction, and resets the stream when the other side does not close its own in time. */
  function closeStream(): void {
    closeTimer = clock.setTimer(STREAM_CLOSE_MS, () => {
      stream.abort(new MurmurationError('ERR_DEADLINE', `a stream was not closed within ${STREAM_CLOSE_MS} ms`))
    })
    stream.close().catch((error: unknown) => stream.abort(asMurmurationError(error)))
  }

  stream.inactivityTimeout = NEVER_MS
  stream.addEventListener('drain', onDrain)
  stream.addEventListener('end', onEnd)
  stream.addEventListener('close', onStreamClose, { once: true })

  return {
    start(given) {
      handler = given
      if (closed !== undefined) {
        const { error } = closed
        queueMicrotask(() => given.onClose(error))
      } else if (stream.status !== 'open') {
        finish(new MurmurationError('ERR_PEER_LOST', 'the task stream was closed before it was used'))
      } else {
        // from now on the stream delivers; until now it has kept what came
        stream.addEventListener('message', onMessage)
        if (stream.readableEnded) queueMicrotask(onEnd)
      }
    },

    send(frame, { canWait = false } = {}) {
      if (closed !== undefined) return
      try {
        const bytes = encodeDelimitedTaskFrame(frame)
        control.push(bytes)
        controlBytes += bytes.byteLength
      } catch (error) {
        fail(error)
        return
      }
      if (controlBytes > MAX_CONTROL_QUEUE_BYTES) {
        const sentence = `a task stream expects at most ${MAX_CONTROL_QUEUE_BYTES} bytes of unsent control frames`
        fail(new MurmurationError('ERR_LIMIT', `${sentence}, got ${controlBytes}: the peer does not read`))
        return
      }
      if (canWait) flushInCompany()
      else scheduleFlush()
    },

    async sendBody(ref, bytes, options) {
      if (closed !== undefined) {
        throw closed.error ?? new MurmurationError('ERR_CANCELLED', 'the task stream was closed')
      }
      const sent = bodies.add(ref, bytes, options)
      scheduleFlush()
      await sent
    },

    close(error) {
      if (closed !== undefined) return
      if (error !== undefined) {
        fail(error)
        return
      }
      try {
        sendControl()
      } catch (reason) {
        fail(reason)
        return
      }
      finish(undefined)
      closeStream()
    },
  }
}
