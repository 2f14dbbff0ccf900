/** Small images written down row by row, as a person would, and read back so. */

import { parsePipeline } from '../../src/cv/pipeline/parse-pipeline.ts'
import type { ChannelCount, Pixels } from '../../src/cv/pixels.ts'
import { runPipeline } from '../../src/cv/run-pipeline.ts'
import { testOpenCv } from './opencv-instance.ts'

/** A gray image: one number a pixel. */
export const grayRows = (...rows: readonly (readonly number[])[]): Pixels =>
  pixelsOf(
    1,
    rows.map((row) => row.map((value) => [value])),
  )

/** An rgb image: six hexadecimal digits a pixel, `ff0000 00ff00` a row; eight are rgba, four gray and alpha. */
export function hexRows(...rows: readonly string[]): Pixels {
  const samples = rows.map((row) => row.split(' ').map((pixel) => [...Buffer.from(pixel, 'hex')]))
  const channels = samples[0]?.[0]?.length ?? 0
  if (channels < 1 || channels > 4) throw new Error(`1 to 4 channels are expected, got ${channels}`)
  return pixelsOf(channels as ChannelCount, samples)
}

function pixelsOf(channels: ChannelCount, rows: readonly (readonly (readonly number[])[])[]): Pixels {
  const widthPx = rows[0]?.length ?? 0
  const data = Uint8Array.from(rows.flat(2))
  if (data.length !== widthPx * rows.length * channels) throw new Error('rows of equal length are expected')
  return { widthPx, heightPx: rows.length, channels, data }
}

/** The rows of a gray image. */
export function grayOf({ widthPx, heightPx, channels, data }: Pixels): number[][] {
  if (channels !== 1) throw new Error(`a gray image is expected, got one of ${channels} channels`)
  return Array.from({ length: heightPx }, (_, y) => [...data.subarray(y * widthPx, (y + 1) * widthPx)])
}

/** The rows of any image, pixels in hexadecimal. */
export const hexOf = ({ widthPx, heightPx, channels, data }: Pixels): string[] =>
  Array.from({ length: heightPx }, (_, y) =>
    Array.from({ length: widthPx }, (_, x) => {
      const at = (y * widthPx + x) * channels
      return Buffer.from(data.subarray(at, at + channels)).toString('hex')
    }).join(' '),
  )

/** The image after a pipeline, on the test file's shared instance. */
export const ran = async (text: string, image: Pixels, seed = 1n): Promise<Pixels> =>
  runPipeline(await testOpenCv(), image, parsePipeline(text), seed)
