/** The jobs of everybody, by their coordinators' word. Bounded: beyond MAX_KNOWN_JOBS the oldest finished one goes. */

import type { JobId, PeerId } from '../../base/ids.ts'
import { MAX_KNOWN_JOBS } from '../../base/limits.ts'
import type { JobProgress } from '../../protocol/messages.ts'
import type { JobSnapshot } from '../snapshot.ts'

export interface KnownJobs {
  /** True when it tells something new. A job belongs to the coordinator that named it first. */
  hear(progress: JobProgress): boolean
  /** The newest first. A running job whose coordinator is gone counts as stopped. */
  list(isGone: (coordinator: PeerId) => boolean): readonly JobSnapshot[]
}

export function createKnownJobs(): KnownJobs {
  // In the order in which they were first heard.
  const jobs = new Map<JobId, JobProgress>()

  function makeRoom(): void {
    if (jobs.size < MAX_KNOWN_JOBS) return
    let oldest: JobId | undefined
    for (const [id, progress] of jobs) {
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
      if (before && (before.coordinator !== progress.coordinator || progress.sequence <= before.sequence)) return false
      if (!before) makeRoom()
      jobs.set(progress.job, progress)
      return true
    },
    list: (isGone) => [...jobs.values()].reverse().map((progress) => jobSnapshot(progress, isGone)),
  }
}

function jobSnapshot(progress: JobProgress, isGone: (coordinator: PeerId) => boolean): JobSnapshot {
  const isRunning = progress.state === 'running' && !isGone(progress.coordinator)
  const finished = progress.done + progress.failed
  const perMs = progress.elapsedMs > 0 ? finished / progress.elapsedMs : 0
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
    remainingMs: isRunning && perMs > 0 ? (progress.total - finished) / perMs : undefined,
  }
}
