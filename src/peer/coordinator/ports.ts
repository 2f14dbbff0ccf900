/** What the coordinator asks of the world besides the cluster (src/peer/ports.ts): files in, files out, own executor. */

import type { ExecutorInfo } from '../ports.ts'
import type { CoordinatorChannel } from '../task-channel.ts'
import type { TaskResult } from './job.ts'

/** Reads sources. Implemented on the disk by src/peer/files/, in memory by tests. */
export interface SourceReader {
  /** @throws MurmurationError ERR_READ */
  stat(source: string): Promise<{ readonly sizeBytes: number; readonly modifiedMs: number }>
  /** @throws MurmurationError ERR_READ */
  read(source: string): Promise<Uint8Array>
  /**
   * What the header alone tells: size in pixels, and how many frames or pages there are (default 1), of which the first counts.
   * @throws MurmurationError ERR_NOT_AN_IMAGE, ERR_UNSUPPORTED_IMAGE
   */
  measure(bytes: Uint8Array): Promise<{ readonly widthPx: number; readonly heightPx: number; readonly frames?: number }>
}

/** Takes results. */
export interface ResultSink {
  /** Returns when the output has its final name and its journal line. @throws MurmurationError ERR_WRITE */
  save(result: TaskResult): Promise<void>
}

/** This peer's own executor, for when nobody else does the work. */
export interface LocalExecutor {
  readonly info: ExecutorInfo
  attach(): CoordinatorChannel
}
