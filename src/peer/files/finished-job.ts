/** A finished job as JSON text and back. Decoding validates: the file may be foreign, old, or cut off. */

import { z } from 'zod'
import { MurmurationError } from '../../base/errors.ts'
import { jobId, peerId } from '../../base/ids.ts'
import {
  MAX_HISTORY_FILE_BYTES,
  MAX_HISTORY_PATHS,
  MAX_HISTORY_PATHS_BYTES,
  MAX_SHOWN_FAILURES,
} from '../../base/limits.ts'
import { REFUSAL_REASONS } from '../../protocol/messages.ts'
import { type CheckedSubmitOptions, submitSchema } from '../check-options.ts'
import type { JobSummary } from '../job-events.ts'

/** What a job was told besides its paths and its folder. What a watch left is done by a job that ends. */
export type RetryOptions = Omit<CheckedSubmitOptions, 'out' | 'dryRun' | 'watch'>

export interface FinishedJob {
  /** `failures` has at most MAX_SHOWN_FAILURES; `failed` counts all. The folder's own `summary.json` has them all. */
  readonly summary: JobSummary
  /** As they were given to `submit`, made absolute; empty where they were too many to be kept. */
  readonly paths: readonly string[]
  /** How many there were. */
  readonly pathCount: number
  /** Absolute. */
  readonly out: string
  /** Of the peer that coordinated. */
  readonly coordinator: { readonly id: string; readonly name: string }
  readonly options: RetryOptions
}

/** Whether all is known that it takes to submit it again. */
export const canRetry = ({ paths, pathCount }: FinishedJob): boolean => paths.length === pathCount

/** The job within its bounds. */
export function boundedJob(job: Omit<FinishedJob, 'pathCount'>): FinishedJob {
  const { summary, paths } = job
  const pathBytes = paths.reduce((sum, path) => sum + Buffer.byteLength(path), 0)
  const isKept = paths.length <= MAX_HISTORY_PATHS && pathBytes <= MAX_HISTORY_PATHS_BYTES
  return {
    ...job,
    summary: { ...summary, failures: summary.failures.slice(0, MAX_SHOWN_FAILURES) },
    paths: isKept ? paths : [],
    pathCount: paths.length,
  }
}

export function encodeFinishedJob(job: FinishedJob): string {
  const text = print(job)
  if (Buffer.byteLength(text) <= MAX_HISTORY_FILE_BYTES) return text
  return print({ ...job, summary: { ...job.summary, failures: [] } })
}

const print = (job: FinishedJob): string => `${JSON.stringify({ version: VERSION, ...job }, undefined, 2)}\n`

/** @throws MurmurationError ERR_MALFORMED with what was expected where */
export function decodeFinishedJob(text: string): FinishedJob {
  const decoded = finishedSchema.safeParse(parseJson(text))
  if (decoded.success) {
    const { version: _, ...job } = decoded.data
    return job
  }
  const [issue] = decoded.error.issues
  const where = issue?.path.join('.') || 'the file'
  throw new MurmurationError('ERR_MALFORMED', `${where}: ${issue?.message}`, { cause: decoded.error })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MurmurationError('ERR_MALFORMED', 'expected JSON', { cause })
  }
}

/** Of the file's shape: a newer one is skipped by older programs, with a notice. */
const VERSION = 1

const count = z.int().min(0)
const amount = z.number().min(0)
const time = z.iso.datetime()
const distribution = z.object({ meanMs: amount, medianMs: amount, p95Ms: amount })

const shareSchema = z.object({
  id: z.string().transform(peerId),
  name: z.string(),
  done: count,
  share: amount,
  accepted: count,
  refused: count,
  delayed: count,
  failed: count,
  lost: count,
  meanMs: amount,
  totalMs: amount,
  tiles: count.optional(),
  quarantined: count.optional(),
  lied: z.boolean().optional(),
})

const summarySchema = z.object({
  event: z.literal('summary'),
  job: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'expected 32 hexadecimal digits')
    .transform(jobId),
  strategy: z.string(),
  pipeline: z.string(),
  kind: z.enum(['image', 'data']),
  seed: z.number(),
  outcome: z.enum(['done', 'some-failed', 'gave-up', 'interrupted', 'stopped']),
  reason: z.string().optional(),
  code: z.string().optional(),
  exitCode: count,
  images: count,
  done: count,
  alreadyDone: count,
  failed: count,
  firstFrameOnly: count,
  startedAt: time,
  endedAt: time,
  elapsedMs: amount,
  imagesPerSecond: amount,
  perImage: distribution,
  perStage: z.object({
    queue: distribution,
    send: distribution,
    decode: distribution,
    process: distribution,
    encode: distribution,
    receive: distribution,
    save: distribution,
  }),
  peers: z.array(shareSchema),
  refusals: z.partialRecord(z.enum(REFUSAL_REASONS), count),
  retries: count,
  hedges: count,
  tiles: z.object({ done: count, hedges: count }).optional(),
  verification: z.object({ verified: count, unchecked: count, mismatches: count, redone: count }).optional(),
  bytesSent: amount,
  bytesReceived: amount,
  failures: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).max(MAX_SHOWN_FAILURES),
  skipped: z.partialRecord(z.enum(['unsupported', 'link', 'hidden']), count).optional(),
})

const finishedSchema = z.object({
  version: z.literal(VERSION),
  // a key that is missing and one that is undefined are one thing in JSON
  summary: summarySchema.transform((summary) => ({ ...summary, reason: summary.reason, code: summary.code })),
  paths: z.array(z.string()).max(MAX_HISTORY_PATHS),
  pathCount: count,
  out: z.string(),
  coordinator: z.object({ id: z.string(), name: z.string() }),
  options: submitSchema.omit({ out: true, dryRun: true, watch: true }),
})
