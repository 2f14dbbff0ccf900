/**
 * What travels between peers, as trusted values: whoever holds one of these knows that it passed validation. The codecs
 * beside this file turn them into bytes and back; docs/PROTOCOL.md is the same for people.
 */

import type { JobId, PeerId, TaskId } from '../base/ids.ts'

export const HELLO_PROTOCOL = '/murmuration/hello/1.0.0'
export const TASK_PROTOCOL = '/murmuration/task/1.0.0'
export const MODEL_PROTOCOL = '/murmuration/model/1.0.0'
export const LOAD_TOPIC = '/murmuration/load/1.0.0'
export const JOB_TOPIC = '/murmuration/job/1.0.0'

/** `execute` may be refused by load; `delayed-execute` must be taken and may sleep first. */
export type TaskMode = 'execute' | 'delayed-execute'

export const REFUSAL_REASONS = [
  'REFUSED_LOAD',
  'BUSY',
  'PAUSED',
  'DRAINING',
  'TOO_LARGE',
  'UNKNOWN_OPERATION',
  'OTHER_PIXEL_VERSION',
] as const
export type RefusalReason = (typeof REFUSAL_REASONS)[number]

/** What the output is encoded as; `keep` is the format of the input's content. */
export const OUTPUT_FORMATS = ['keep', 'jpg', 'png', 'webp', 'tif', 'gif', 'avif'] as const
export type OutputFormat = (typeof OUTPUT_FORMATS)[number]

/** One try of one task at one peer. `attempt` counts from 0 over all peers. */
export interface AttemptRef {
  readonly job: JobId
  readonly task: TaskId
  readonly attempt: number
}

/** An executor's load at the moment of a reply, with the reader's own tasks told apart from those of others. */
export interface FreshLoad {
  readonly slots: number
  readonly runningYours: number
  readonly runningOthers: number
  readonly parkedYours: number
  readonly parkedOthers: number
  /** In [0, 1]. */
  readonly loadProbability: number
  readonly isPaused: boolean
  readonly isDraining: boolean
  /** Mean milliseconds per megapixel of recent tasks; 0 = not known yet. */
  readonly msPerMegapixel: number
}

// ---- coordinator -> executor ----

/** In pixels of the whole image. */
export interface OfferRectangle {
  readonly x: number
  readonly y: number
  readonly widthPx: number
  readonly heightPx: number
}

/** Of an OFFER whose body is a part of a larger image: what is needed to give the pixels of the whole. */
export interface OfferTile {
  /** Where the body's top left pixel lies in the whole image. */
  readonly x: number
  readonly y: number
  readonly fullWidthPx: number
  readonly fullHeightPx: number
  /** What the result is of; within the body. */
  readonly keep: OfferRectangle
  /** The result is what the pipeline's next two-pass operation collects, instead of pixels. */
  readonly collects: boolean
  /** By two-pass operation, in their order; an empty entry is an edge map, which lies below the body's pixels. */
  readonly known: readonly Uint8Array[]
}

export interface OfferFrame extends AttemptRef {
  readonly kind: 'offer'
  readonly mode: TaskMode
  readonly strategy: string
  /** Canonical pipeline text, at most MAX_PIPELINE_BYTES. */
  readonly pipeline: string
  /** The task's own seed: hash of the job's seed and the file's relative path. */
  readonly seed: bigint
  readonly sizeBytes: number
  readonly widthPx: number
  readonly heightPx: number
  /** The checksum of the body, CHECKSUM_BYTES. */
  readonly digest: Uint8Array
  readonly pixelVersion: string
  readonly format: OutputFormat
  /** 1 to 100. */
  readonly quality: number
  /** The body itself when it has at most MAX_INLINE_BODY_BYTES, otherwise empty. */
  readonly body: Uint8Array
  /** Absent for a whole image. */
  readonly tile?: OfferTile | undefined
  /** The result carries the body's EXIF, XMP and IPTC, as far as its format can. */
  readonly keepMetadata: boolean
}

/** A piece of a body, in order and without gaps. Both directions use it. */
export interface ChunkFrame extends AttemptRef {
  readonly kind: 'chunk'
  readonly offset: number
  /** May share memory with the transport or the sender's body: copy what has to stay. */
  readonly bytes: Uint8Array
}

/**
 * After it nothing is owed: no RESULT, no FAILED, no place in a BEAT. An answer that was under way may still come. A running
 * task finishes and is thrown away; chunks of its body that were under way are let pass.
 */
export interface CancelFrame extends AttemptRef {
  readonly kind: 'cancel'
}

export type CoordinatorFrame = OfferFrame | ChunkFrame | CancelFrame

// ---- executor -> coordinator ----

/** How much the coordinator may have outstanding here from now on: a window, not an increment. */
export interface CreditFrame {
  readonly kind: 'credit'
  readonly tasks: number
  readonly pixels: number
}

export interface AcceptFrame extends AttemptRef {
  readonly kind: 'accept'
  /** The sleep that the peer's load probability put before the task; 0 = none. */
  readonly delayMs: number
  readonly load: FreshLoad
}

