/**
 * Tables of 256 levels, one for each plane, one after another: what counts of a whole image become for the tiles of it.
 * `equalizingTable` is OpenCV's equalizeHist to the last bit (single precision, halves to even), because the second pass
 * must give what the whole image would; a test compares the two.
 */

import type { Mat } from '../../scope.ts'
import { type LevelMap, mapLevels, toLevel } from '../color/lookup.ts'
import type { OperationContext } from '../operation.ts'

const LEVELS = 256

/** The table with which equalizeHist maps an image of these counts. */
export function equalizingTable(counts: Float64Array): Uint8Array {
  const table = new Uint8Array(LEVELS)
  const first = counts.findIndex((count) => count > 0)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const rest = total - (counts[first] ?? 0)
  if (first < 0 || rest === 0) return table.fill(Math.max(0, first))
  const scale = Math.fround((LEVELS - 1) / Math.fround(rest))
  let sum = 0
  for (let level = first + 1; level < LEVELS; level++) {
    sum += counts[level] ?? 0
    table[level] = Math.min(LEVELS - 1, roundHalfEven(Math.fround(Math.fround(sum) * scale)))
  }
  return table
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const excess = value - floor
  return excess > 0.5 || (excess === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}

/** One table after another. */
export function joinTables(tables: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(tables.length * LEVELS)
  for (const [index, table] of tables.entries()) joined.set(table, index * LEVELS)
  return joined
}

export const tableOfMap = (map: LevelMap): Uint8Array =>
  Uint8Array.from({ length: LEVELS }, (_, level) => toLevel(map(level)))

/** Every sample through the first table, or each channel through its own. */
export function applyTables(image: Mat, tables: Uint8Array, context: OperationContext): Mat {
  const maps = Array.from(
    { length: tables.length / LEVELS },
    (_, plane): LevelMap =>
      (level) =>
        tables[plane * LEVELS + level] ?? 0,
  )
  return mapLevels(image, maps, context)
}
