/**
 * How own jobs are told to everybody: at most one message per job and JOB_PROGRESS_INTERVAL_MS, always the latest; the
 * end of a job at once. Somebody new is told again, the last jobs that ended too: a word that was spoken before gossip
 * had a way to somebody is lost otherwise.
 */

import type { Clock, Timer } from '../../base/clock.ts'
import type { JobId } from '../../base/ids.ts'
import { JOB_PROGRESS_INTERVAL_MS, MAX_REPEATED_JOBS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { JobProgress } from '../../protocol/messages.ts'

const log = createLog('job-announcer')

export interface JobAnnouncer {
  announce(progress: JobProgress): void
  /** Somebody new listens. */
  repeat(): void
  stop(): void
}

interface Announced {
  lastMs: number
  latest: JobProgress
  timer: Timer | undefined
}

export function createJobAnnouncer(clock: Clock, publish: (progress: JobProgress) => Promise<void>): JobAnnouncer {
  const jobs = new Map<JobId, Announced>()

  function send(job: Announced): void {
    job.timer?.cancel()
    job.timer = undefined
    job.lastMs = clock.now()
    publish(job.latest).catch((error) => log.error('a job was not announced - %e', error))
  }

  function forgetFinished(): void {
    const finished = [...jobs.values()].filter(({ latest }) => latest.state !== 'running')
    for (const { latest, timer } of finished.slice(0, -MAX_REPEATED_JOBS)) {
      timer?.cancel()
      jobs.delete(latest.job)
    }
  }

  return {
    announce(progress) {
      const job = jobs.get(progress.job) ?? { lastMs: Number.NEGATIVE_INFINITY, latest: progress, timer: undefined }
      jobs.set(progress.job, job)
      job.latest = progress
      const waitMs = job.lastMs + JOB_PROGRESS_INTERVAL_MS - clock.now()
      if (waitMs <= 0 || progress.state !== 'running') send(job)
      else job.timer ??= clock.setTimer(waitMs, () => send(job))
      forgetFinished()
    },
    repeat() {
      for (const job of jobs.values()) job.timer ??= clock.setTimer(JOB_PROGRESS_INTERVAL_MS, () => send(job))
    },
    stop() {
      for (const job of jobs.values()) job.timer?.cancel()
      jobs.clear()
    },
  }
}
