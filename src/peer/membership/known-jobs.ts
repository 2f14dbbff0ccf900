/** The jobs of everybody, by their coordinators' word. Bounded: beyond MAX_KNOWN_JOBS the oldest finished one goes. */

import type { JobId, PeerId } from '../../base/ids.ts'
import { MAX_KNOWN_JOBS } from '../../base/limits.ts'
import type { JobProgress } from '../../protocol/messages.ts'
import type { JobSnapshot } from '../snapshot.ts'
import { type JobRate, observeProgress } from './job-rate.ts'

export interface KnownJobs {
  /** True when it tells something new. A job belongs to the coordinator that named it first. */
  hear(progress: JobProgress): boolean
  /** Whether its coordinator said that it runs, since this peer is here. */
  wasRunning(job: JobId): boolean
  /** The newest first. A running job whose coordinator is gone counts as stopped. */
  list(isGone: (coordinator: PeerId) => boolean): readonly JobSnapshot[]
}

interface KnownJob {
  readonly progress: JobProgress
  readonly rate: JobRate
  readonly wasRunning: boolean
}

export function createKnownJobs(): KnownJobs {
  // In the order in which they were first heard.
  const jobs = new Map<JobId, KnownJob>()

  function makeRoom(): void {
    if (jobs.size < MAX_KNOWN_JOBS) return
    let oldest: JobId | undefined
    for (const [id, { progress }] of jobs) {
      oldest ??= id
      if (progress.state === 'running') continue
      oldest = id
      break
    }
    if (oldest !== undefined) jobs.delete(oldest)
  }

  return {
    hear(progress) {
      const before = jobs.get(progress.job)
      if (before) {
        const { coordinator, sequence } = before.progress
        if (coordinator !== progress.coordinator || progress.sequence <= sequence) return false
      } else {
        makeRoom()
      }
      const wasRunning = before?.wasRunning === true || progress.state === 'running'
      jobs.set(progress.job, { progress, rate: observeProgress(before?.rate, progress), wasRunning })
      return true
    },
    wasRunning: (job) => jobs.get(job)?.wasRunning === true,
    list: (isGone) => [...jobs.values()].reverse().map((job) => jobSnapshot(job, isGone)),
  }
}

function jobSnapshot({ progress, rate }: KnownJob, isGone: (coordinator: PeerId) => boolean): JobSnapshot {
  const isRunning = progress.state === 'running' && !isGone(progress.coordinator)
  const perMs = isRunning ? rate.recentPerMs : rate.meanPerMs
  const left = progress.total - progress.done - progress.failed
  return {
    id: progress.job,
    coordinator: progress.coordinator,
    coordinatorName: progress.coordinatorName,
    pipeline: progress.pipeline,
    strategy: progress.strategy,
    state: progress.state === 'running' && !isRunning ? 'stopped' : progress.state,
    total: progress.total,
    done: progress.done,
    failed: progress.failed,
    elapsedMs: progress.elapsedMs,
    imagesPerSecond: perMs * 1000,
    // a job that watches a folder runs with nothing left
    remainingMs: isRunning && perMs > 0 && left > 0 ? left / perMs : undefined,
    own: undefined,
  }
}
