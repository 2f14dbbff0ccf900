/**
 * One picture of the cluster as one peer knows it. The dashboard, `peer status --json` and the tests all read this and
 * nothing else.
 */

import type { JobId, PeerId } from '../base/ids.ts'
import type { JobState, PeerRole, TaskCounts } from '../protocol/messages.ts'
import type { FinishedJob } from './files/job-history.ts'
import type { FailedImage, PeerShare } from './job-events.ts'

export type PeerState = 'alive' | 'suspect' | 'dead' | 'left'

export interface StrategyStatistics {
  readonly tasks: number
  readonly totalMs: number
  readonly meanMs: number
}

export interface PeerSnapshot {
  readonly id: PeerId
  readonly name: string
  readonly role: PeerRole
  readonly state: PeerState
  readonly isSelf: boolean
  /** Load probability in [0, 1]. */
  readonly load: number
  readonly slots: number
  readonly running: number
  readonly queued: number
  readonly isPaused: boolean
  readonly isDraining: boolean
  readonly counts: TaskCounts
  /** 0 = not known yet. */
  readonly msPerMegapixel: number
  readonly strategies: Readonly<Record<string, StrategyStatistics>>
  readonly addresses: readonly string[]
  readonly version: string
  readonly pixelVersion: string
  readonly operationsHash: string
  readonly maxPixels: number
  /** Milliseconds since this peer was last heard; 0 for oneself. */
  readonly lastSeenMsAgo: number
  /** Tasks it finished a second, over the last RATE_WINDOW_MS for which it is known. */
  readonly imagesPerSecond: number
  /** What it did in each of the last ACTIVITY_SECONDS seconds, the oldest first; shorter while it is known for less. */
  readonly activity: readonly ActivitySecond[]
  /** By jobs that the peer which shows this coordinates; absent while it is trusted. */
  readonly quarantine?: QuarantineSnapshot
}

/** A peer that the coordinator of this process asks for nothing any more, while others are there. */
export interface QuarantineSnapshot {
  /** Milliseconds until it is tried again; undefined: when the job ends in which its results were wrong. */
  readonly forMs: number | undefined
  /** A clause about the peer: what it did. */
  readonly reason: string
}

/** One second of a peer, from the differences between what it reported. */
export interface ActivitySecond {
  /** The most slots that were seen busy at once. */
  readonly running: number
  readonly completed: number
  readonly delayed: number
  readonly refused: number
  readonly failed: number
}

export interface JobSnapshot {
  readonly id: JobId
  readonly coordinator: PeerId
  readonly coordinatorName: string
  readonly pipeline: string
  readonly strategy: string
  readonly state: JobState
  readonly total: number
  readonly done: number
  readonly failed: number
  readonly elapsedMs: number
  readonly imagesPerSecond: number
  /** Estimated milliseconds to the end; undefined before the first image and after the last. */
  readonly remainingMs: number | undefined
  /** Of a job that this peer coordinates: what only its coordinator knows. */
  readonly own: OwnJobSnapshot | undefined
}

export interface OwnJobSnapshot {
  readonly out: string
  /** As they were given to `submit`. */
  readonly paths: readonly string[]
  /** The last MAX_SHOWN_FAILURES. */
  readonly failures: readonly FailedImage[]
  readonly peers: readonly PeerShare[]
  readonly refused: number
  readonly delayed: number
  readonly retries: number
}

/** Something that a person may want to read: who came and went, notices, ends of jobs. */
export interface LogLine {
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  readonly level: 'info' | 'warning' | 'error'
  readonly message: string
}

/** Which cluster this peer is in, and how it is reached. */
export interface ClusterFacts {
  /** Fingerprint of the cluster key; undefined without a key (`--insecure`). Never the key. */
  readonly keyFingerprint: string | undefined
  readonly reach: 'loopback' | 'lan'
  readonly dataDir: string
  /** Milliseconds since this peer was started. */
  readonly uptimeMs: number
}

export interface ClusterSnapshot {
  readonly cluster: ClusterFacts
  readonly self: PeerSnapshot
  /** Everybody known but oneself, by name. */
  readonly peers: readonly PeerSnapshot[]
  readonly jobs: readonly JobSnapshot[]
  /** Jobs that this user's peers finished, also before a restart; the newest first, at most MAX_SHOWN_HISTORY. */
  readonly history: readonly FinishedJob[]
  /** The last MAX_LOG_LINES of this peer's own log, the oldest first. */
  readonly log: readonly LogLine[]
  /** Milliseconds since the Unix epoch. */
  readonly takenAt: number
}
