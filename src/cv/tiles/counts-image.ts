/** Counts on their way from a tile to the coordinator: an image of one row per plane, four bytes (little-endian) a level. */

import { MurmurationError } from '../../base/errors.ts'
import type { Pixels } from '../pixels.ts'

const LEVELS = 256
const ROW_BYTES = LEVELS * 4

export function imageOfCounts(counts: readonly Uint32Array[]): Pixels {
  const data = new Uint8Array(counts.length * ROW_BYTES)
  const view = new DataView(data.buffer)
  for (const [plane, levels] of counts.entries()) {
    for (const [level, count] of levels.entries()) view.setUint32(plane * ROW_BYTES + level * 4, count, true)
  }
  return { widthPx: ROW_BYTES, heightPx: counts.length, channels: 1, data }
}

/** @throws MurmurationError ERR_PROTOCOL when the image is none of counts */
export function countsOfImage({ widthPx, heightPx, channels, data }: Pixels): Uint32Array[] {
  if (widthPx !== ROW_BYTES || channels !== 1 || heightPx < 1 || heightPx > 3) {
    throw new MurmurationError(
      'ERR_PROTOCOL',
      `counts of a tile are expected as ${ROW_BYTES} x 1 to 3 gray pixels, got ${widthPx} x ${heightPx} x ${channels}`,
    )
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return Array.from({ length: heightPx }, (_, plane) =>
    Uint32Array.from({ length: LEVELS }, (_, level) => view.getUint32(plane * ROW_BYTES + level * 4, true)),
  )
}
