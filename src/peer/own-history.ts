/** The finished jobs that a running peer shows: those of its user's folder, and its own as they end. */

import { type Clock, withDeadline } from '../base/clock.ts'
import { MurmurationError } from '../base/errors.ts'
import type { JobId } from '../base/ids.ts'
import { HISTORY_WRITE_MS, MAX_SHOWN_HISTORY } from '../base/limits.ts'
import { type FinishedJob, jobOfFileName, listHistory, readHistoryFiles, writeHistory } from './files/job-history.ts'
import { whyUnwritable } from './files/write-error.ts'

export interface OwnHistory {
  /** The newest first, at most MAX_SHOWN_HISTORY; the same array until something is new. */
  list(): readonly FinishedJob[]
  find(job: JobId): FinishedJob | undefined
  /** Shows the job at once and writes it down. Resolves with a sentence for whatever went wrong; never rejects. */
  add(job: FinishedJob): Promise<readonly string[]>
  /** Takes up what other peers of this user wrote. Resolves with a sentence for each new file that was skipped. */
  refresh(): Promise<readonly string[]>
}

export function createOwnHistory(folder: string, clock: Clock): OwnHistory {
  let shown: readonly FinishedJob[] = []
  /** Names that were looked at, also those that were skipped. */
  let looked: ReadonlySet<string> = new Set()

  function show(jobs: readonly FinishedJob[]): void {
    const byId = new Map([...shown, ...jobs].map((job) => [job.summary.job, job]))
    shown = [...byId.values()].sort(newestFirst).slice(0, MAX_SHOWN_HISTORY)
  }

  async function refresh(): Promise<readonly string[]> {
    try {
      const names = (await listHistory(folder)).slice(0, MAX_SHOWN_HISTORY)
      const known = new Set<string | undefined>(shown.map(({ summary }) => summary.job))
      const fresh = names.filter((name) => !looked.has(name) && !known.has(jobOfFileName(name)))
      looked = new Set(names)
      const { jobs, notices } = await readHistoryFiles(folder, fresh)
      if (jobs.length > 0) show(jobs)
      return notices
    } catch (error) {
      return [`the finished jobs in "${folder}" cannot be read: ${reasonOf(error)}`]
    }
  }

  return {
    list: () => shown,
    find: (job) => shown.find(({ summary }) => summary.job === job),
    async add(job) {
      show([job])
      try {
        await withDeadline(clock, HISTORY_WRITE_MS, 'writing the job down', writeHistory(folder, job))
        return []
      } catch (error) {
        return [`the job was not written down in "${folder}": ${reasonOf(error)}`]
      }
    },
    refresh,
  }
}

const reasonOf = (error: unknown): string => (error instanceof MurmurationError ? error.message : whyUnwritable(error))

const newestFirst = (a: FinishedJob, b: FinishedJob): number => (a.summary.startedAt < b.summary.startedAt ? 1 : -1)
