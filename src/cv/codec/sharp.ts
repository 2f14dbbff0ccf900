/**
 * The only place that touches sharp (libvips). Loaded at the first use: it costs 38 ms and 20 MB, which a command that
 * decodes nothing should not pay.
 *
 * Its settings are libvips' own and hold for the whole process, threads included:
 * - one libvips thread per image, because AVIF bytes differ between one and two, and because workers already fill the cores;
 * - no operation cache, which would only hold what is never asked for again;
 * - no loader but those of IMAGE_FORMATS. So an SVG, a PDF or a matrix text file can never reach a parser, and a JPEG with
 *   a gain map is read as the plain JPEG that it also is, on every peer alike. Only the first thread sees to that: between
 *   blocking all and allowing these, another one that decodes would be told that its image is none.
 *
 * Output is taken by `toBuffer()`. `toUint8Array()` would give buffers that can be transferred between threads, but in
 * 0.35.5 it never frees its native copy (measured: 3,000 decoded photos of 0.4 MB cost 1.25 GB). `toBuffer()` stays flat.
 */

import { createRequire } from 'node:module'
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import type sharpModule from 'sharp'
import { HARMLESS_VERDICTS, MAX_STRICT_DECODES } from '../../base/limits.ts'

export type Sharp = typeof sharpModule

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Tiff', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}`)

/** Handed on to the threads that are started from here: whether the loaders of this process are chosen. */
const LOADERS_CHOSEN = 'murmuration: loaders chosen'

let loaded: Sharp | undefined

/** To be called in a thread before it starts others that will. */
export function loadSharp(): Sharp {
  if (loaded === undefined) {
    const sharp: Sharp = createRequire(import.meta.url)('sharp')
    sharp.concurrency(1)
    sharp.cache(false)
    if (getEnvironmentData(LOADERS_CHOSEN) !== true) {
      sharp.block({ operation: ['VipsForeignLoad'] })
      sharp.unblock({ operation: LOADERS })
      setEnvironmentData(LOADERS_CHOSEN, true)
    }
    loaded = sharp
  }
  return loaded
}

/**
 * Runs `decode` so that it fails on whatever libvips warns of. Only so does it see that samples are missing: of a JPEG whose scan
 * ends too early it makes gray, of a lost tile of a TIFF black (8.18.7). What it also warns of where every sample is there is let
 * pass by decoding again.
 *
 * libvips' words belong to the whole process: another thread that ends its work just then deletes them, and one that fails puts its
 * own in their place. So it must complain of nothing but harmless things several times before that is believed.
 */
export async function decodeStrictly<T>(decode: (failOn: 'warning' | 'error') => Promise<T>): Promise<T> {
  let harmless = 0
  for (let attempt = 1; ; attempt++) {
    try {
      return await decode('warning')
    } catch (error) {
      const reasons = libvipsWords(error)
        .split('\n')
        .filter((line) => line !== '' && line !== ONLY_THAT_IT_WARNED)
      if (!reasons.every(isHarmless)) throw error
      if (reasons.length > 0) harmless++
      if (harmless === HARMLESS_VERDICTS) return await decode('error')
      if (attempt === MAX_STRICT_DECODES) throw error
    }
  }
}

/** Ends what libvips says where a warning was told before. */
const ONLY_THAT_IT_WARNED = 'Warning treated as error due to failOn setting'

/** About headers, or a few bytes behind the last sample; the last line is said of every warning of libtiff. */
const HARMLESS: readonly RegExp[] = [
  /Invalid SOS parameters for sequential JPEG$/,
  /Unknown Adobe color transform code \d+$/,
  /unknown JFIF revision number [\d.]+$/,
  /\b(\d|1[0-6]) extraneous bytes before marker 0xd9$/,
  /; tag ignored\.?$/,
  /^Bogus "StripByteCounts" field, ignoring and calculating from imagelength$/,
  /does not end in null byte/,
  // EXIF separates the photographer's copyright from the editor's so
  /contains null byte in value/,
  /not sorted in ascending order/,
  /^error in tile \d+ x \d+$/,
]

const isHarmless = (line: string): boolean => HARMLESS.some((words) => words.test(line))

/** All that libvips said, a line each. */
export const libvipsWords = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim()

/** The first line of what libvips said, short enough for a sentence; it never holds a path, as it sees buffers only. */
export function libvipsText(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line.trim().slice(0, 160)
}
