/**
 * libjpeg-turbo without libvips around it: of a photo of 0.15 MP libvips' own work is half the time of decoding and of encoding
 * (measured: 0.9 instead of 1.7 ms, 0.43 instead of 0.86 ms), of one of 7 MP a third and a sixth (27 instead of 43 ms, 22 instead of
 * 26 ms). The only place that touches @julusian/jpeg-turbo.
 *
 * It works on the thread that asks and cannot be interrupted, so it gets no image of more than MAX_TURBO_JPEG_PIXELS, and only
 * plain JPEGs (plain-jpeg.ts). It uses the fast cosine transform: samples differ by a few levels from libvips', so which
 * decoder an image gets depends on its bytes alone, and is part of pixelVersion.
 */

import { createRequire } from 'node:module'
import { MAX_KEPT_SAMPLE_BYTES, MAX_TURBO_JPEG_PIXELS } from '../../base/limits.ts'
import type { Pixels } from '../pixels.ts'
import { freshMemory } from '../sample-memory.ts'
import type { PlainJpeg } from './plain-jpeg.ts'
import { reusedMemory } from './reused-memory.ts'

type JpegTurbo = typeof import('@julusian/jpeg-turbo')

/** From here on the fast transform would lose more than the quality asked for. */
const MAX_QUALITY = 95

let loaded: JpegTurbo | 'missing' | undefined

/** Undefined on a machine for which the package has no binary; pixelVersion tells. */
function loadJpegTurbo(): JpegTurbo | undefined {
  try {
    loaded ??= createRequire(import.meta.url)('@julusian/jpeg-turbo') as JpegTurbo
  } catch {
    loaded = 'missing'
  }
  return loaded === 'missing' ? undefined : loaded
}

export const hasJpegTurbo = (): boolean => loadJpegTurbo() !== undefined

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/**
 * The samples of a plain JPEG. Undefined where it is not this decoder's: too large, or with anything that libjpeg complains
 * about (cut off, damaged): libvips says what is wrong with it, or that it is not.
 */
export function decodeWithTurbo(
  bytes: Uint8Array,
  { widthPx, heightPx, channels }: PlainJpeg,
  memoryFor = freshMemory,
): Pixels | undefined {
  const turbo = widthPx * heightPx <= MAX_TURBO_JPEG_PIXELS ? loadJpegTurbo() : undefined
  if (turbo === undefined) return undefined
  const data = memoryFor({ widthPx, heightPx, channels })
  const format = channels === 1 ? turbo.FORMAT_GRAY : turbo.FORMAT_RGB
  try {
    const { width, height } = turbo.decompressSync(asBuffer(bytes), asBuffer(data), { format })
    return width === widthPx && height === heightPx ? { widthPx, heightPx, channels, data } : undefined
  } catch {
    return undefined
  }
}

/** Where results are made: they are copied out, at the size that they have. */
const encodedMemory = reusedMemory(MAX_KEPT_SAMPLE_BYTES)

/**
 * A JPEG in a buffer of its own, colour at full resolution where `fullColour`. Undefined where it is not this encoder's: too
 * large, with alpha, or of a quality that the fast transform does not keep.
 */
export function encodeWithTurbo(
  { widthPx, heightPx, channels, data }: Pixels,
  { quality, fullColour }: { readonly quality: number; readonly fullColour: boolean },
): Uint8Array<ArrayBuffer> | undefined {
  const isOurs = quality <= MAX_QUALITY && widthPx * heightPx <= MAX_TURBO_JPEG_PIXELS
  const turbo = isOurs && (channels === 1 || channels === 3) ? loadJpegTurbo() : undefined
  if (turbo === undefined) return undefined
  const { FORMAT_GRAY, FORMAT_RGB, SAMP_420, SAMP_444, SAMP_GRAY } = turbo
  const subsampling = channels === 1 ? SAMP_GRAY : fullColour ? SAMP_444 : SAMP_420
  const size = { width: widthPx, height: heightPx, subsampling }
  const encoded = encodedMemory(turbo.bufferSize(size))
  const format = channels === 1 ? FORMAT_GRAY : FORMAT_RGB
  return new Uint8Array(turbo.compressSync(asBuffer(data), asBuffer(encoded), { format, ...size, quality }))
}
