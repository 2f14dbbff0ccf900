/**
 * One task from encoded bytes to encoded bytes: decode, OpenCV, encode. The encoding of data is canonical JSON, which takes the
 * place of the pixels in their digest too. Runs in a worker thread.
 */

import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { MAX_DATA_BYTES } from '../../base/limits.ts'
import { canonicalJson } from '../canonical-json.ts'
import { type DecodeOptions, decodeImage, refuseTooLarge } from '../codec/decode.ts'
import { type EncodeOptions, encodeImage } from '../codec/encode.ts'
import { readFrom } from '../codec/header.ts'
import { readImageMetadata } from '../codec/metadata.ts'
import { byteDigest, dataDigest, pixelDigest } from '../codec/pixel-digest.ts'
import { encodeRawTiff, parseRawTiff, rawTiffShape } from '../codec/raw-tiff.ts'
import type { ImageFormat } from '../formats.ts'
import type { ImageResult, ImageTask } from '../image-runner.ts'
import type { OpenCv } from '../opencv.ts'
import { parsePipeline } from '../pipeline/parse-pipeline.ts'
import type { DataPipeline, ImagePipeline, Pipeline } from '../pipeline/pipeline.ts'
import type { Pixels } from '../pixels.ts'
import { analyzeImage, runPipeline } from '../run-pipeline.ts'
import type { SampleMemory } from '../sample-memory.ts'
import { runTile } from '../tiles/run-tile.ts'
import { loadModel } from './load-model.ts'

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
  /** Where samples go, on their way in and, when OpenCV has them, on their way out. */
  readonly memoryFor: SampleMemory
}

/**
 * Runs one task. The result's buffers are its own and can be transferred.
 * @throws MurmurationError as of ImageRunner.run, but for ERR_CANCELLED
 */
export async function runImageTask(
  task: ImageTask,
  { openCv, timeoutMs, memoryFor }: ImageTaskOptions,
): Promise<ImageResult> {
  try {
    const pipeline = pipelineOf(task.pipeline)
    const startedAt = performance.now()
    const { format: inputFormat, pixels } = await decodeBody(task, { maxPixels: task.maxPixels, timeoutMs, memoryFor })
    const metadata = task.keepMetadata
      ? await readImageMetadata(task.bytes, inputFormat, readFrom(task.bytes))
      : undefined
    const instance = await openCv()
    const decodedAt = performance.now()
    await loadModel(instance, pipeline, task.modelFile)
    const { seed, quality, tile } = task
    const format = task.format === 'keep' ? inputFormat : task.format
    const answer =
      pipeline.kind === 'data'
        ? answerWithData(instance, pixels, pipeline, seed)
        : await answerWithImage(instance, pixels, pipeline, {
            ...{ seed, tile, memoryFor },
            ...{ format, quality, timeoutMs, metadata },
          })
    const encodedAt = performance.now()
    const { processedAt, ...result } = answer
    return {
      ...result,
      decodeMs: decodedAt - startedAt,
      processMs: processedAt - decodedAt,
      encodeMs: encodedAt - processedAt,
    }
  } catch (error) {
    throw asMurmurationError(error)
  }
}

type Answer = Omit<ImageResult, `${'decode' | 'process' | 'encode'}Ms`> & { readonly processedAt: number }

async function answerWithImage(
  openCv: OpenCv,
  pixels: Pixels,
  pipeline: ImagePipeline,
  {
    seed,
    tile,
    memoryFor,
    ...encoding
  }: EncodeOptions & Pick<ImageTask, 'seed' | 'tile'> & Pick<ImageTaskOptions, 'memoryFor'>,
): Promise<Answer> {
  const processed =
    tile === undefined
      ? runPipeline(openCv, pixels, pipeline, seed, memoryFor)
      : runTile(openCv, pixels, pipeline, seed, tile)
  const processedAt = performance.now()
  const bytes = tile === undefined ? await encodeImage(processed, encoding) : encodeRawTiff(processed)
  const { widthPx, heightPx } = processed
  return { bytes, widthPx, heightPx, pixelDigest: pixelDigest(processed), digest: byteDigest(bytes), processedAt }
}

function answerWithData(openCv: OpenCv, pixels: Pixels, pipeline: DataPipeline, seed: bigint): Answer {
  const { widthPx, heightPx, data } = analyzeImage(openCv, pixels, pipeline, seed)
  const processedAt = performance.now()
  const bytes = new TextEncoder().encode(canonicalJson(data))
  if (bytes.length > MAX_DATA_BYTES) {
    throw new MurmurationError(
      'ERR_OPERATION',
      `operation "${pipeline.analysis.operation.name}" is expected to answer with at most ${MAX_DATA_BYTES} bytes, got ${bytes.length}: ask for less`,
    )
  }
  return { bytes, widthPx, heightPx, pixelDigest: dataDigest(bytes), digest: byteDigest(bytes), processedAt }
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
