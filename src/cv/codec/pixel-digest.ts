/** The digest by which two peers, or two runs, see that they made the same image, whatever it was encoded as. */

import { createHash, hash } from 'node:crypto'
import type { Pixels } from '../pixels.ts'

/** SHA-256, 32 bytes, over the ASCII text `WIDTHxHEIGHTxCHANNELS:8`, a zero byte, and the samples. */
export function pixelDigest({ widthPx, heightPx, channels, data }: Pixels): Uint8Array {
  const digest = createHash('sha256').update(`${widthPx}x${heightPx}x${channels}:8\0`).update(data).digest()
  return new Uint8Array(digest)
}

/** SHA-256 of encoded bytes, 32 bytes. */
export const byteDigest = (bytes: Uint8Array): Uint8Array => new Uint8Array(hash('sha256', bytes, 'buffer'))
