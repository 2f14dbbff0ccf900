/** The last things that a person may want to read of a peer's life, in memory. Bounded: the oldest go. */

import type { Clock } from '../base/clock.ts'
import { MAX_LOG_LINES } from '../base/limits.ts'
import type { LogLine } from './snapshot.ts'

export interface PeerLog {
  /** `message` may hold names that others chose: whoever shows it escapes it. */
  add(level: LogLine['level'], message: string): void
  /** The oldest first; the same array until there is another line. */
  lines(): readonly LogLine[]
}

export function createPeerLog(clock: Clock): PeerLog {
  let lines: readonly LogLine[] = []
  return {
    add(level, message) {
      lines = [...lines, { at: clock.wallTime(), level, message }].slice(-MAX_LOG_LINES)
    },
    lines: () => lines,
  }
}
