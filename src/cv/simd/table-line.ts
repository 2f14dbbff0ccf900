/**
 * Tables of 256 levels that are lines, cut off at 0 and 255: most that stretch or shift levels are. A line in whole numbers is
 * believed only when it gives all 256.
 *
 * A slope is wrong when one level needs more to be added to it than another one allows. Both then bound the slopes that can
 * be right, and the middle of those is tried next: a few rounds find a line, or that there is none.
 */

export interface Line {
  readonly factor: number
  readonly offset: number
  readonly shift: number
}

const MAX_INT = 2 ** 31 - 1
const SHIFT = 20
const LAST = 255
/** Products of samples with steeper slopes may not fit into 32 bits. */
const MAX_SLOPE = MAX_INT / 2 ** SHIFT / LAST / 2
const MAX_ROUNDS = 40

interface Bound {
  readonly level: number
  readonly offset: number
}

/** The line with `(level * factor + offset) >> shift` for every level of the table, within 0 to 255; undefined without one. */
export function lineOf(table: Uint8Array): Line | undefined {
  let [low, high] = [-MAX_SLOPE, MAX_SLOPE]
  let slope = startOf(table)
  for (let round = 0; round < MAX_ROUNDS && low < high; round++) {
    const factor = Math.round(slope * 2 ** SHIFT)
    const { least, most } = boundsOf(table, factor)
    if (least.offset <= most.offset) {
      const offset = Math.round((least.offset + most.offset) / 2)
      const fits = Math.abs(factor) * LAST + Math.abs(offset) <= MAX_INT
      return fits ? { factor, offset, shift: SHIFT } : undefined
    }
    const distance = least.level - most.level
    const bound = ((table[least.level] ?? 0) - (table[most.level] ?? 0) - 1) / distance
    if (distance > 0) low = Math.max(low, bound)
    else high = Math.min(high, bound)
    slope = (low + high) / 2
  }
  return undefined
}

/** From the last of the first levels that are the same to the first of the last. */
function startOf(table: Uint8Array): number {
  const first = Math.max(
    0,
    table.findIndex((value, level) => value !== table[level + 1]),
  )
  const last = table.findLastIndex((value, level) => value !== table[level - 1])
  const slope = last > first ? ((table[last] ?? 0) - (table[first] ?? 0)) / (last - first) : 0
  return Math.max(-MAX_SLOPE, Math.min(MAX_SLOPE, slope))
}

/** Between which offsets every level comes out, and which levels say so. What is cut off is bounded on one side only. */
function boundsOf(table: Uint8Array, factor: number): { readonly least: Bound; readonly most: Bound } {
  let least: Bound = { level: 0, offset: -Infinity }
  let most: Bound = { level: 0, offset: Infinity }
  for (const [level, value] of table.entries()) {
    const needed = value * 2 ** SHIFT - level * factor
    const allowed = needed + 2 ** SHIFT - 1
    if (value > 0 && needed > least.offset) least = { level, offset: needed }
    if (value < LAST && allowed < most.offset) most = { level, offset: allowed }
  }
  return { least, most }
}
