/**
 * How a coordinator lets images be decoded and encoded that are too large for one buffer: in this process, or (`--isolate`) in
 * one that a crash in libvips may end (worker/isolated-huge-codec.ts). The pixels are the same.
 */

import type { EncodeOptions } from './codec/encode.ts'
import type { ImageHeader } from './codec/header.ts'
import { decodeToRawFile, encodeFromRawFile, type RawFile, readFileMetadata } from './codec/huge-file.ts'
import type { ImageMetadata } from './codec/metadata.ts'
import type { ImageFormat } from './formats.ts'
import type { Pixels } from './pixels.ts'

/** All throw as the functions of codec/huge-file.ts; where it is isolated ERR_WORKER_CRASHED, ERR_TASK_TIMEOUT and ERR_CANCELLED too. */
export interface HugeCodec {
  /** What an output made of this file may carry. */
  metadata(path: string, format: ImageFormat): Promise<ImageMetadata>
  /** Decodes a file into one of raw samples, named `path` with an ending of its own. libvips gives up after `timeoutMs`. */
  decode(source: string, path: string, header: ImageHeader, timeoutMs: number): Promise<RawFile>
  /** Encodes a file that begins with a rawTiffHeader as another file. */
  encode(tiff: string, target: string, shape: Omit<Pixels, 'data'>, options: EncodeOptions): Promise<void>
  /** Where it is isolated, what is under way fails; once this resolves nothing more is written but by a process that a disk holds. */
  close(): Promise<void>
}

export const hugeCodecInThisProcess: HugeCodec = {
  metadata: readFileMetadata,
  decode: decodeToRawFile,
  encode: encodeFromRawFile,
  close: async () => {},
}
