/** Milliseconds since a job began, as its events tell and between two of them as the clock runs. */

import type { Clock } from '../base/clock.ts'
import type { JobEvent } from '../peer/job-events.ts'

export interface JobStopwatch {
  observe(event: JobEvent): void
  elapsedMs(): number
}

export function createJobStopwatch(clock: Clock): JobStopwatch {
  let anchor = { atMs: 0, seenAt: clock.now() }
  return {
    observe: (event) => {
      if ('atMs' in event) anchor = { atMs: event.atMs, seenAt: clock.now() }
    },
    elapsedMs: () => anchor.atMs + clock.now() - anchor.seenAt,
  }
}
