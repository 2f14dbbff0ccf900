/**
 * What an executor asks of the image layer: encoded bytes in, encoded bytes (an image, or JSON) out. The worker pool implements it with
 * threads; tests implement it with a function.
 */

import type { OutputImageFormat } from './formats.ts'
import type { TileSpec } from './tiles/tile-spec.ts'

export interface ImageTask {
  /** One encoded image file. */
  readonly bytes: Uint8Array
  /** Canonical pipeline text. */
  readonly pipeline: string
  readonly seed: bigint
  readonly format: OutputImageFormat
  /** 1 to 100. */
  readonly quality: number
  readonly maxPixels: number
  /** Whether the output carries the input's metadata, as far as its format can; not in a tile. Default false. */
  readonly keepMetadata?: boolean | undefined
  /** Path of the model that the pipeline names. Each worker reads it once, and checks that it is the one. */
  readonly modelFile?: string | undefined
  /** Where `bytes` is a part of a larger image; the result is then an uncompressed tiff whatever `format` says. */
  readonly tile?: TileSpec | undefined
}

export interface ImageResult {
  /** An encoded image; canonical JSON in UTF-8 of a pipeline that gives data. */
  readonly bytes: Uint8Array
  /** Of the result; of the image that was looked at where the result is data. */
  readonly widthPx: number
  readonly heightPx: number
  /** XXH3-128 over shape and samples before encoding, 16 bytes; of data over `bytes`. */
  readonly pixelDigest: Uint8Array
  /** SHA-256 of `bytes`, 32 bytes. */
  readonly digest: Uint8Array
  readonly decodeMs: number
  readonly processMs: number
  readonly encodeMs: number
}

export interface ImageRunner {
  /**
   * Runs one task on a free worker (at most as many at once as there are slots; more wait in order).
   * The task's bytes may be transferred to the worker: the caller must not use them afterwards.
   * @throws MurmurationError ERR_NOT_AN_IMAGE, ERR_UNSUPPORTED_IMAGE, ERR_TOO_LARGE, ERR_OPERATION, ERR_PIPELINE, ERR_MODEL,
   *   ERR_MODEL_FETCH, ERR_WORKER_CRASHED, ERR_TASK_TIMEOUT, ERR_CANCELLED (the signal aborted; a running task still finishes and is
   *   thrown away)
   */
  run(task: ImageTask, options?: { signal?: AbortSignal }): Promise<ImageResult>
  close(): Promise<void>
}
