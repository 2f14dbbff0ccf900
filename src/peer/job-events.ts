/** What a job tells while it runs: the events of `peer.submit()`, of `submit --json`, and of the live view. */

import type { JobId, PeerId } from '../base/ids.ts'
import type { RefusalReason } from '../protocol/messages.ts'

export interface PeerRef {
  readonly id: PeerId
  readonly name: string
}

/** Milliseconds of each stage of one image. `totalMs` runs from being chosen for a peer to being on disk. */
export interface StageTimes {
  readonly queueMs: number
  readonly sendMs: number
  readonly delayMs: number
  readonly decodeMs: number
  readonly processMs: number
  readonly encodeMs: number
  readonly receiveMs: number
  readonly saveMs: number
  readonly totalMs: number
}

/** What a job's images become: a file each, or a line each of `results.ndjson`. */
export type ResultKind = 'image' | 'data'

/**
 * Why a file of a folder that looks like a picture by its name is no image of the job: its format is not read, it is a symbolic
 * link, or hidden.
 */
export type SkipReason = 'unsupported' | 'link' | 'hidden'

export type SkippedCounts = Readonly<Partial<Record<SkipReason, number>>>

/** Which part of the work on a huge image: tiles are counted from 0 in each pass, passes too. */
export interface TileCount {
  readonly index: number
  readonly count: number
  readonly pass: number
  readonly passes: number
}

export const tileCountOf = ({ index, count, pass, passes }: TileCount): TileCount => ({ index, count, pass, passes })

interface AboutTask {
  /** The image's path relative to its input root, `/` between folders, NFC. */
  readonly path: string
  readonly task: number
  readonly attempt: number
  /** Milliseconds since the job began. */
  readonly atMs: number
  /** Of an image that is done in tiles. */
  readonly tile?: TileCount | undefined
}

export type JobEvent =
  | {
      readonly event: 'planned'
      readonly job: JobId
      readonly strategy: string
      readonly pipeline: string
      readonly kind: ResultKind
      readonly total: number
      /** Outputs that an earlier run of this command already wrote. */
      readonly alreadyDone: number
      readonly out: string
      /** The folders, as they were given, whose images are processed as they appear; absent where they are not. */
      readonly watching?: readonly string[]
      /** Files of the folders that were left out; absent where none was, and with `watching`. */
      readonly skipped?: SkippedCounts
    }
  /** In a watched folder an image appeared or changed, and is complete. It counts as one more image, unless it failed before. */
  | {
      readonly event: 'found'
      readonly path: string
      /** Of the whole job, from now on. */
      readonly total: number
      readonly alreadyDone: number
      /** It failed before it changed: that failure counts no more. */
      readonly afterFailure: boolean
    }
  /** An image of a watched folder went away, not begun or after it had failed: neither it nor that failure counts any more. */
  | { readonly event: 'gone'; readonly path: string; readonly total: number; readonly afterFailure: boolean }
  /** One line of the plan; only a dry run tells them. */
  | {
      readonly event: 'planned-image'
      readonly path: string
      readonly output: string
      /** An earlier run of this command already wrote it. */
      readonly isDone: boolean
    }
  /** Something a person should know: no peers, own executor used, a file that is no image left out. */
  | { readonly event: 'notice'; readonly message: string }
  /** A peer that had not got the job's model has it now. `digest`: SHA-256 in hexadecimal digits. */
  | { readonly event: 'model-sent'; readonly peer: PeerRef; readonly digest: string; readonly sizeBytes: number }
  /** `sizeBytes`: what is sent there for it. */
  | ({ readonly event: 'accepted'; readonly peer: PeerRef; readonly sizeBytes: number } & AboutTask)
  | ({ readonly event: 'refused'; readonly peer: PeerRef; readonly reason: RefusalReason } & AboutTask)
  | ({ readonly event: 'delayed'; readonly peer: PeerRef; readonly delayMs: number } & AboutTask)
  | ({ readonly event: 'hedged'; readonly peer: PeerRef } & AboutTask)
  | ({ readonly event: 'lost'; readonly peer: PeerRef; readonly message: string } & AboutTask)
  | ({ readonly event: 'retried'; readonly peer: PeerRef; readonly code: string; readonly message: string } & AboutTask)
  /**
   * The peer is asked for nothing any more for `forMs` while others are there; without `forMs` for the rest of the job: its
   * results were wrong, and what it did goes to others. `reason` is a clause about it.
   */
  | {
      readonly event: 'quarantined'
      readonly peer: PeerRef
      readonly reason: string
      readonly forMs: number | undefined
      /** Milliseconds since the job began. */
      readonly atMs: number
    }
  /** Peers came to different results for one task; who else runs it decides. */
  | ({ readonly event: 'mismatch'; readonly peers: readonly PeerRef[] } & AboutTask)
  /** An image that counted as done is to do again: the peer that did it, in this run or an earlier one, gave wrong results. */
  | {
      readonly event: 'withdrawn'
      readonly path: string
      /** Absent where the peer is one of several, or was an earlier run's. */
      readonly peer?: PeerRef
      readonly wasEarlierRun: boolean
      /** Milliseconds since the job began. */
      readonly atMs: number
    }
  /** One tile of a huge image in one of its passes; the image's own `done` follows when all of it is saved. */
  | ({
      readonly event: 'tile-done'
      readonly peer: PeerRef
      /** From OFFER sent to the last byte of the result. */
      readonly responseMs: number
      readonly sizeBytes: number
      /** As in `done`. */
      readonly verifiedBy?: readonly PeerRef[]
    } & AboutTask)
  | ({
      readonly event: 'done'
      readonly peer: PeerRef
      /** What the disk calls the input. */
      readonly source: string
      /** Relative to the output folder. */
      readonly output: string
      readonly stages: StageTimes
      /** From OFFER sent to the last byte of the result. */
      readonly responseMs: number
      readonly sizeBytes: number
      readonly pixelDigest: string
      /** Frames or pages of the input, where there are several: only the first was processed. */
      readonly frames?: number
      /** Results that an image in tiles was put together from, those of all its passes. */
      readonly tiles?: number
      /** Peers that came to the same pixels, where the image was drawn for `verify`; empty where no other could run it. */
      readonly verifiedBy?: readonly PeerRef[]
    } & AboutTask)
  | ({
      readonly event: 'failed'
      readonly peer: PeerRef | undefined
      /** What the disk calls the input. */
      readonly source: string
      readonly code: string
      readonly message: string
    } & AboutTask)
  | JobSummary

