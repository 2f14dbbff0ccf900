/** The JSON of `peer jobs`: its own shape, so that the files of the history may change without breaking anybody's script. */

import type { FinishedJob } from '../peer/files/job-history.ts'
import type { CommandContext } from './command-context.ts'
import { continueCommand } from './continue-command.ts'

export interface JobsEntry {
  readonly id: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly endedAt: string
  readonly elapsedMs: number
  readonly pipeline: string
  readonly strategy: string
  readonly kind: 'image' | 'data'
  readonly outcome: 'done' | 'some-failed' | 'gave-up' | 'interrupted' | 'stopped'
  readonly reason: string | null
  readonly code: string | null
  readonly exitCode: number
  readonly images: number
  /** By this run. */
  readonly done: number
  /** By earlier runs into the same folder. */
  readonly alreadyDone: number
  readonly failed: number
  readonly imagesPerSecond: number
  readonly out: string
  readonly coordinator: { readonly id: string; readonly name: string }
}

export interface JobsDetail extends JobsEntry {
  readonly seed: number
  /** Empty where they were too many to be kept. */
  readonly paths: readonly string[]
  readonly peers: readonly {
    readonly id: string
    readonly name: string
    readonly done: number
    readonly share: number
    readonly accepted: number
    readonly refused: number
    readonly delayed: number
    readonly failed: number
    readonly lost: number
    readonly meanMs: number
    readonly totalMs: number
    /** How often it was put aside for failing where others did not. */
    readonly quarantined: number
    /** Its results were wrong: nothing it did was kept. */
    readonly lied: boolean
  }[]
  readonly refusals: Readonly<Record<string, number>>
  readonly retries: number
  readonly hedges: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly perImage: { readonly meanMs: number; readonly medianMs: number; readonly p95Ms: number }
  /** At most 100; `summary.json` in the output folder has them all. */
  readonly failures: readonly { readonly path: string; readonly code: string; readonly message: string }[]
  /** A line for a POSIX shell; null when nothing is left to do, or the paths were not kept. */
  readonly continueWith: string | null
}

export const jobsEntry = ({ summary, out, coordinator }: FinishedJob): JobsEntry => ({
  id: summary.job,
  startedAt: summary.startedAt,
  endedAt: summary.endedAt,
  elapsedMs: summary.elapsedMs,
  pipeline: summary.pipeline,
  strategy: summary.strategy,
  kind: summary.kind,
  outcome: summary.outcome,
  reason: summary.reason ?? null,
  code: summary.code ?? null,
  exitCode: summary.exitCode,
  images: summary.images,
  done: summary.done,
  alreadyDone: summary.alreadyDone,
  failed: summary.failed,
  imagesPerSecond: summary.imagesPerSecond,
  out,
  coordinator,
})

export function jobsDetail(context: CommandContext, job: FinishedJob): JobsDetail {
  const { summary, paths } = job
  const { seed, refusals, retries, hedges, bytesSent, bytesReceived, perImage, failures } = summary
  return {
    ...jobsEntry(job),
    seed,
    paths,
    peers: summary.peers.map(({ tiles: _, quarantined = 0, lied = false, ...share }) => ({
      ...share,
      quarantined,
      lied,
    })),
    refusals,
    retries,
    hedges,
    bytesSent,
    bytesReceived,
    perImage,
    failures,
    continueWith: continueCommand(context, job) ?? null,
  }
}
