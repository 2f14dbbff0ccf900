/** Tiles as rectangles: which part of an image a tile keeps, and how much more it has to see. Pure. */

/** In pixels of the whole image. */
export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly widthPx: number
  readonly heightPx: number
}

export interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

/** Tiles in rows from the top left; the last of a row and of a column may be smaller. */
export interface TileGrid extends Size {
  readonly sidePx: number
  readonly columns: number
  readonly rows: number
  readonly count: number
}

export function createGrid({ widthPx, heightPx }: Size, sidePx: number): TileGrid {
  const columns = Math.ceil(widthPx / sidePx)
  const rows = Math.ceil(heightPx / sidePx)
  return { widthPx, heightPx, sidePx, columns, rows, count: columns * rows }
}

/** What the tile of this index keeps: these rectangles cover the image without overlapping. */
export function coreOf(grid: TileGrid, index: number): Rectangle {
  const x = (index % grid.columns) * grid.sidePx
  const y = Math.floor(index / grid.columns) * grid.sidePx
  return {
    x,
    y,
    widthPx: Math.min(grid.sidePx, grid.widthPx - x),
    heightPx: Math.min(grid.sidePx, grid.heightPx - y),
  }
}

/**
 * The rectangle and `reachPx` around it, as far as the image goes: where it is cut its border is the image's own, and
 * anywhere else its border is further away from what is kept than any operation looks.
 */
export function withMargin(core: Rectangle, reachPx: number, { widthPx, heightPx }: Size): Rectangle {
  const x = Math.max(0, core.x - reachPx)
  const y = Math.max(0, core.y - reachPx)
  return {
    x,
    y,
    widthPx: Math.min(widthPx, core.x + core.widthPx + reachPx) - x,
    heightPx: Math.min(heightPx, core.y + core.heightPx + reachPx) - y,
  }
}

/** `inner` seen from the corner of `outer`. */
export const relativeTo = (inner: Rectangle, outer: Rectangle): Rectangle => ({
  ...inner,
  x: inner.x - outer.x,
  y: inner.y - outer.y,
})

/** A part of interleaved samples, in a buffer of its own. */
export function cropSamples(data: Uint8Array, widthPx: number, channels: number, part: Rectangle): Uint8Array {
  const rowBytes = part.widthPx * channels
  const result = new Uint8Array(rowBytes * part.heightPx)
  for (let row = 0; row < part.heightPx; row++) {
    const from = ((part.y + row) * widthPx + part.x) * channels
    result.set(data.subarray(from, from + rowBytes), row * rowBytes)
  }
  return result
}
