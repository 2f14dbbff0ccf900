/**
 * What the pool and its threads say to each other, in full. Both sides import this file, and both check what arrives:
 * a message gets its type by passing a parser below. Errors travel as code and sentence, because structuredClone strips
 * an error's class, name and code.
 */

import { type ErrorCode, isErrorCode, MurmurationError } from '../../base/errors.ts'
import { IMAGE_FORMATS, type OutputImageFormat } from '../formats.ts'
import type { ImageResult, ImageTask } from '../image-runner.ts'
import type { TileSpec } from '../tiles/tile-spec.ts'
import { isWasmModule, type WasmModule } from '../web-assembly.ts'

/** What one thread compiles for all. */
export interface CompiledModules {
  /** OpenCV. */
  readonly module: WasmModule
  /** The SIMD kernels; undefined where there are none. */
  readonly simdModule: WasmModule | undefined
}

/** `workerData` of a thread, in a process too. */
export interface ThreadStart {
  /** Compiled by an earlier thread; undefined for the first, which sends them back. */
  readonly modules: CompiledModules | undefined
  /** Uses the SIMD kernels. */
  readonly simd: boolean
  readonly lowPriority: boolean
  readonly taskTimeoutMs: number
}

/** Pool to thread: run this. One at a time; `task.bytes` is transferred. */
export interface RunMessage {
  readonly kind: 'run'
  readonly id: number
  readonly task: ImageTask
}

/** Worker to pool: OpenCV is loaded. */
export interface ReadyMessage {
  readonly kind: 'ready'
  /** Undefined from a process, which cannot send them. */
  readonly modules: CompiledModules | undefined
}

/** Thread to pool; the buffers of `result` are transferred. */
export interface DoneMessage {
  readonly kind: 'done'
  readonly id: number
  readonly result: ImageResult
}

export interface ThreadError {
  readonly code: ErrorCode
  readonly message: string
}

/** Thread to pool: the task failed. */
export interface FailedMessage {
  readonly kind: 'failed'
  readonly id: number
  readonly error: ThreadError
  /** The thread cannot be trusted any more and is to be replaced. */
  readonly isFatal: boolean
}

export type ThreadMessage = ReadyMessage | DoneMessage | FailedMessage

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0
const isDuration = (value: unknown): value is number => typeof value === 'number' && value >= 0
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array
const isFormat = (value: unknown): value is OutputImageFormat =>
  value === 'keep' || IMAGE_FORMATS.some((format) => format === value)

function malformed(what: string): MurmurationError {
  return new MurmurationError('ERR_INTERNAL', `${what} is expected to be one of thread-messages.ts, and is not`)
}

/** @throws MurmurationError ERR_INTERNAL */
export function parseThreadStart(value: unknown): ThreadStart {
  if (isFields(value)) {
    const { simd, lowPriority, taskTimeoutMs } = value
    const modules = value['modules'] === undefined ? undefined : parseModules(value['modules'])
    if (typeof simd === 'boolean' && typeof lowPriority === 'boolean' && isDuration(taskTimeoutMs)) {
      return { modules, simd, lowPriority, taskTimeoutMs }
    }
  }
  throw malformed("a worker thread's start data")
}

function parseModules(value: unknown): CompiledModules {
  if (isFields(value)) {
    const { module, simdModule } = value
    if (isWasmModule(module) && (simdModule === undefined || isWasmModule(simdModule))) return { module, simdModule }
  }
  throw malformed('compiled modules')
}

/** @throws MurmurationError ERR_INTERNAL */
export function parseRunMessage(value: unknown): RunMessage {
  if (!isFields(value)) throw malformed('a message to a worker thread')
  const { kind, id, task } = value
  if (kind === 'run' && isCount(id) && isFields(task)) {
    const { bytes, pipeline, seed, format, quality, maxPixels, keepMetadata = false, tile, modelFile } = task
    const isImage = isBytes(bytes) && typeof pipeline === 'string' && typeof seed === 'bigint' && isFormat(format)
    const isModelFile = modelFile === undefined || typeof modelFile === 'string'
    const areNumbers = isCount(quality) && isCount(maxPixels)
    if (isImage && isModelFile && areNumbers && typeof keepMetadata === 'boolean') {
      const known = { bytes, pipeline, seed, format, quality, maxPixels, keepMetadata }
      const image = modelFile === undefined ? known : { ...known, modelFile }
      return { kind, id, task: tile === undefined ? image : { ...image, tile: parseTile(tile) } }
    }
  }
  throw malformed('a message to a worker thread')
}

function parseTile(value: unknown): TileSpec {
  if (isFields(value) && isFields(value['keep'])) {
    const { x, y, fullWidthPx, fullHeightPx, collects, known } = value
    const { x: left, y: top, widthPx, heightPx } = value['keep']
    const isPlaced = isCount(x) && isCount(y) && isCount(fullWidthPx) && isCount(fullHeightPx)
    const isKept = isCount(left) && isCount(top) && isCount(widthPx) && isCount(heightPx)
    const isKnown = Array.isArray(known) && known.every(isBytes)
    if (isPlaced && isKept && isKnown && typeof collects === 'boolean') {
      return { x, y, fullWidthPx, fullHeightPx, keep: { x: left, y: top, widthPx, heightPx }, collects, known }
    }
  }
  throw malformed('a tile')
}

/** @throws MurmurationError ERR_INTERNAL */
export function parseThreadMessage(value: unknown): ThreadMessage {
  if (!isFields(value)) throw malformed('a message of a worker thread')
  const { kind, id, modules, result, error, isFatal } = value
  if (kind === 'ready') return { kind, modules: modules === undefined ? undefined : parseModules(modules) }
  if (kind === 'done' && isCount(id) && isFields(result)) return { kind, id, result: parseResult(result) }
  if (kind === 'failed' && isCount(id) && isFields(error) && typeof isFatal === 'boolean') {
    const { code, message } = error
    if (typeof code === 'string' && isErrorCode(code) && typeof message === 'string') {
      return { kind, id, error: { code, message }, isFatal }
    }
  }
  throw malformed('a message of a worker thread')
}

function parseResult(fields: Fields): ImageResult {
  const { bytes, widthPx, heightPx, pixelDigest, digest, decodeMs, processMs, encodeMs } = fields
  const isImage = isBytes(bytes) && isCount(widthPx) && isCount(heightPx) && isBytes(pixelDigest) && isBytes(digest)
  if (isImage && isDuration(decodeMs) && isDuration(processMs) && isDuration(encodeMs)) {
    return { bytes, widthPx, heightPx, pixelDigest, digest, decodeMs, processMs, encodeMs }
  }
  throw malformed("a worker thread's result")
}
