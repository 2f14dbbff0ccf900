/** What a pixel may be to Canny's hysteresis, and following edges within one tile. Eight neighbours count. */

/** Samples of the map that a collecting pass gives: 2 bits are enough for them. */
export const NO_EDGE = 0
/** Belongs to an edge if one is reached from outside the tile. */
export const WEAK_EDGE = 1
export const EDGE = 2

/**
 * The map of a tile: EDGE for everything connected with a strong pixel within the tile; WEAK_EDGE only where a part touches
 * the tile's border, beyond which it might go on.
 * @param weak 0 or not, row by row, as is `strong`
 */
export function followInTile(
  weak: Uint8Array,
  strong: Uint8Array,
  widthPx: number,
  heightPx: number,
): Uint8Array<ArrayBuffer> {
  const levels = new Uint8Array(weak.length)
  const reach = (level: number): ((at: number) => void) => {
    const stack: number[] = []
    const take = (at: number): void => {
      if (weak[at] === 0 || levels[at] !== NO_EDGE) return
      levels[at] = level
      stack.push(at)
    }
    return (start) => {
      take(start)
      for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
        const x = at % widthPx
        const left = x > 0 ? -1 : 0
        const right = x < widthPx - 1 ? 1 : 0
        const top = at >= widthPx ? -widthPx : 0
        const bottom = at < weak.length - widthPx ? widthPx : 0
        for (let row = top; row <= bottom; row += widthPx) {
          for (let column = left; column <= right; column++) take(at + row + column)
        }
      }
    }
  }
  const reachEdge = reach(EDGE)
  for (let at = 0; at < strong.length; at++) if (strong[at] !== 0) reachEdge(at)
  const reachWeak = reach(WEAK_EDGE)
  for (let x = 0; x < widthPx; x++) {
    reachWeak(x)
    reachWeak(weak.length - widthPx + x)
  }
  for (let y = 0; y < heightPx; y++) {
    reachWeak(y * widthPx)
    reachWeak((y + 1) * widthPx - 1)
  }
  return levels
}
