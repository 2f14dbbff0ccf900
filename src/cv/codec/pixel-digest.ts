/**
 * The digest by which two peers, or two runs, see that they made the same image, whatever it was encoded as.
 *
 * It is a claim: nobody but the peer that made the samples ever sees them, and a liar who knows the right digest simply says
 * it. So it has to tell apart what honest peers made, and accidents, and for that a checksum does. A cryptographic hash would
 * add nothing and take a tenth of a large photo's time more (21 MB: 10.4 ms for SHA-256, 2.7 for this one; measured).
 */

import { checksum, type GrowingChecksum, startChecksum } from '../../base/checksum.ts'
import type { Pixels } from '../pixels.ts'

type Shape = Omit<Pixels, 'data'>

/**
 * The checksum of the ASCII text `WIDTHxHEIGHTxCHANNELS:8`, a zero byte, and the samples: CHECKSUM_BYTES. Raise DIGESTS
 * (version.ts) with any change.
 */
export const pixelDigest = ({ data, ...shape }: Pixels): Uint8Array => checksum(headOf(shape), data)

/** The same of samples that come one part after the other. */
export function startPixelDigest(shape: Shape): GrowingChecksum {
  const digest = startChecksum()
  digest.update(headOf(shape))
  return digest
}

const headOf = ({ widthPx, heightPx, channels }: Shape): Uint8Array =>
  new TextEncoder().encode(`${widthPx}x${heightPx}x${channels}:8\0`)
