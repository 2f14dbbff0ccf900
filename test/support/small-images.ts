/** A folder of small images that all differ, in several formats. */

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { createRandom } from '../../src/base/random.ts'

const EXTENSIONS = ['png', 'jpg', 'webp', 'tif'] as const

export interface MadeImage {
  readonly path: string
  readonly widthPx: number
  readonly heightPx: number
}

export async function makeSmallImages(folder: string, count: number): Promise<MadeImage[]> {
  await mkdir(folder, { recursive: true })
  const made: MadeImage[] = []
  for (let index = 0; index < count; index++) {
    const random = createRandom(index)
    const widthPx = 40 + (index % 7) * 8
    const heightPx = 30 + (index % 5) * 6
    const samples = Buffer.from(Array.from({ length: widthPx * heightPx * 3 }, () => Math.floor(random.next() * 256)))
    const path = `image-${String(index).padStart(3, '0')}.${EXTENSIONS[index % EXTENSIONS.length]}`
    await sharp(samples, { raw: { width: widthPx, height: heightPx, channels: 3 } })
      .blur(2)
      .toFile(join(folder, path))
    made.push({ path, widthPx, heightPx })
  }
  return made
}
