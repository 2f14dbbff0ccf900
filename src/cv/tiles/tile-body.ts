/** What a tile's task is made of, on the coordinator's side: the rectangle to read, the spec, and edge maps below the pixels. */

import type { Joined } from './joins.ts'
import { coreOf, type Rectangle, type TileGrid, withMargin } from './rectangles.ts'
import type { TilePass } from './tile-plan.ts'
import type { TileSpec } from './tile-spec.ts'

const NO_BYTES = new Uint8Array(0)

export interface TileWork {
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
  return { seen, spec }
}

/** Puts the edge maps of earlier passes below a body's pixels, in every channel; `body` is zero there. */
export function stackEdgeMaps(body: Uint8Array, channels: number, seen: Rectangle, joined: readonly Joined[]): void {
  const partBytes = seen.widthPx * seen.heightPx * channels
  let part = 0
  for (const entry of joined) {
    if (entry.kind !== 'edges') continue
    part++
    const edges = entry.map.cut(seen)
    for (let at = 0; at < edges.length; at++) {
      if (edges[at] === 0) continue
      const to = part * partBytes + at * channels
      body.fill(255, to, to + channels)
    }
  }
}
