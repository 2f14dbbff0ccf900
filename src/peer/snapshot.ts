/**
 * One picture of the cluster as one peer knows it. The dashboard, `peer status --json` and the tests all read this and
 * nothing else.
 */

import type { JobId, PeerId } from '../base/ids.ts'
import type { JobState, PeerRole, TaskCounts } from '../protocol/messages.ts'

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
}

export interface ClusterSnapshot {
  readonly self: PeerSnapshot
  /** Everybody known but oneself, by name. */
  readonly peers: readonly PeerSnapshot[]
  readonly jobs: readonly JobSnapshot[]
  /** Milliseconds since the Unix epoch. */
  readonly takenAt: number
}
