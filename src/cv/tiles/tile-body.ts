/** What a tile's task is made of, on the coordinator's side: the rectangle to read, the spec, and edge maps below the pixels. */

import type { Pixels } from '../pixels.ts'
import type { Joined } from './joins.ts'
import { coreOf, type Rectangle, type TileGrid, withMargin } from './rectangles.ts'
import type { TilePass } from './tile-plan.ts'
import type { TileSpec } from './tile-spec.ts'

const NO_BYTES = new Uint8Array(0)

export interface TileWork {
  readonly index: number
  /** What is read of the image. */
  readonly seen: Rectangle
  readonly spec: TileSpec
}

export function tileWork(
  grid: TileGrid,
  index: number,
  { reachPx, collectsFor }: TilePass,
  joined: readonly Joined[],
): TileWork {
  const keep = coreOf(grid, index)
  const seen = withMargin(keep, reachPx, grid)
  const known = joined.map((entry) => (entry.kind === 'counts' ? entry.known : NO_BYTES))
  const spec = {
    x: seen.x,
    y: seen.y,
    fullWidthPx: grid.widthPx,
    fullHeightPx: grid.heightPx,
    keep,
    collects: collectsFor !== undefined,
    known,
  }
  return { index, seen, spec }
}

/** The pixels with the edge maps of earlier passes below them, in every channel. */
export function withEdgeMaps(pixels: Pixels, seen: Rectangle, joined: readonly Joined[]): Pixels {
  const maps = joined.flatMap((entry) => (entry.kind === 'edges' ? [entry.map] : []))
  if (maps.length === 0) return pixels
  const { widthPx, heightPx, channels, data } = pixels
  const stacked = new Uint8Array(data.length * (1 + maps.length))
  stacked.set(data)
  for (const [index, map] of maps.entries()) {
    const edges = map.cut(seen)
    const part = stacked.subarray((index + 1) * data.length, (index + 2) * data.length)
    for (let at = 0; at < edges.length; at++) {
      if (edges[at] !== 0) part.fill(255, at * channels, (at + 1) * channels)
    }
  }
  return { widthPx, heightPx: heightPx * (1 + maps.length), channels, data: stacked }
}
