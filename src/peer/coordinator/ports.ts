/** What the coordinator asks of the world besides the cluster (src/peer/ports.ts): files in, files out, own executor. */

import type { ChannelCount, Pixels } from '../../cv/pixels.ts'
import type { Rectangle, Size } from '../../cv/tiles/rectangles.ts'
import type { PeerRef } from '../job-events.ts'
import type { ExecutorInfo } from '../ports.ts'
import type { CoordinatorChannel } from '../task-channel.ts'
import type { FailureReason, PlannedTask, TaskResult } from './job.ts'

/** Reads sources. Implemented on the disk by src/peer/files/, in memory by tests. */
export interface SourceReader {
  /** @throws MurmurationError ERR_READ */
  stat(source: string): Promise<{ readonly sizeBytes: number; readonly modifiedMs: number }>
  /**
   * `sizeBytes` is what `stat` told: of a source that is longer now, one byte more comes.
   * @throws MurmurationError ERR_READ
   */
  read(source: string, sizeBytes: number): Promise<Uint8Array>
  /**
   * What the header alone tells of a source whose bytes were just read: size in pixels, and how many frames or pages there are
   * (default 1), of which the first counts.
   * @throws MurmurationError ERR_NOT_AN_IMAGE, ERR_UNSUPPORTED_IMAGE; ERR_WORKER_CRASHED, ERR_TASK_TIMEOUT, ERR_READ where
   *   another process reads it
   */
  measure(
    bytes: Uint8Array,
    source: string,
  ): Promise<{ readonly widthPx: number; readonly heightPx: number; readonly frames?: number }>
}

/** An output that is no more, and who had made it. */
export interface Withdrawn {
  readonly task: PlannedTask
  readonly peer: PeerRef
}

/** Takes results. */
export interface ResultSink {
  /** Returns when the output has its final name and its journal line. @throws MurmurationError ERR_WRITE */
  save(result: TaskResult): Promise<void>
  /** For runs that try only what failed. Never rejects. */
  noteFailure(task: PlannedTask, reason: FailureReason): Promise<void>
  /**
   * Voids what these peers did in this job, in this run or an earlier one, unless another peer came to the same: once it
   * resolves the journal says so and the outputs are gone. Resolves with the tasks that are to do again.
   * @throws MurmurationError ERR_OUTPUT
   */
  withdraw(liars: readonly PeerRef[]): Promise<readonly Withdrawn[]>
}

/** Images that are too large for one task: implemented on the disk by src/peer/files/, in memory by tests. */
export interface HugeImageStore {
  /**
   * Makes the source ready to be read in any order. Takes as long as decoding it; the caller may stop waiting, and closes what
   * comes later.
   * @throws MurmurationError ERR_READ, ERR_NOT_AN_IMAGE, ERR_UNSUPPORTED_IMAGE, ERR_TOO_LARGE, ERR_WRITE, ERR_TASK_TIMEOUT;
   *   ERR_WORKER_CRASHED where another process decodes it
   */
  open(task: PlannedTask): Promise<HugeImage>
}

export interface HugeImage extends Size {
  /** Frames or pages of the source, of which the first counts. */
  readonly frames: number
  readonly channels: ChannelCount
  /** Fills `samples` with a part's pixels: interleaved, row by row. @throws MurmurationError ERR_READ */
  read(part: Rectangle, samples: Uint8Array): Promise<void>
  /** Puts pixels of the result where they belong; all have the channels of the first. @throws MurmurationError ERR_WRITE */
  place(part: Rectangle, pixels: Pixels): Promise<void>
  /**
   * When every pixel was placed: gives the output its final name and its journal line. `others` did tiles too.
   * @throws MurmurationError ERR_WRITE
   */
  save(
    peer: PeerRef,
    others?: readonly PeerRef[],
  ): Promise<{ readonly sizeBytes: number; readonly pixelDigest: Uint8Array }>
  /** Ends everything that was kept for it, after what is under way. Never throws. */
  close(): Promise<void>
}

/** This peer's own executor, for when nobody else does the work. */
export interface LocalExecutor {
  readonly info: ExecutorInfo
  attach(): CoordinatorChannel
}
