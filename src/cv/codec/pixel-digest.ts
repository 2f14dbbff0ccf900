/**
 * The digest by which two peers, or two runs, see that they made the same image, whatever it was encoded as.
 *
 * It is a claim: nobody but the peer that made the samples ever sees them, and a liar who knows the right digest simply says
 * it. So it has to tell apart what honest peers made, and accidents, and for that 128 bits of a checksum do. A cryptographic
 * hash would add nothing and take a tenth of a large photo's time more (21 MB: 10.4 ms for SHA-256, 2.7 for this one; measured).
 * The bytes of a result, which its receiver has, keep their SHA-256.
 *
 * Importing this file compiles the checksum's WebAssembly (10 ms of CPU): workers do it as they start, others when they need it.
 */

import { hash } from 'node:crypto'
import { createXXHash128 } from 'hash-wasm'
import type { Pixels } from '../pixels.ts'

type Shape = Omit<Pixels, 'data'>

/** Whoever uses it begins anew and ends before it returns. */
const checksum = await createXXHash128()

/**
 * XXH3 of 128 bits (xxHash's specification, 0.2.0; seed 0, its canonical order of bytes), 16 bytes, over the ASCII text
 * `WIDTHxHEIGHTxCHANNELS:8`, a zero byte, and the samples. Raise PIXEL_DIGEST (version.ts) with any change.
 */
export const pixelDigest = ({ data, ...shape }: Pixels): Uint8Array =>
  checksum.init().update(headOf(shape)).update(data).digest('binary')

/** Of data that stands in the place of pixels: over its bytes alone. */
export const dataDigest = (bytes: Uint8Array): Uint8Array => checksum.init().update(bytes).digest('binary')

/** The digest of samples that come one part after the other, while others may be under way. */
export interface GrowingPixelDigest {
  update(samples: Uint8Array): void
  /** As pixelDigest's; once. */
  digest(): Uint8Array
}

export async function startPixelDigest(shape: Shape): Promise<GrowingPixelDigest> {
  const own = (await createXXHash128()).init().update(headOf(shape))
  return {
    update: (samples) => void own.update(samples),
    digest: () => own.digest('binary'),
  }
}

const headOf = ({ widthPx, heightPx, channels }: Shape): string => `${widthPx}x${heightPx}x${channels}:8\0`

/** SHA-256 of encoded bytes, 32 bytes. */
export const byteDigest = (bytes: Uint8Array): Uint8Array => new Uint8Array(hash('sha256', bytes, 'buffer'))
