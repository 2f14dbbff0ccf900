/** Images for tests: those of data/images, and small ones made on the spot. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { decodeImage } from '../../src/cv/codec/decode.ts'
import type { ChannelCount, Pixels } from '../../src/cv/pixels.ts'

export const SAMPLE_FOLDER = join(import.meta.dirname, '../../data/images')

export const readSample = (name: string): Uint8Array => new Uint8Array(readFileSync(join(SAMPLE_FOLDER, name)))

export async function decodeSample(name: string): Promise<Pixels> {
  const { pixels } = await decodeImage(readSample(name), { maxPixels: 50_000_000, timeoutMs: 60_000 })
  return pixels
}

/** Smooth gradients with some texture, different in every channel; alpha too. */
export function gradient(widthPx: number, heightPx: number, channels: ChannelCount): Pixels {
  const data = new Uint8Array(widthPx * heightPx * channels)
  for (let index = 0; index < data.length; index++) {
    const pixel = Math.floor(index / channels)
    const [x, y, channel] = [pixel % widthPx, Math.floor(pixel / widthPx), index % channels]
    data[index] = Math.floor((x * (3 + channel) + y * (5 - channel) + ((x * y) % 7) * 4) % 256)
  }
  return { widthPx, heightPx, channels, data }
}

/** The same value everywhere. */
export function flat(widthPx: number, heightPx: number, channels: ChannelCount, value: number): Pixels {
  return { widthPx, heightPx, channels, data: new Uint8Array(widthPx * heightPx * channels).fill(value) }
}

/** A sharp image of raw samples, for encoding in ways that our own encoder does not offer. */
export const sharpOf = ({ data, widthPx, heightPx, channels }: Pixels): Sharp =>
  sharp(data, { raw: { width: widthPx, height: heightPx, channels } })

/** Sample of one channel at one place. */
export function sampleAt({ data, widthPx, channels }: Pixels, x: number, y: number, channel = 0): number {
  const value = data[(y * widthPx + x) * channels + channel]
  if (value === undefined) throw new Error(`no sample at ${x}, ${y}`)
  return value
}

/** A rectangle of an image. */
export function cutOut(image: Pixels, left: number, top: number, widthPx: number, heightPx: number): Pixels {
  const rowBytes = widthPx * image.channels
  const data = new Uint8Array(rowBytes * heightPx)
  for (let y = 0; y < heightPx; y++) {
    const start = ((top + y) * image.widthPx + left) * image.channels
    data.set(image.data.subarray(start, start + rowBytes), y * rowBytes)
  }
  return { widthPx, heightPx, channels: image.channels, data }
}
