/** What happened in a world, a line each. Lines are made only when somebody reads them; their hash tells two runs apart. */

import { createHash } from 'node:crypto'
import type { Timeline } from './timeline.ts'

export interface Trace {
  readonly isOn: boolean
  add(who: string, what: string): void
  /** SHA-256 of all lines so far as hex. */
  hash(): string
  lines(): readonly string[]
}

export const NO_TRACE: Trace = { isOn: false, add: () => {}, hash: () => '', lines: () => [] }

export function createTrace(timeline: Timeline): Trace {
  const lines: string[] = []
  return {
    isOn: true,
    add: (who, what) => void lines.push(`${timeline.nowMs.toFixed(3).padStart(12)}  ${who.padEnd(10)} ${what}`),
    hash: () => createHash('sha256').update(lines.join('\n')).digest('hex'),
    lines: () => lines,
  }
}
