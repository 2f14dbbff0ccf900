/**
 * One task from encoded bytes to encoded bytes: decode, OpenCV, encode. The encoding of data is canonical JSON, which takes the
 * place of the pixels in their digest too. Runs in a worker thread.
 */

import { checksum } from '../../base/checksum.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { MAX_DATA_BYTES } from '../../base/limits.ts'
import { canonicalJson } from '../canonical-json.ts'
import { type DecodeOptions, decodeImage, refuseTooLarge } from '../codec/decode.ts'
import { type EncodeOptions, encodeImage } from '../codec/encode.ts'
import { readFrom } from '../codec/header.ts'
import { readImageMetadata } from '../codec/metadata.ts'
import { pixelDigest } from '../codec/pixel-digest.ts'
import { encodeRawTiff, parseRawTiff, rawTiffShape } from '../codec/raw-tiff.ts'
import type { ImageFormat } from '../formats.ts'
import { HeapSamples } from '../heap-samples.ts'
import type { ImageResult, ImageTask } from '../image-runner.ts'
import type { OpenCv } from '../opencv.ts'
import { parsePipeline } from '../pipeline/parse-pipeline.ts'
import type { DataPipeline, ImagePipeline, Pipeline } from '../pipeline/pipeline.ts'
import type { Pixels } from '../pixels.ts'
import { analyzeInHeap, type LoadImage, runInHeap } from '../run-pipeline.ts'
import { freshMemory } from '../sample-memory.ts'
import { Scope } from '../scope.ts'
import { runTile } from '../tiles/run-tile.ts'
import { loadModel } from './load-model.ts'

/** A job's tasks all have one pipeline: the last one is kept parsed. */
let lastPipeline: { text: string; pipeline: Pipeline } | undefined

function pipelineOf(text: string): Pipeline {
  if (lastPipeline?.text !== text) lastPipeline = { text, pipeline: parsePipeline(text) }
  return lastPipeline.pipeline
}

export interface ImageTaskOptions {
  /** An OpenCV instance that is not spent, and that nothing else uses until the task has ended. */
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
    const instance = await openCv()
    await loadModel(instance, pipeline, task.modelFile)
    using images = new Scope(instance)
    const samples = new HeapSamples(images, instance)
    // tiles are put together and cut where JavaScript sees them
    const memoryFor = task.tile === undefined ? samples.memoryFor : freshMemory
    const { format: inputFormat, pixels } = await decodeBody(task, { maxPixels: task.maxPixels, timeoutMs, memoryFor })
    const metadata = task.keepMetadata
      ? await readImageMetadata(task.bytes, inputFormat, readFrom(task.bytes))
      : undefined
    const decodedAt = performance.now()
    const work = { images, instance, load: () => samples.planesOf(pixels), seed: task.seed }
    const format = task.format === 'keep' ? inputFormat : task.format
    const answer =
      pipeline.kind === 'data'
        ? answerWithData(work, pipeline)
        : await answerWithImage(work, pixels, pipeline, {
            tile: task.tile,
            ...{ format, quality: task.quality, timeoutMs, metadata },
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

/** What OpenCV is to work with. */
interface HeapWork {
  /** Owns what lies in OpenCV's heap until the result is encoded. */
  readonly images: Scope
  readonly instance: OpenCv
  readonly load: LoadImage
  readonly seed: bigint
}

async function answerWithImage(
  { images, instance, load, seed }: HeapWork,
  pixels: Pixels,
  pipeline: ImagePipeline,
  { tile, ...encoding }: EncodeOptions & Pick<ImageTask, 'tile'>,
): Promise<Answer> {
  const processed =
    tile === undefined
      ? runInHeap(images, instance, load, pipeline, seed)
      : runTile(instance, pixels, pipeline, seed, tile)
  const processedAt = performance.now()
  const bytes = tile === undefined ? await encodeImage(processed, encoding) : encodeRawTiff(processed)
  const { widthPx, heightPx } = processed
  return { bytes, widthPx, heightPx, pixelDigest: pixelDigest(processed), digest: checksum(bytes), processedAt }
}

function answerWithData({ images, instance, load, seed }: HeapWork, pipeline: DataPipeline): Answer {
  const { widthPx, heightPx, data } = analyzeInHeap(images, instance, load, pipeline, seed)
  const processedAt = performance.now()
  const bytes = new TextEncoder().encode(canonicalJson(data))
  if (bytes.length > MAX_DATA_BYTES) {
    throw new MurmurationError(
      'ERR_OPERATION',
      `operation "${pipeline.analysis.operation.name}" is expected to answer with at most ${MAX_DATA_BYTES} bytes, got ${bytes.length}: ask for less`,
    )
  }
  const digest = checksum(bytes)
  // a copy: both go to another thread with their buffers
  return { bytes, widthPx, heightPx, pixelDigest: digest.slice(), digest, processedAt }
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
