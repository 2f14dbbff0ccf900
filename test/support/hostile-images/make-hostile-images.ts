/** All hostile images, the same for one seed on every machine with this libvips. */

import { avifImages } from './avif-images.ts'
import { empty, flipped, misnamed, truncated } from './damaged.ts'
import { foreign } from './foreign.ts'
import { gifImages } from './gif-images.ts'
import type { HostileImage } from './hostile-image.ts'
import { jpegImages } from './jpeg-images.ts'
import { pngImages } from './png-images.ts'
import { makeSamples } from './samples.ts'
import { tiffImages } from './tiff-images.ts'
import { webpImages } from './webp-images.ts'

export const HOSTILE_SEED = 1

export async function makeHostileImages(seed = HOSTILE_SEED): Promise<HostileImage[]> {
  const samples = await makeSamples()
  return [
    ...truncated(samples),
    ...flipped(samples, seed),
    ...empty(samples, seed),
    ...misnamed(samples),
    ...(await pngImages(samples, seed)),
    ...(await jpegImages(samples, seed)),
    ...(await gifImages(samples)),
    ...(await tiffImages(samples, seed)),
    ...(await webpImages(samples, seed)),
    ...avifImages(samples, seed),
    ...foreign(),
  ]
}

export const fileNameOf = ({ name, extension }: HostileImage): string => `${name}.${extension}`
