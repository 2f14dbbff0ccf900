/**
 * The photos of a race: JPEGs of one size, cut and put together from a few source photos, so that the repository need not carry
 * hundreds. The same sources give the same files.
 */

import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type OverlayOptions, type Sharp } from 'sharp'
import { createRandom, type Random } from '../../src/base/random.ts'

export interface PhotoSet {
  readonly name: string
  readonly count: number
  readonly widthPx: number
  readonly heightPx: number
  /** How many source photos lie side by side in each row and column: large photos keep the detail of real ones. */
  readonly patches: number
}

const QUALITY = 90
const SEED = 20_260_711

/** Writes the photos of a set into a new folder. */
export async function makePhotos(sources: string, set: PhotoSet, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const paths = readdirSync(sources)
    .filter((name) => /\.(jpe?g|png|webp|tiff?|avif)$/i.test(name))
    .sort()
    .map((name) => join(sources, name))
  if (paths.length === 0) throw new Error(`${sources} is expected to hold photos, and holds none`)
  const originals = await Promise.all(paths.map(async (path) => await sharp(path).rotate().removeAlpha().toBuffer()))
  const random = createRandom(SEED)
  const digits = String(set.count - 1).length
  for (let number = 0; number < set.count; number++) {
    const photo = await makePhoto(originals, set, random)
    // from here on a plain sRGB photo without a profile, as cameras and phones give them
    await photo
      .toColourspace('srgb')
      .jpeg({ quality: QUALITY, chromaSubsampling: '4:2:0' })
      .toFile(join(folder, `${String(number).padStart(digits, '0')}.jpg`))
  }
}

async function makePhoto(
  originals: readonly Buffer[],
  { widthPx, heightPx, patches }: PhotoSet,
  random: Random,
): Promise<Sharp> {
  const size = { width: Math.ceil(widthPx / patches), height: Math.ceil(heightPx / patches) }
  const parts: OverlayOptions[] = []
  for (let index = 0; index < patches * patches; index++) {
    const original = originals[Math.floor(random.next() * originals.length)] as Buffer
    const left = (index % patches) * size.width
    const top = Math.floor(index / patches) * size.height
    parts.push({ input: await cutPatch(original, size, random), left, top })
  }
  const whole = {
    width: size.width * patches,
    height: size.height * patches,
    channels: 3 as const,
    background: 'black',
  }
  const canvas = await sharp({ create: whole }).composite(parts).raw().toBuffer()
  return sharp(canvas, { raw: whole }).extract({ left: 0, top: 0, width: widthPx, height: heightPx })
}

/** A random part of a photo of the wanted shape, at least half as wide or high as the photo. */
async function cutPatch(
  original: Buffer,
  { width, height }: { readonly width: number; readonly height: number },
  random: Random,
): Promise<Buffer> {
  const { width: fullWidth, height: fullHeight } = await sharp(original).metadata()
  const largest = Math.min(fullWidth / width, fullHeight / height)
  const scale = largest * (0.5 + random.next() / 2)
  const part = { width: Math.floor(width * scale), height: Math.floor(height * scale) }
  return await sharp(original)
    .extract({
      left: Math.floor(random.next() * (fullWidth - part.width)),
      top: Math.floor(random.next() * (fullHeight - part.height)),
      ...part,
    })
    .flop(random.next() < 0.5)
    .resize(width, height, { fit: 'fill' })
    .toColourspace('srgb')
    .png({ compressionLevel: 1 })
    .toBuffer()
}
