/**
 * One body on its way in: chunks in order, without gaps, up to the announced size, and then the announced SHA-256. Memory
 * is taken at the first chunk, so an announcement that is never kept costs nothing.
 */

import { hash } from 'node:crypto'
import { MurmurationError } from '../base/errors.ts'
import { MAX_BODY_BYTES } from '../base/limits.ts'
import type { ChunkFrame } from '../protocol/messages.ts'

export interface BodyAssembler {
  /**
   * Takes the next chunk; its bytes are copied.
   * @throws MurmurationError ERR_PROTOCOL (out of order, more than announced), ERR_DIGEST (complete, but not the body that
   *   was announced)
   */
  add(chunk: Pick<ChunkFrame, 'offset' | 'bytes'>): 'more' | 'complete'
  /** The body, in memory of its own. Throws ERR_INTERNAL before it is complete. */
  bytes(): Uint8Array
}

/**
 * @throws MurmurationError ERR_LIMIT when more than MAX_BODY_BYTES are announced
 */
export function createBodyAssembler(announced: {
  readonly sizeBytes: number
  /** SHA-256, 32 bytes; undefined where whoever reads the body sees to it. */
  readonly digest: Uint8Array | undefined
}): BodyAssembler {
  const { sizeBytes, digest } = announced
  if (sizeBytes > MAX_BODY_BYTES) {
    throw new MurmurationError('ERR_LIMIT', `a body expects at most ${MAX_BODY_BYTES} bytes, got ${sizeBytes}`)
  }
  let body: Uint8Array | undefined
  let receivedBytes = 0
  let isComplete = false

  return {
    add({ offset, bytes }) {
      if (offset !== receivedBytes) {
        throw new MurmurationError('ERR_PROTOCOL', `a body expects its chunk at ${receivedBytes}, got one at ${offset}`)
      }
      const endBytes = offset + bytes.byteLength
      if (endBytes > sizeBytes || isComplete) {
        throw new MurmurationError('ERR_PROTOCOL', `a body expects ${sizeBytes} bytes in all, got at least ${endBytes}`)
      }
      body ??= new Uint8Array(sizeBytes)
      body.set(bytes, offset)
      receivedBytes = endBytes
      if (receivedBytes < sizeBytes) return 'more'
      if (digest && !hasDigest(body, digest)) {
        throw new MurmurationError(
          'ERR_DIGEST',
          `a body of ${sizeBytes} bytes expects the digest announced, got another`,
        )
      }
      isComplete = true
      return 'complete'
    },
    bytes() {
      if (body === undefined || !isComplete) {
        throw new MurmurationError('ERR_INTERNAL', `a body was read at ${receivedBytes} of ${sizeBytes} bytes`)
      }
      return body
    },
  }
}

/** Whether `digest` is the SHA-256 of these bytes. */
export const hasDigest = (bytes: Uint8Array, digest: Uint8Array): boolean =>
  hash('sha256', bytes, 'buffer').equals(digest)
