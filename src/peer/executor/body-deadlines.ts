/**
 * When a body that does not come is given up. Pure. Bodies of one coordinator come one behind the other, so an accepted task
 * whose body has not begun is not late while an earlier one is arriving: the clock of a stall restarts with every chunk of
 * the stream. What a slow drip would make endless has a second bound, from the bytes that lie ahead.
 */

import { BODY_STALL_MS, BODY_START_MS, MAX_CHUNK_BYTES } from '../../base/limits.ts'

/** The latest end of a body that is accepted now with `aheadBytes` (its own included) to come on its stream. */
export const bodyDueAtMs = (acceptedAtMs: number, aheadBytes: number): number =>
  acceptedAtMs + BODY_START_MS + Math.ceil(aheadBytes / MAX_CHUNK_BYTES) * BODY_STALL_MS

export interface AwaitedBody {
  readonly acceptedAtMs: number
  readonly bodyDueAtMs: number
}

/** When this body is given up unless another chunk comes; `lastChunkAtMs` is of any body of the same stream. */
export const givenUpAtMs = (body: AwaitedBody, lastChunkAtMs: number): number =>
  Math.min(body.bodyDueAtMs, Math.max(body.acceptedAtMs + BODY_START_MS, lastChunkAtMs + BODY_STALL_MS))

/** The first of `bodies` to be given up; undefined when none is awaited. */
export function firstGivenUpAtMs(bodies: Iterable<AwaitedBody>, lastChunkAtMs: number): number | undefined {
  let first: number | undefined
  for (const body of bodies) {
    const atMs = givenUpAtMs(body, lastChunkAtMs)
    if (first === undefined || atMs < first) first = atMs
  }
  return first
}
