/**
 * Huge images of a simulated job: samples that follow from the image's path, what a worker makes of a tile of them, and what comes of
 * the whole. The plan is that of a real pipeline with a margin and two passes; the arithmetic stands for OpenCV's, and every sample
 * depends on its neighbours at the margin's end and on the counts of the whole image.
 */

import { hash } from 'node:crypto'
import { hashToUnit } from '../../src/base/random.ts'
import { encodeRawTiff, parseRawTiff } from '../../src/cv/codec/raw-tiff.ts'
import { parsePipeline } from '../../src/cv/index.ts'
import type { Pixels } from '../../src/cv/pixels.ts'
import { imageOfCounts } from '../../src/cv/tiles/counts-image.ts'
import { createJoin } from '../../src/cv/tiles/joins.ts'
import { createGrid, cropSamples, relativeTo, type Size } from '../../src/cv/tiles/rectangles.ts'
import { planTiles } from '../../src/cv/tiles/tile-plan.ts'
import type { TileSpec } from '../../src/cv/tiles/tile-spec.ts'
import type { ImagePlan } from './images.ts'

const PIPELINE = parsePipeline('gaussian:5 | equalize')
export const TILED_PIPELINE = PIPELINE.text
export const TILE_PLAN = planTiles(PIPELINE, { approximate: false })
const [COLLECTING, LAST] = TILE_PLAN.passes
if (COLLECTING?.collectsFor === undefined || LAST === undefined || LAST.reachPx === 0) {
  throw new Error(`"${TILED_PIPELINE}" is expected to have two passes and a margin`)
}
const STEP = COLLECTING.collectsFor
const REACH_PX = LAST.reachPx

/** Samples of good images are below these, which are somewhere in an image that ends its worker, or that an operation fails at. */
const LEVELS = 250
const MARKS = { poison: 254, broken: 253 } as const

/** Gray, row by row. */
export function samplesOf({ path, kind, widthPx, heightPx }: Omit<ImagePlan, 'sizeBytes'>): Uint8Array {
  const samples = new Uint8Array(widthPx * heightPx)
  let state = Math.floor(hashToUnit('samples', path) * 0x7fff_ffff)
  for (let at = 0; at < samples.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    samples[at] = (state >> 16) % LEVELS
  }
  if (kind === 'poison' || kind === 'broken') samples[samples.length >> 1] = MARKS[kind]
  return samples
}

export function kindOfTile(bytes: Uint8Array): ImagePlan['kind'] {
  const { data } = parseRawTiff(bytes)
  if (data.includes(MARKS.poison)) return 'poison'
  return data.includes(MARKS.broken) ? 'broken' : 'good'
}

/** In the grid of its image. */
export const tileIndexOf = ({ keep, fullWidthPx }: TileSpec, sidePx: number): number =>
  Math.floor(keep.y / sidePx) * Math.ceil(fullWidthPx / sidePx) + Math.floor(keep.x / sidePx)

/** What a worker makes of a tile; `by` signs the work of one that lies. */
export function tileOutput(bytes: Uint8Array, spec: TileSpec, by: string): Uint8Array {
  const body = parseRawTiff(bytes)
  const keep = relativeTo(spec.keep, { ...spec, ...body })
  if (spec.collects) {
    const counts = countsOf(cropSamples(body.data, body.widthPx, 1, keep))
    if (by !== '') counts[0] = (counts[0] ?? 0) + shiftOf(by)
    return encodeRawTiff(imageOfCounts([counts]))
  }
  const key = keyOf(spec.known) + shiftOf(by)
  const data = new Uint8Array(keep.widthPx * keep.heightPx)
  for (let row = 0; row < keep.heightPx; row++) {
    for (let column = 0; column < keep.widthPx; column++) {
      data[row * keep.widthPx + column] = sampleAt(body, keep.x + column, keep.y + row, key)
    }
  }
  return encodeRawTiff({ widthPx: keep.widthPx, heightPx: keep.heightPx, channels: 1, data })
}

/** What comes of the whole image without tiles: the same. */
export function wholeOutput(image: Omit<ImagePlan, 'sizeBytes'>, by = ''): Buffer {
  const { widthPx, heightPx } = image
  const whole: Pixels = { widthPx, heightPx, channels: 1, data: samplesOf(image) }
  const join = createJoin(STEP, createGrid(whole, Math.max(widthPx, heightPx)))
  join.take({ x: 0, y: 0, widthPx, heightPx }, imageOfCounts([countsOf(whole.data)]))
  const joined = join.finish()
  const key = keyOf(joined.kind === 'counts' ? [joined.known] : []) + shiftOf(by)
  const data = new Uint8Array(widthPx * heightPx)
  for (let at = 0; at < data.length; at++) data[at] = sampleAt(whole, at % widthPx, Math.floor(at / widthPx), key)
  return tiledFile(whole, data)
}

/** The output file of an image that was put together. */
export const tiledFile = ({ widthPx, heightPx }: Size, samples: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from(`TILED ${widthPx}x${heightPx}\n`), samples])

/** Depends on a sample, on those REACH_PX to its right and above, as far as the image goes, and on the whole image. */
function sampleAt({ widthPx, data }: Pixels, x: number, y: number, key: number): number {
  const right = Math.min(widthPx - 1, x + REACH_PX)
  const above = Math.max(0, y - REACH_PX)
  const own = data[y * widthPx + x] ?? 0
  return (own + 3 * (data[y * widthPx + right] ?? 0) + 5 * (data[above * widthPx + x] ?? 0) + key) & 0xff
}

function countsOf(samples: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256)
  for (const level of samples) counts[level] = (counts[level] ?? 0) + 1
  return counts
}

const keyOf = (known: readonly Uint8Array[]): number => hash('sha256', Buffer.concat(known), 'buffer')[0] ?? 0

/** Each liar shifts by an amount of its own, so that no two agree. */
const shiftOf = (by: string): number => (by === '' ? 0 : 1 + (by.charCodeAt(by.length - 1) % 200))
