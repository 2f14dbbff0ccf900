/** A channel's handler that keeps what it is told, and waits for it. */

import { vi } from 'vitest'
import type { ChannelHandler } from '../../src/peer/task-channel.ts'
import { PATIENCE_MS } from './eventually.ts'

export interface ChannelRecorder<Frame> extends ChannelHandler<Frame> {
  readonly frames: Frame[]
  /** One entry per `onClose`: there may never be two. */
  readonly closes: (Error | undefined)[]
  waitForFrames(count: number): Promise<Frame[]>
  /** The error that the channel closed with, if any. */
  waitForClose(): Promise<Error | undefined>
}

const OPTIONS = { interval: 1, timeout: PATIENCE_MS }

export function recordChannel<Frame>(onFrame?: (frame: Frame) => void): ChannelRecorder<Frame> {
  const frames: Frame[] = []
  const closes: (Error | undefined)[] = []
  return {
    frames,
    closes,
    onFrame(frame) {
      frames.push(frame)
      onFrame?.(frame)
    },
    onClose: (error) => void closes.push(error),
    waitForFrames: (count) =>
      vi.waitFor(() => {
        if (frames.length < count) throw new Error(`${count} frames were expected, ${frames.length} came`)
        return frames
      }, OPTIONS),
    waitForClose: () =>
      vi.waitFor(() => {
        if (closes.length === 0) throw new Error('the channel was expected to close')
        return closes[0]
      }, OPTIONS),
  }
}
