/** An executor's channel that is looked at: its frames go into the trace, and what is outstanding is held against the credits. */

import type { ExecutorChannel } from '../../src/peer/task-channel.ts'
import type { AttemptRef, CoordinatorFrame, ExecutorFrame } from '../../src/protocol/messages.ts'
import type { Trace } from './trace.ts'

export interface WatchedChannelOptions {
  readonly trace: Trace
  readonly executor: string
  readonly coordinator: string
  onBroken(sentence: string): void
}

const keyOf = ({ job, task, attempt }: AttemptRef): string => `${job.slice(0, 4)}/${task}/${attempt}`

export function watchChannel(channel: ExecutorChannel, options: WatchedChannelOptions): ExecutorChannel {
  const { trace, executor, coordinator } = options
  const outstanding = new Set<string>()
  let granted = 0

  function received(frame: CoordinatorFrame): void {
    const key = keyOf(frame)
    if (trace.isOn && frame.kind !== 'chunk') trace.add(executor, `<- ${coordinator} ${frame.kind} ${key}`)
    if (frame.kind === 'cancel') outstanding.delete(key)
    if (frame.kind !== 'offer') return
    outstanding.add(key)
    if (outstanding.size > granted) {
      options.onBroken(`${coordinator} has ${outstanding.size} tasks out at ${executor}, which granted ${granted}`)
    }
  }

  function sent(frame: ExecutorFrame): void {
    if (trace.isOn && frame.kind !== 'chunk' && frame.kind !== 'beat') {
      const what = frame.kind === 'credit' ? `${frame.tasks} tasks` : keyOf(frame)
      const why = frame.kind === 'refuse' ? ` ${frame.reason}` : frame.kind === 'failed' ? ` ${frame.code}` : ''
      trace.add(executor, `-> ${coordinator} ${frame.kind} ${what}${why}`)
    }
    // offers that are under way may have been sent under an earlier, larger credit
    if (frame.kind === 'credit') granted = Math.max(granted, frame.tasks)
    if (frame.kind === 'refuse' || frame.kind === 'failed' || frame.kind === 'result') outstanding.delete(keyOf(frame))
  }

  return {
    start: (handler) =>
      channel.start({
        onFrame(frame) {
          received(frame)
          handler.onFrame(frame)
        },
        onPart: () => handler.onPart?.(),
        onClose(error) {
          if (trace.isOn) trace.add(executor, `stream of ${coordinator} closed: ${error?.message ?? 'in order'}`)
          handler.onClose(error)
        },
      }),
    send(frame, sendOptions) {
      sent(frame)
      channel.send(frame, sendOptions)
    },
    sendBody: (ref, bytes, sendOptions) => channel.sendBody(ref, bytes, sendOptions),
    close: (error) => channel.close(error),
  }
}
