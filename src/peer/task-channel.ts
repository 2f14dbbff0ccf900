/**
 * The two ends of a task stream as the coordinator and the executor see them: frames in, frames out. Behind it is a
 * libp2p stream (stream-channel.ts), a pair in memory for a peer's own executor (channel-pair.ts), or a test.
 */

import type { AttemptRef, CoordinatorFrame, ExecutorFrame } from '../protocol/messages.ts'

export interface ChannelHandler<In> {
  /** Called once per frame, in order, never re-entrantly from `send`. */
  onFrame(frame: In): void
  /** Bytes came, and the frame that they belong to has more: a sign of life over a slow network. */
  onPart?(): void
  /**
   * Called once, after which no frame comes; also after a close of one's own, and never within it. Without an error: one
   * side closed it properly.
   */
  onClose(error?: Error): void
}

export interface SendOptions {
  /** Nobody waits for this frame: it may go together with the next one, within SEND_TOGETHER_MS. Its place in the order stays. */
  readonly canWait?: boolean
}

export interface SendBodyOptions {
  readonly signal?: AbortSignal
  onChunk?(): void
}

export interface FrameChannel<Out, In> {
  /** Starts delivery; frames that came before are delivered first. To be called once. */
  start(handler: ChannelHandler<In>): void
  /** Queues a control frame: it overtakes every chunk that was not yet handed to the transport. Ignored once closed. */
  send(frame: Out, options?: SendOptions): void
  /**
   * Queues a body as chunks behind earlier bodies; resolves once all of it was handed to the transport.
   * Rejects when the channel closes or the signal aborts first (the rest is then not sent).
   * `onChunk` is called after each chunk that was handed to the transport: a slow reader is told from a stuck one by it.
   */
  sendBody(ref: AttemptRef, bytes: Uint8Array, options?: SendBodyOptions): Promise<void>
  /** Closes both directions. With an error the other side's stream is reset. Idempotent. */
  close(error?: Error): void
}

export type CoordinatorChannel = FrameChannel<CoordinatorFrame, ExecutorFrame>
export type ExecutorChannel = FrameChannel<ExecutorFrame, CoordinatorFrame>
