/**
 * Both ends of a task stream in one process: how a coordinator uses its own executor, and how tests and the simulation
 * join the two without a network. It keeps the order and the promises of a real stream: nothing is delivered re-entrantly,
 * control frames overtake waiting chunks, what was sent before a proper close still arrives.
 *
 * Nothing is copied but inline bodies of offers: an executor may hand a body's memory over to a worker, and the coordinator
 * keeps its own for another attempt.
 */

import { asMurmurationError, MurmurationError } from '../base/errors.ts'
import type { AttemptRef, ChunkFrame, CoordinatorFrame, ExecutorFrame, TaskFrame } from '../protocol/messages.ts'
import { createBodyQueue } from './body-queue.ts'
import type {
  ChannelHandler,
  CoordinatorChannel,
  ExecutorChannel,
  FrameChannel,
  SendBodyOptions,
} from './task-channel.ts'

export function createChannelPair(): { readonly coordinator: CoordinatorChannel; readonly executor: ExecutorChannel } {
  const toExecutor = createDirection<CoordinatorFrame>()
  const toCoordinator = createDirection<ExecutorFrame>()
  return {
    coordinator: createEnd(toExecutor, toCoordinator, withOwnBody),
    executor: createEnd(toCoordinator, toExecutor, (frame) => frame),
  }
}

const withOwnBody = (frame: CoordinatorFrame): CoordinatorFrame =>
  frame.kind === 'offer' ? { ...frame, body: new Uint8Array(frame.body) } : frame

function createEnd<Out extends TaskFrame, In extends TaskFrame>(
  outgoing: Direction<Out>,
  incoming: Direction<In>,
  prepare: (frame: Out) => Out,
): FrameChannel<Out, In | ChunkFrame> {
  function close(error?: Error): void {
    if (error === undefined) {
      outgoing.end()
      incoming.cut()
    } else {
      outgoing.cut(new MurmurationError('ERR_PEER_LOST', `the task stream was reset: ${error.message}`))
      incoming.cut(error)
    }
  }
  return {
    start(handler) {
      incoming.start({
        onFrame(frame) {
          try {
            handler.onFrame(frame)
          } catch (error) {
            close(asMurmurationError(error))
          }
        },
        onClose: (error) => handler.onClose(error),
      })
    },
    send: (frame) => outgoing.send(prepare(frame)),
    sendBody: (ref, bytes, options) => outgoing.sendBody(ref, bytes, options),
    close,
  }
}

/** Frames on their way from one end to the other. */
interface Direction<Frame extends TaskFrame> {
  start(handler: ChannelHandler<Frame | ChunkFrame>): void
  send(frame: Frame): void
  sendBody(ref: AttemptRef, bytes: Uint8Array, options?: SendBodyOptions): Promise<void>
  /** Nothing can be sent any more; the reader hears of it behind the control frames that are under way. */
  end(): void
  /** Nothing is delivered any more; the reader hears of it with this error, unless it ended before. */
  cut(error?: Error): void
}

function createDirection<Frame extends TaskFrame>(): Direction<Frame> {
  let handler: ChannelHandler<Frame | ChunkFrame> | undefined
  let control: Frame[] = []
  let ending: { readonly error: Error | undefined } | undefined
  let isOver = false
  let isScheduled = false
  const bodies = createBodyQueue()

  function schedule(): void {
    const hasWork = control.length > 0 || !bodies.isEmpty || ending !== undefined
    if (isScheduled || isOver || handler === undefined || !hasWork) return
    isScheduled = true
    queueMicrotask(deliver)
  }

  /** One frame, control before chunks; the next one in a microtask of its own, so that what it causes comes in between. */
  function deliver(): void {
    isScheduled = false
    const frame = control.shift()
    if (frame !== undefined) {
      handler?.onFrame(frame)
    } else if (ending !== undefined) {
      isOver = true
      handler?.onClose(ending.error)
    } else {
      bodies.sendNext((chunk) => handler?.onFrame(chunk))
    }
    schedule()
  }

  function finish(error: Error | undefined): void {
    ending ??= { error }
    bodies.clear(ending.error ?? new MurmurationError('ERR_CANCELLED', 'the task stream was closed'))
    schedule()
  }

  return {
    start(given) {
      handler = given
      schedule()
    },
    send(frame) {
      if (ending !== undefined) return
      control.push(frame)
      schedule()
    },
    async sendBody(ref, bytes, options) {
      if (ending !== undefined) {
        throw ending.error ?? new MurmurationError('ERR_CANCELLED', 'the task stream was closed')
      }
      const sent = bodies.add(ref, bytes, options)
      schedule()
      await sent
    },
    end: () => finish(undefined),
    cut(error) {
      control = []
      finish(error)
    },
  }
}
