/** One task from encoded bytes to encoded bytes: decode, OpenCV, encode. Runs in a worker thread. */

import { asMurmurationError } from '../../base/errors.ts'
import { type DecodeOptions, decodeImage, refuseTooLarge } from '../codec/decode.ts'
import { encodeImage } from '../codec/encode.ts'
import { byteDigest, pixelDigest } from '../codec/pixel-digest.ts'
import { encodeRawTiff, parseRawTiff, rawTiffShape } from '../codec/raw-tiff.ts'
import type { ImageFormat } from '../formats.ts'
import type { ImageResult, ImageTask } from '../image-runner.ts'
import type { OpenCv } from '../opencv.ts'
import { parsePipeline } from '../pipeline/parse-pipeline.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { Pixels } from '../pixels.ts'
import { runPipeline } from '../run-pipeline.ts'
import { runTile } from '../tiles/run-tile.ts'

/** A job's tasks all have one pipeline: the last one is kept parsed. */
let lastPipeline: { text: string; pipeline: Pipeline } | undefined

function pipelineOf(text: string): Pipeline {
  if (lastPipeline?.text !== text) lastPipeline = { text, pipeline: parsePipeline(text) }
  return lastPipeline.pipeline
}

export interface ImageTaskOptions {
  /** An OpenCV instance that is not spent. Asked for after decoding: a bad image needs none. */
  readonly openCv: () => Promise<OpenCv>
  /** Bounds decoding and encoding, each; OpenCV cannot be interrupted. */
  readonly timeoutMs: number
}

/**
 * Runs one task. The result's buffers are its own and can be transferred.
 * @throws MurmurationError as of ImageRunner.run, but for ERR_CANCELLED
 */
export async function runImageTask(task: ImageTask, { openCv, timeoutMs }: ImageTaskOptions): Promise<ImageResult> {
  try {
    const pipeline = pipelineOf(task.pipeline)
    const startedAt = performance.now()
    const { format: inputFormat, pixels } = await decodeBody(task, { maxPixels: task.maxPixels, timeoutMs })
    const instance = await openCv()
    const decodedAt = performance.now()
    const processed =
      task.tile === undefined
        ? runPipeline(instance, pixels, pipeline, task.seed)
        : runTile(instance, pixels, pipeline, task.seed, task.tile)
    const processedAt = performance.now()
    const format = task.format === 'keep' ? inputFormat : task.format
    const bytes =
      task.tile === undefined
        ? await encodeImage(processed, { format, quality: task.quality, timeoutMs })
        : encodeRawTiff(processed)
    const encodedAt = performance.now()
    return {
      bytes,
      widthPx: processed.widthPx,
      heightPx: processed.heightPx,
      pixelDigest: pixelDigest(processed),
      digest: byteDigest(bytes),
      decodeMs: decodedAt - startedAt,
      processMs: processedAt - decodedAt,
      encodeMs: encodedAt - processedAt,
    }
  } catch (error) {
    throw asMurmurationError(error)
  }
}

/** A tile comes as samples behind a header: nothing has to be decoded. */
async function decodeBody(
  { bytes, tile }: ImageTask,
  options: DecodeOptions,
): Promise<{ readonly format: ImageFormat; readonly pixels: Pixels }> {
  const shape = tile && rawTiffShape(bytes)
  if (shape !== undefined) {
    refuseTooLarge(shape, options.maxPixels)
    return { format: 'tif', pixels: parseRawTiff(bytes) }
  }
  const { header, pixels } = await decodeImage(bytes, options)
  return { format: header.format, pixels }
}
