/** Images of a simulated job: bytes that say what they are, and what an honest executor makes of them. */

import { hash } from 'node:crypto'
import { MurmurationError } from '../../src/base/errors.ts'
import type { ImageResult, ImageTask } from '../../src/cv/image-runner.ts'

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

/** Of every simulated job. */
export const JOB_SEED = 7

const HEADER = /^SIM (\w+) (\d+)x(\d+) work=([\d.]+) out=(\d+) /

export function sourceBytes(plan: ImagePlan): Buffer {
  if (plan.kind === 'empty') return Buffer.alloc(0)
  if (plan.kind === 'text') return Buffer.from(`dear diary, ${plan.path}`)
  const header = `SIM ${plan.kind} ${plan.widthPx}x${plan.heightPx} work=${plan.workMs} out=${plan.outputBytes} ${plan.path} `
  const bytes = Buffer.alloc(Math.max(plan.sizeBytes, header.length), plan.path.length)
  bytes.write(header)
  return bytes
}

export interface ReadImage {
  readonly kind: string
  readonly widthPx: number
  readonly heightPx: number
  readonly workMs: number
  readonly outputBytes: number
}

/** @throws MurmurationError ERR_NOT_AN_IMAGE */
export function readImage(bytes: Uint8Array): ReadImage {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 200)).toString('latin1')
  const match = HEADER.exec(text)
  if (!match) throw new MurmurationError('ERR_NOT_AN_IMAGE', 'expected an image, got something else')
  const [, kind = '', width, height, work, out] = match
  return { kind, widthPx: Number(width), heightPx: Number(height), workMs: Number(work), outputBytes: Number(out) }
}

/** The bytes that every honest peer makes of it; `by` signs the work of one that lies. */
export function outputOf(bytes: Uint8Array, seed: bigint, by = ''): Buffer {
  const text = `OUT ${hash('sha256', bytes)} seed=${seed} ${by}\n`
  const output = Buffer.alloc(Math.max(readImage(bytes).outputBytes, text.length), 1)
  output.write(text)
  return output
}

export function resultOf(task: ImageTask, tookMs: number, by = ''): ImageResult {
  const bytes = outputOf(task.bytes, task.seed, by)
  const digest = hash('sha256', bytes, 'buffer')
  const { widthPx, heightPx } = readImage(task.bytes)
  const times = { decodeMs: tookMs / 4, processMs: tookMs / 2, encodeMs: tookMs / 4 }
  return {
    bytes,
    widthPx,
    heightPx,
    digest,
    pixelDigest: hash('sha256', `pixels ${by} ${hash('sha256', bytes)}`, 'buffer'),
    ...times,
  }
}
