/** One attempt on a worker: what goes in, and the frame that comes out. */

import { MurmurationError } from '../../base/errors.ts'
import { MAX_BODY_BYTES, MAX_INLINE_BODY_BYTES } from '../../base/limits.ts'
import type { ImageResult, ImageRunner } from '../../cv/image-runner.ts'
import type { FreshLoad, ResultFrame } from '../../protocol/messages.ts'
import { type Attempt, refOf } from './attempt.ts'
import { failureForStrangers, type WireFailure } from './failure-for-strangers.ts'

export type WorkOutcome =
  | { readonly kind: 'done'; readonly result: ImageResult }
  | { readonly kind: 'failed'; readonly failure: WireFailure }

const EMPTY_BODY = new Uint8Array(0)

/** Runs the attempt's task; never rejects. The body leaves the attempt: the worker may take its memory over. */
export async function workOn(
  runner: ImageRunner,
  attempt: Attempt,
  options: { readonly maxPixels: number; readonly signal: AbortSignal },
): Promise<WorkOutcome> {
  const { pipeline, seed, format, quality, keepMetadata, tile } = attempt.offer
  const bytes = attempt.body ?? EMPTY_BODY
  attempt.body = undefined
  try {
    const { modelFile } = attempt
    const { maxPixels, signal } = options
    const task = {
      bytes,
      pipeline,
      seed,
      format,
      quality,
      maxPixels,
      keepMetadata,
      ...(tile && { tile }),
      ...(modelFile !== undefined && { modelFile }),
    }
    const result = await runner.run(task, { signal })
    checkSize(result.bytes.byteLength)
    return { kind: 'done', result }
  } catch (error) {
    return { kind: 'failed', failure: failureForStrangers(error) }
  }
}

function checkSize(sizeBytes: number): void {
  if (sizeBytes >= 1 && sizeBytes <= MAX_BODY_BYTES) return
  throw new MurmurationError(
    'ERR_TOO_LARGE',
    `a result is expected to have between 1 and ${MAX_BODY_BYTES} bytes, got ${sizeBytes}`,
  )
}

export const isInline = (bytes: Uint8Array): boolean => bytes.byteLength <= MAX_INLINE_BODY_BYTES

export function resultFrame(attempt: Attempt, result: ImageResult, load: FreshLoad): ResultFrame {
  const { bytes, decodeMs, processMs, encodeMs, widthPx, heightPx, pixelDigest, digest } = result
  return {
    kind: 'result',
    ...refOf(attempt),
    stages: { queueMs: queueMsOf(attempt), delayMs: attempt.delayMs, decodeMs, processMs, encodeMs },
    widthPx,
    heightPx,
    pixelDigest,
    digest,
    sizeBytes: bytes.byteLength,
    body: isInline(bytes) ? bytes : EMPTY_BODY,
    load,
  }
}

/** From OFFER to the slot, without the time in which the body came. The sleep begins in the slot. */
export function queueMsOf({ offeredAtMs, acceptedAtMs, bodyCompleteAtMs, inSlotAtMs }: Attempt): number {
  return Math.max(0, acceptedAtMs - offeredAtMs) + Math.max(0, inSlotAtMs - bodyCompleteAtMs)
}
