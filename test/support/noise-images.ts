/** Images that no format makes much smaller. */

import { randomFillSync } from 'node:crypto'
import sharp from 'sharp'

/** Writes a square of coloured noise, another one each time; as PNG it has about 3 bytes a pixel. */
export async function makeNoise(file: string, sidePx: number): Promise<void> {
  const samples = randomFillSync(Buffer.alloc(sidePx * sidePx * 3))
  await sharp(samples, { raw: { width: sidePx, height: sidePx, channels: 3 } }).toFile(file)
}
