/** What the dashboard asks of the peer behind it. The CLI makes one from a `Peer`; tests bring their own. */

import type { JobId } from '../../base/ids.ts'
import type { ClusterSnapshot } from '../../peer/snapshot.ts'

/** What the submit form holds when it is sent. */
export interface SubmitRequest {
  readonly path: string
  readonly pipeline: string
  readonly strategy: string
  readonly out: string
}

export interface OperationChoice {
  readonly name: string
  readonly summary: string
}

export interface StrategyChoice {
  readonly name: string
  readonly summary: string
}

export interface PathCompletion {
  /** The text with what was certain added; the same text when nothing was. */
  readonly text: string
  /** Names that would fit, folders with `/` behind them; at most a screenful. */
  readonly candidates: readonly string[]
}

export interface DashboardPort {
  readonly operations: readonly OperationChoice[]
  readonly strategies: readonly StrategyChoice[]
  readonly defaults: SubmitRequest
  snapshot(): ClusterSnapshot
  /** Calls `listener` when the snapshot may have changed; returns the way to stop. */
  onChange(listener: () => void): () => void
  setLoadProbability(probability: number): void
  pause(): void
  resume(): void
  /** Resolves when the last task is done. */
  drain(): Promise<void>
  /** Resolves with the job's id once it is planned. @throws what the coordinator says about it */
  submit(request: SubmitRequest): Promise<JobId>
  /** False when the job no longer runs. */
  cancelJob(job: JobId): boolean
  /** Resolves once it is planned. @throws what the coordinator says about it */
  retryJob(job: JobId): Promise<void>
  /** A sentence about what is wrong with a pipeline; undefined when nothing is. */
  pipelineFault(text: string): string | undefined
  completePath(text: string): Promise<PathCompletion>
  /** The line with which another machine joins: a secret. @throws when there is none */
  joinLine(): Promise<string>
}
