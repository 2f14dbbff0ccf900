/** Histograms of an image's samples, exact at any size. */

import type { Mat } from '../../scope.ts'

/** How many samples have each of 256 levels, channel by channel. */
export function countSamples(image: Mat): Uint32Array[] {
  const channels = image.channels()
  const { data } = image
  return Array.from({ length: channels }, (_, channel) => {
    const counts = new Uint32Array(256)
    for (let at = channel; at < data.length; at += channels) {
      const level = data[at] ?? 0
      counts[level] = (counts[level] ?? 0) + 1
    }
    return counts
  })
}

/** The sum of all samples that were counted, which is exact: it stays below 2^53. */
export const sumOf = (counts: Uint32Array): number => counts.reduce((sum, count, level) => sum + count * level, 0)

/** The darkest and the brightest level after `clipped` samples at each end are left out of account. */
export function rangeOf(counts: Uint32Array, clipped: number): { low: number; high: number } {
  const first = (levels: readonly number[]): number => {
    let seen = 0
    for (const level of levels) {
      seen += counts[level] ?? 0
      if (seen > clipped) return level
    }
    return levels.at(-1) ?? 0
  }
  const levels = [...counts.keys()]
  return { low: first(levels), high: first(levels.toReversed()) }
}
