/**
 * The seams between the parts of a peer. The coordinator sees the cluster through ClusterPort, gossip sees the executor
 * through LoadSource; neither sees a socket, so both run under the tests' and the simulation's stand-ins.
 */

import type { PeerId } from '../base/ids.ts'
import type { JobProgress, LoadReport } from '../protocol/messages.ts'
import type { CoordinatorChannel } from './task-channel.ts'

/** An executor as membership knows it. Only alive ones that are compatible with this peer are shown to a coordinator. */
export interface ExecutorInfo {
  readonly id: PeerId
  readonly name: string
  readonly slots: number
  readonly maxPixels: number
  readonly loadProbability: number
  readonly isPaused: boolean
  readonly isDraining: boolean
  /** All coordinators' tasks there, running and parked, by its last report. */
  readonly outstanding: number
  /** 0 = not known yet. */
  readonly msPerMegapixel: number
}

export interface ClusterPort {
  /** Alive executors with this peer's pixelVersion and operation set, oneself excluded. */
  executors(): readonly ExecutorInfo[]
  /** Whether there have been executors, or have been none, for SETTLE_MS already, so that no first ones are on their way. Default: not. */
  isSettled?(): boolean
  /** Calls `listener` when `executors()` may have changed; returns the way to stop. */
  onChange(listener: () => void): () => void
  /** Opens a task stream. Rejects with ERR_UNREACHABLE, ERR_DEADLINE or the signal's reason. */
  open(peer: PeerId, options: { signal: AbortSignal }): Promise<CoordinatorChannel>
  /** Tells everybody how a job of ours stands. */
  announceJob(progress: JobProgress): void
}

/** The part of a load report that the executor knows. */
export type OwnLoad = Pick<
  LoadReport,
  | 'role'
  | 'slots'
  | 'maxPixels'
  | 'running'
  | 'parked'
  | 'loadProbability'
  | 'isPaused'
  | 'isDraining'
  | 'counts'
  | 'msPerMegapixel'
  | 'strategies'
>

export interface LoadSource {
  read(): OwnLoad
  /** Calls `listener` after any change of `read()`; returns the way to stop. */
  onChange(listener: () => void): () => void
}
