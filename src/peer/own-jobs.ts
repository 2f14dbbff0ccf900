/** The jobs that this peer coordinates: what only their coordinator knows, and the way to end them. */

import type { JobId } from '../base/ids.ts'
import { MAX_KEPT_OWN_JOBS, MAX_SHOWN_FAILURES } from '../base/limits.ts'
import { JobTally } from './coordinator/job-tally.ts'
import type { JobEvent } from './job-events.ts'
import type { OwnJobSnapshot } from './snapshot.ts'

export interface OwnJob {
  /** Aborts when the job is cancelled. */
  readonly signal: AbortSignal
  /** Of its events, in their order. */
  observe(event: JobEvent): void
  /** It has ended, or never became a job. */
  end(): void
}

export interface OwnJobs {
  begin(paths: readonly string[]): OwnJob
  /** Undefined for jobs of others, and for own ones that ended long ago. */
  snapshot(job: JobId): OwnJobSnapshot | undefined
  isRunning(job: JobId): boolean
  /** False when no such job runs. */
  cancel(job: JobId): boolean
}

interface Known {
  readonly paths: readonly string[]
  readonly tally: JobTally
  readonly cancelling: AbortController
  out: string
  isRunning: boolean
}

export function createOwnJobs(): OwnJobs {
  // in the order in which they were planned
  const jobs = new Map<JobId, Known>()

  function forgetEnded(): void {
    const ended = [...jobs].filter(([, job]) => !job.isRunning)
    for (const [id] of ended.slice(0, Math.max(0, ended.length - MAX_KEPT_OWN_JOBS))) jobs.delete(id)
  }

  return {
    begin(paths) {
      const job: Known = {
        paths,
        tally: new JobTally(MAX_SHOWN_FAILURES),
        cancelling: new AbortController(),
        out: '',
        isRunning: true,
      }
      return {
        signal: job.cancelling.signal,
        observe(event) {
          if (event.event === 'planned') {
            job.out = event.out
            jobs.set(event.job, job)
          }
          job.tally.observe(event)
        },
        end() {
          job.isRunning = false
          forgetEnded()
        },
      }
    },
    snapshot(id) {
      const job = jobs.get(id)
      if (!job) return undefined
      const { paths, out, tally } = job
      const peers = tally.shares()
      const refused = peers.reduce((sum, peer) => sum + peer.refused, 0)
      const delayed = peers.reduce((sum, peer) => sum + peer.delayed, 0)
      return { out, paths, failures: tally.failures, peers, refused, delayed, retries: tally.retries }
    },
    isRunning: (id) => jobs.get(id)?.isRunning === true,
    cancel(id) {
      const job = jobs.get(id)
      if (!job?.isRunning) return false
      job.cancelling.abort()
      return true
    },
  }
}