/** The answer to an OFFER instead of ACCEPT; with DRAINING also after ACCEPT: a peer that leaves hands the task back. */
export interface RefuseFrame extends AttemptRef {
  readonly kind: 'refuse'
  readonly reason: RefusalReason
  /** This peer will never take this task: do not ask it again. */
  readonly isPermanent: boolean
  readonly message: string
  readonly load: FreshLoad
}

/** Milliseconds of the stages that happen at the executor. */
export interface ExecutorStages {
  /** From OFFER to the start of the work, without the receiving of the body and without a sleep. */
  readonly queueMs: number
  readonly delayMs: number
  readonly decodeMs: number
  readonly processMs: number
  readonly encodeMs: number
}

export interface ResultFrame extends AttemptRef {
  readonly kind: 'result'
  readonly stages: ExecutorStages
  readonly widthPx: number
  readonly heightPx: number
  /** XXH3-128 over shape and samples before encoding, or over data: 16 bytes. */
  readonly pixelDigest: Uint8Array
  /** The checksum of the body, CHECKSUM_BYTES. */
  readonly digest: Uint8Array
  readonly sizeBytes: number
  /** The body itself when it has at most MAX_INLINE_BODY_BYTES, otherwise empty and chunks follow. */
  readonly body: Uint8Array
  readonly load: FreshLoad
}

export interface FailedFrame extends AttemptRef {
  readonly kind: 'failed'
  /** A code of src/base/errors.ts; one that this version does not know arrives as ERR_INTERNAL. */
  readonly code: string
  /** A sentence written for strangers: no path, no stack. */
  readonly message: string
  readonly load: FreshLoad
}

/** Each second from an executor that holds tasks: renews the leases of the named ones. */
export interface BeatFrame {
  readonly kind: 'beat'
  readonly held: readonly AttemptRef[]
  readonly load: FreshLoad
}

export type ExecutorFrame = CreditFrame | AcceptFrame | RefuseFrame | ResultFrame | ChunkFrame | FailedFrame | BeatFrame

export type TaskFrame = CoordinatorFrame | ExecutorFrame

// ---- hello and gossip ----

export interface TaskCounts {
  readonly accepted: number
  readonly refused: number
  readonly delayed: number
  readonly completed: number
  readonly failed: number
}

export interface StrategyTotals {
  readonly strategy: string
  readonly tasks: number
  readonly totalMs: number
}

export type PeerRole = 'executor' | 'observer'

/** What a peer says about itself. */
export interface LoadReport {
  readonly peer: PeerId
  /** Counted up on disk at each start: a report of an older life never replaces one of a newer. */
  readonly incarnation: number
  readonly sequence: number
  readonly name: string
  readonly role: PeerRole
  /** Multiaddrs in text form. */
  readonly addresses: readonly string[]
  readonly version: string
  readonly pixelVersion: string
  /** Hash of the operation set. */
  readonly operationsHash: string
  readonly slots: number
  readonly maxPixels: number
  readonly running: number
  readonly parked: number
  readonly loadProbability: number
  readonly isPaused: boolean
  readonly isDraining: boolean
  /** The last report of this life. */
  readonly isLeaving: boolean
  readonly counts: TaskCounts
  /** 0 = not known yet. */
  readonly msPerMegapixel: number
  readonly strategies: readonly StrategyTotals[]
  readonly nextReportWithinMs: number
  /** Alive peers that its sender gives it to itself, so that others need not pass it on; 0 = not known. */
  readonly toldDirectly: number
}

/** A report of somebody else, as heard by the teller: a hint for dialling, never believed over the peer's own word. */
export interface HeardReport {
  readonly report: LoadReport
  /** How long ago the teller heard it. */
  readonly ageMs: number
}

export interface Hello {
  readonly own: LoadReport
  readonly heard: readonly HeardReport[]
}

export type JobState = 'running' | 'done' | 'stopped'

/** A coordinator's word about its job, on the job topic. */
export interface JobProgress {
  readonly job: JobId
  readonly coordinator: PeerId
  readonly coordinatorName: string
  readonly sequence: number
  readonly pipeline: string
  readonly strategy: string
  readonly state: JobState
  readonly total: number
  readonly done: number
  readonly failed: number
  readonly elapsedMs: number
  /** The part of `done` that an earlier run did: no work of this one's time. */
  readonly alreadyDone: number
}

// ---- models ----

/** The first frame of a model stream, from the executor. */
export interface ModelRequestFrame {
  readonly kind: 'request'
  /** SHA-256 of the model's file, 32 bytes. */
  readonly digest: Uint8Array
}

/** The coordinator has it: chunks follow, in order and without gaps, until they have this size. */
export interface ModelFoundFrame {
  readonly kind: 'found'
  /** 1 to MAX_MODEL_BYTES. */
  readonly sizeBytes: number
}

/** The coordinator has no running job at the asking peer that uses this model. */
export interface ModelMissingFrame {
  readonly kind: 'missing'
}

export interface ModelChunkFrame {
  readonly kind: 'chunk'
  readonly offset: number
  /** May share memory with the transport: copy what has to stay. */
  readonly bytes: Uint8Array
}

export type ModelAnswerFrame = ModelFoundFrame | ModelMissingFrame | ModelChunkFrame
export type ModelFrame = ModelRequestFrame | ModelAnswerFrame
