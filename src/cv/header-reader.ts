/**
 * How whoever plans a job learns what its files say about themselves: in this process, or (`--isolate`) in one that a crash in
 * libvips may end (worker/isolated-headers.ts).
 */

import { type ImageHeader, readImageHeader } from './codec/header.ts'
import { readFileHeader } from './codec/huge-file.ts'

export interface HeaderReader {
  /**
   * Of a file on the disk, whatever its size.
   * @throws MurmurationError ERR_READ, ERR_NOT_AN_IMAGE, ERR_UNSUPPORTED_IMAGE; where it is isolated, ERR_WORKER_CRASHED and
   *   ERR_TASK_TIMEOUT of the process that read it too
   */
  ofFile(path: string): Promise<ImageHeader>
  /** Of a file whose bytes were just read. @throws MurmurationError as `ofFile` */
  ofBytes(bytes: Uint8Array, path: string): Promise<ImageHeader>
  close(): Promise<void>
}

export const headersInThisProcess: HeaderReader = {
  ofFile: readFileHeader,
  ofBytes: readImageHeader,
  close: async () => {},
}
