/** What every isolated child does for the peer that started it: it dies with it, not before it, and first where memory ends. */

import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { MurmurationError } from '../../base/errors.ts'

/** To be called first of all. @throws MurmurationError where nobody started this process as a child */
export function liveWithPeer(): void {
  if (process.send === undefined || !isMainThread) {
    throw new MurmurationError('ERR_INTERNAL', 'this process is expected to be started by a peer')
  }
  process.on('disconnect', endWithPeer)
  // it may have gone while the entry was being loaded
  if (!process.connected) endWithPeer()
  // they reach every process of a terminal or a service, but the peer finishes its tasks first
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  preferToBeKilled()
}

/** At once, also where a thread of libvips would not end. */
const endWithPeer = (): void => void process.kill(process.pid, 'SIGKILL')

/** Where memory ends, Linux is to end this process before the peer. */
function preferToBeKilled(): void {
  if (process.platform !== 'linux') return
  try {
    writeFileSync('/proc/self/oom_score_adj', '500')
  } catch {
    // some containers forbid it
  }
}
