/**
 * Workers as processes (`--isolate`): what crashes in native code, or is killed for its memory, is one worker and not the peer.
 * Bytes are copied through a pipe, and each process compiles OpenCV for itself, because compiled code cannot be sent.
 */

import { holdOpen, startIsolatedChild } from './isolated-child.ts'
import { isCrashedMessage, type StartMessage } from './process-messages.ts'
import type { OpenWorkerLink } from './worker-link.ts'

/** @param entry of worker-process; @param threadUrl entry of the thread that each process runs */
export const processLinks =
  (entry: URL, threadUrl: URL): OpenWorkerLink =>
  (start, events) => {
    const child = startIsolatedChild(entry, [threadUrl.href], {
      ...events,
      message(value) {
        if (isCrashedMessage(value)) events.error(new Error(value.message))
        else events.message(value)
      },
    })
    child.send({ kind: 'start', start: { ...start, modules: undefined } } satisfies StartMessage)
    return {
      send: (message) => void child.send(message),
      ref: () => holdOpen(child, true),
      unref: () => holdOpen(child, false),
      end() {
        // whoever ends it waits for its end
        holdOpen(child, true)
        child.kill('SIGKILL')
      },
    }
  }
