/** Images of a simulated job: bytes that say what they are, and what an honest executor makes of them. */

import { hash } from 'node:crypto'
import { MurmurationError } from '../../src/base/errors.ts'
import type { ImageResult, ImageTask } from '../../src/cv/image-runner.ts'
import { kindOfTile, TILED_PIPELINE, tileOutput, wholeOutput } from './tile-images.ts'

/**
 * good: has one right output. empty, text: no image, which the coordinator sees. missing: the file is gone. poison: kills its
 * worker every time. broken: an operation fails. huge: larger than any peer takes.
 */
export type ImageKind = 'good' | 'empty' | 'text' | 'missing' | 'poison' | 'broken' | 'huge'

export interface ImagePlan {
  readonly path: string
  readonly kind: ImageKind
  readonly sizeBytes: number
  readonly outputBytes: number
  readonly widthPx: number
  readonly heightPx: number
  /** On a peer of speed 1. */
  readonly workMs: number
}

/** What a job makes of its images: an image each, the large ones of them in tiles, or a line of data each. */
export type JobKind = 'images' | 'tiles' | 'data'

/** Only names: what a simulated worker does follows from its task. */
export const PIPELINES: Readonly<Record<JobKind, string>> = { images: 'edges', tiles: TILED_PIPELINE, data: 'stats' }

/** Of every simulated job. */
export const JOB_SEED = 7

const TILE_PX_PER_MS = 200

const HEADER = /^SIM (\w+) (\d+)x(\d+) work=([\d.]+) out=(\d+) (\S*) /

export function sourceBytes(plan: ImagePlan): Buffer {
  if (plan.kind === 'empty') return Buffer.alloc(0)
  if (plan.kind === 'text') return Buffer.from(`dear diary, ${plan.path}`)
  const header = `SIM ${plan.kind} ${plan.widthPx}x${plan.heightPx} work=${plan.workMs} out=${plan.outputBytes} ${plan.path} `
  const bytes = Buffer.alloc(Math.max(plan.sizeBytes, header.length), plan.path.length)
  bytes.write(header)
  return bytes
}

/** What an image file says of itself. @throws MurmurationError ERR_NOT_AN_IMAGE */
export function readImage(bytes: Uint8Array): Omit<ImagePlan, 'sizeBytes'> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 200)).toString('latin1')
  const match = HEADER.exec(text)
  if (!match) throw new MurmurationError('ERR_NOT_AN_IMAGE', 'expected an image, got something else')
  const [, kind = '', width, height, work, out, path = ''] = match
  return {
    path,
    kind: kind as ImageKind, // sourceBytes wrote it
    widthPx: Number(width),
    heightPx: Number(height),
    workMs: Number(work),
    outputBytes: Number(out),
  }
}

/** How a worker ends with a task, and how long that takes at speed 1. */
export function effortOf({ bytes, tile }: ImageTask): Pick<ImagePlan, 'kind' | 'workMs'> {
  if (tile === undefined) return readImage(bytes)
  return { kind: kindOfTile(bytes), workMs: 1 + (tile.keep.widthPx * tile.keep.heightPx) / TILE_PX_PER_MS }
}

/** The bytes that every honest peer makes of it; `by` signs the work of one that lies. */
export function outputOf(bytes: Uint8Array, seed: bigint, by = ''): Buffer {
  const text = `OUT ${hash('sha256', bytes)} seed=${seed} ${by}\n`
  const output = Buffer.alloc(Math.max(readImage(bytes).outputBytes, text.length), 1)
  output.write(text)
  return output
}

/** What every honest peer finds in it. */
export function dataOf(bytes: Uint8Array, seed: bigint, by = ''): object {
  const { outputBytes } = readImage(bytes)
  return { of: hash('sha256', bytes), seed: `${seed}`, by, filler: 'x'.repeat(outputBytes) }
}

/** A task's result; `by` signs the work of one that lies, who may name the right pixels all the same. */
export function resultOf(task: ImageTask, tookMs: number, by = '', hidesLies = false): ImageResult {
  const bytes = bytesFor(task, by)
  const named = hidesLies ? bytesFor(task, '') : bytes
  const { widthPx, heightPx } = task.tile?.keep ?? readImage(task.bytes)
  return {
    bytes,
    widthPx,
    heightPx,
    digest: hash('sha256', bytes, 'buffer'),
    pixelDigest: hash('sha256', Buffer.concat([Buffer.from('pixels '), named]), 'buffer').subarray(0, 16),
    decodeMs: tookMs / 4,
    processMs: tookMs / 2,
    encodeMs: tookMs / 4,
  }
}

function bytesFor({ bytes, seed, tile, pipeline }: ImageTask, by: string): Uint8Array {
  if (tile !== undefined) return tileOutput(bytes, tile, by)
  if (pipeline === PIPELINES.tiles) return wholeOutput(readImage(bytes), by)
  return pipeline === PIPELINES.data ? Buffer.from(JSON.stringify(dataOf(bytes, seed, by))) : outputOf(bytes, seed, by)
}
