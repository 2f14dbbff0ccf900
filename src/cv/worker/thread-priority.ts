/**
 * Lower priority for a single thread. Node can only name processes, but on Linux a thread's own id works where a
 * process id is asked for, and `/proc/thread-self` tells it. Elsewhere there is no way, and nothing happens: lowering the
 * whole process would slow the peer's network and timers too. libuv's threads, where sharp decodes and encodes, keep their
 * priority: they belong to the whole process.
 */

import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/** Gives the calling thread the lowest priority; says whether it could. */
export function lowerThreadPriority(): boolean {
  if (process.platform !== 'linux') return false
  try {
    // synchronous, so that it runs on this very thread: `1234/task/1240`
    const threadId = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(threadId, constants.priority.PRIORITY_LOW)
    return true
  } catch {
    // no /proc, as in some containers: the worker runs as it is
    return false
  }
}
