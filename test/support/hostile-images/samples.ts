/** Small valid images, from which the damaged ones are made. */

import sharp, { type Sharp } from 'sharp'
import { IMAGE_FORMATS, type ImageFormat } from '../../../src/cv/formats.ts'

export const SAMPLE_WIDTH_PX = 64
export const SAMPLE_HEIGHT_PX = 48

export type Samples = Readonly<Record<ImageFormat, Buffer>>

const SHARP_NAMES = { jpg: 'jpeg', png: 'png', webp: 'webp', tif: 'tiff', gif: 'gif', avif: 'avif' } as const

/** With enough texture that no part of the file is idle. */
export function sampleImage(widthPx = SAMPLE_WIDTH_PX, heightPx = SAMPLE_HEIGHT_PX): Sharp {
  const samples = Buffer.alloc(widthPx * heightPx * 3)
  for (let index = 0; index < samples.length; index++) {
    const pixel = Math.floor(index / 3)
    const [x, y] = [pixel % widthPx, Math.floor(pixel / widthPx)]
    samples[index] = (x * 4 + y * (3 + (index % 3)) + ((x * y) % 11) * 9) % 256
  }
  return sharp(samples, { raw: { width: widthPx, height: heightPx, channels: 3 } })
}

export async function makeSamples(): Promise<Samples> {
  const made = await Promise.all(
    IMAGE_FORMATS.map(
      async (format) => [format, await sampleImage().toFormat(SHARP_NAMES[format]).toBuffer()] as const,
    ),
  )
  return Object.fromEntries(made) as Record<ImageFormat, Buffer>
}
