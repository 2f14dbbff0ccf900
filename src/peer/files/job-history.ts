/** Finished jobs as plain files in the user's data folder, one JSON file a job, written by whoever coordinated. */

import type { JobSummary } from '../job-events.ts'

export interface FinishedJob {
  readonly summary: JobSummary
  /** As they were given to `submit`, made absolute. */
  readonly paths: readonly string[]
  /** Absolute. */
  readonly out: string
  /** Of the peer that coordinated. */
  readonly coordinator: { readonly id: string; readonly name: string }
}
