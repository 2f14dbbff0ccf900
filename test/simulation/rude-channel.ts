/** The channel of an executor that breaks the rules of the protocol now and then: answers twice, of nothing, too early, too much. */

import type { Random } from '../../src/base/random.ts'
import type { ExecutorChannel } from '../../src/peer/task-channel.ts'
import type { ExecutorFrame } from '../../src/protocol/messages.ts'

const RUDENESS = 0.05

export function rudeChannel(channel: ExecutorChannel, random: Random, isOn: () => boolean): ExecutorChannel {
  const misbehave = (frame: ExecutorFrame): void => {
    const choice = Math.floor(random.next() * 7)
    if (choice === 0) channel.send(frame)
    else if (choice === 1) channel.send({ kind: 'credit', tasks: 0, pixels: 0 })
    else if (choice === 2) channel.send({ kind: 'credit', tasks: 257, pixels: Number.MAX_SAFE_INTEGER })
    else if (frame.kind === 'credit' || frame.kind === 'beat') channel.send(frame)
    else if (choice === 3) channel.send({ ...frame, attempt: frame.attempt + 1 })
    else if (choice === 4) channel.send({ ...frame, task: frame.task, attempt: 4_000 })
    else if (choice === 5) {
      const { job, task, attempt } = frame
      channel.send({ kind: 'chunk', job, task, attempt, offset: 7, bytes: new Uint8Array(100) })
    }
    // and 6: it says nothing at all
  }
  return {
    ...channel,
    send(frame, options) {
      const isRude = isOn() && random.next() < RUDENESS
      if (isRude) misbehave(frame)
      else channel.send(frame, options)
    },
  }
}
