/**
 * The only place that touches sharp (libvips). Loaded at the first use: it costs 38 ms and 20 MB, which a command that
 * decodes nothing should not pay.
 *
 * Its settings are libvips' own and hold for the whole process, threads included:
 * - one libvips thread per image, because AVIF bytes differ between one and two, and because workers already fill the cores;
 * - no operation cache, which would only hold what is never asked for again;
 * - no loader but those of IMAGE_FORMATS. So an SVG, a PDF or a matrix text file can never reach a parser, and a JPEG with
 *   a gain map is read as the plain JPEG that it also is, on every peer alike.
 *
 * Output is taken by `toBuffer()`. `toUint8Array()` would give buffers that can be transferred between threads, but in
 * 0.35.5 it never frees its native copy (measured: 3,000 decoded photos of 0.4 MB cost 1.25 GB). `toBuffer()` stays flat.
 */

import { createRequire } from 'node:module'
import type sharpModule from 'sharp'

export type Sharp = typeof sharpModule

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Tiff', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}`)

let loaded: Sharp | undefined

export function loadSharp(): Sharp {
  if (loaded === undefined) {
    const sharp: Sharp = createRequire(import.meta.url)('sharp')
    sharp.concurrency(1)
    sharp.cache(false)
    sharp.block({ operation: ['VipsForeignLoad'] })
    sharp.unblock({ operation: LOADERS })
    loaded = sharp
  }
  return loaded
}

/** The first line of what libvips said, short enough for a sentence; it never holds a path, as it sees buffers only. */
export function libvipsText(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line.trim().slice(0, 160)
}