/** The peer at which an image failed for good; undefined where that peer was lost, which `lost` has told, and where none had it. */
export const failedAt = ({ peer, code }: Extract<JobEvent, { event: 'failed' }>): PeerRef | undefined =>
  code === 'ERR_PEER_LOST' ? undefined : peer

export interface Distribution {
  readonly meanMs: number
  readonly medianMs: number
  readonly p95Ms: number
}

export interface PeerShare {
  readonly id: PeerId
  readonly name: string
  /** Images whose result was used. */
  readonly done: number
  /** `done` as a share of all images done, in [0, 1]. */
  readonly share: number
  readonly accepted: number
  readonly refused: number
  readonly delayed: number
  readonly failed: number
  readonly lost: number
  /** Mean and total milliseconds of its images, from OFFER sent to result received. */
  readonly meanMs: number
  readonly totalMs: number
  /** Tiles of huge images whose result was used; absent where there were none. */
  readonly tiles?: number
  /** How often it was put aside for failing where others did not; absent where it never was. */
  readonly quarantined?: number
  /** Its results were wrong: nothing it did counts. Absent where they were not. */
  readonly lied?: boolean
}

/** What checking each other came to; images and tiles count alike. */
export interface VerificationSummary {
  /** Results that another peer came to as well. */
  readonly verified: number
  /** Drawn for it, and no other peer could run them. */
  readonly unchecked: number
  readonly mismatches: number
  /** Images that were done again because the peer that did them gave wrong results elsewhere. */
  readonly redone: number
}

export interface FailedImage {
  readonly path: string
  readonly code: string
  readonly message: string
}

export type StageName = 'queue' | 'send' | 'decode' | 'process' | 'encode' | 'receive' | 'save'

/** The last event of every job, and the content of `summary.json`. */
export interface JobSummary {
  readonly event: 'summary'
  readonly job: JobId
  readonly strategy: string
  readonly pipeline: string
  readonly kind: ResultKind
  readonly seed: number
  readonly outcome: 'done' | 'some-failed' | 'gave-up' | 'interrupted' | 'stopped'
  /** Why it stopped, when it did. */
  readonly reason: string | undefined
  /** The code of src/base/errors.ts behind the reason. */
  readonly code: string | undefined
  /** 0, 1, 3 or 130: see DESIGN's table. */
  readonly exitCode: number
  readonly images: number
  readonly done: number
  readonly alreadyDone: number
  readonly failed: number
  /** Of those done: how many inputs have several frames or pages, of which only the first was processed. */
  readonly firstFrameOnly: number
  readonly startedAt: string
  readonly endedAt: string
  readonly elapsedMs: number
  readonly imagesPerSecond: number
  readonly perImage: Distribution
  readonly perStage: Readonly<Record<StageName, Distribution>>
  readonly peers: readonly PeerShare[]
  readonly refusals: Readonly<Partial<Record<RefusalReason, number>>>
  readonly retries: number
  /** Images and tiles that were run a second time at the end. */
  readonly hedges: number
  /** Work on images in tiles; `hedges` are of those above. Absent where there was none. */
  readonly tiles?: { readonly done: number; readonly hedges: number }
  /** Absent where nothing was to be verified. */
  readonly verification?: VerificationSummary
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly failures: readonly FailedImage[]
  /** As in `planned`. */
  readonly skipped?: SkippedCounts
}
