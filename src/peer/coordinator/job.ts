/** The nouns of a job as its coordinator sees it. */

import type { MurmurationError } from '../../base/errors.ts'
import type { JobId, PeerId, TaskId } from '../../base/ids.ts'
import type { ExecutorStages, OfferTile, OutputFormat, TaskMode } from '../../protocol/messages.ts'
import type { PeerRef, TileCount } from '../job-events.ts'
import type { Strategy } from './strategies/strategy.ts'

/** One image of the plan: names only, no pixels. */
export interface PlannedTask {
  readonly id: TaskId
  /** Relative to its input root, `/` between folders, NFC. */
  readonly path: string
  /** What the disk calls the input. */
  readonly source: string
  /** Relative path below the output folder of the file that gets the result; all tasks of a job may share one. */
  readonly output: string
  /** Hash of the job's seed and `path`. */
  readonly seed: bigint
  /** Where the task is a part of an image that is too large for one. */
  readonly tile?: TileTask | undefined
}

/** One tile of an image in one of its passes. */
export interface TileTask extends TileCount {
  readonly spec: OfferTile
}

/** What an OFFER says about a task's body. */
export interface BodyFacts {
  readonly sizeBytes: number
  /** The checksum of the body. */
  readonly digest: Uint8Array
  readonly widthPx: number
  readonly heightPx: number
}

/** A task whose source was read once; `take` hands out the bytes, reading them again where they were let go. */
export interface PreparedTask extends PlannedTask {
  readonly body: BodyFacts
  /** Frames or pages of the source, of which the first counts. */
  readonly frames: number
  /** When the source was last modified: milliseconds since the Unix epoch. */
  readonly modifiedMs: number
  /** The bytes while they are held; small ones are held until the task ends. */
  held(): Uint8Array | undefined
  /** @throws MurmurationError ERR_READ when the file is gone or changed. */
  take(): Promise<Uint8Array>
  /** Lets the bytes go: they were sent, or the task ended. */
  release(): void
}

/** What every task of a job has in common. */
export interface JobSettings {
  readonly job: JobId
  readonly strategyName: string
  readonly choose: Strategy
  readonly bindsLate: boolean
  readonly mode: TaskMode
  /** Canonical text. */
  readonly pipeline: string
  readonly pixelVersion: string
  readonly format: OutputFormat
  readonly quality: number
  readonly keepMetadata: boolean
  readonly waitMs: number
  readonly giveUpMs: number
  readonly local: 'auto' | 'always' | 'never'
  readonly hedge: boolean
  /** Share of the tasks that a second peer runs too, in [0, 1]. */
  readonly verify: number
}

/** Milliseconds of an attempt as the coordinator measured them. */
export interface AttemptTimes {
  /** From entering the window to the OFFER. */
  readonly waitMs: number
  /** From ACCEPT to the last byte handed to the transport. */
  readonly sendMs: number
  /** From RESULT to its last byte. */
  readonly receiveMs: number
  /** From OFFER to the last byte of the result. */
  readonly responseMs: number
  /** When the task entered the window, on the job's clock. */
  readonly enteredAtMs: number
}

export interface TaskResult {
  readonly kind: 'result'
  readonly task: PreparedTask
  readonly attempt: number
  readonly peer: PeerRef
  /** An encoded image, or JSON where the pipeline gives data. */
  readonly bytes: Uint8Array
  readonly widthPx: number
  readonly heightPx: number
  readonly digest: Uint8Array
  readonly pixelDigest: Uint8Array
  readonly stages: ExecutorStages
  readonly times: AttemptTimes
  /** Others that came to the same; empty where one was to and nobody could, absent where none was to. */
  readonly verifiedBy?: readonly PeerRef[]
}

/** Why nothing came of an image: a code of src/base/errors.ts and a sentence. */
export interface FailureReason {
  readonly code: string
  readonly message: string
}

export interface TaskFailure extends FailureReason {
  readonly kind: 'failure'
  readonly task: PlannedTask
  readonly attempt: number
  readonly peer: PeerRef | undefined
}

export type TaskOutcome = TaskResult | TaskFailure

/** The job ended before every task had an outcome; always the last one out. */
export interface Stopped {
  readonly kind: 'stopped'
  readonly error: MurmurationError
}

export const peerRef = (id: PeerId, name: string): PeerRef => ({ id, name })
