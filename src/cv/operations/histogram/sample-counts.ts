/** Histograms of an image's samples, exact at any size. */

import type { Mat } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'

/** Of one plane; those of many tiles together may pass 2^32. */
export type Counts = Uint32Array | Float64Array

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
export function sumOf(counts: Counts): number {
  let sum = 0
  for (const [level, count] of counts.entries()) sum += count * level
  return sum
}

export interface LevelRange {
  readonly low: number
  readonly high: number
}

/** The darkest and the brightest of all samples, without counting them. */
export function rangeOfSamples(image: Mat, { openCv: { cv }, scope }: OperationContext): LevelRange {
  const rowSamples = image.cols * image.channels()
  // the same samples as one channel: what minMaxLoc takes
  const samples = scope.own(new cv.Mat(image.rows, rowSamples, cv.CV_8UC1, image.data.byteOffset, rowSamples))
  const { minVal, maxVal } = cv.minMaxLoc(samples)
  return { low: minVal, high: maxVal }
}

/** The darkest and the brightest level after `clipped` samples at each end are left out of account. */
export function rangeOf(counts: Counts, clipped: number): LevelRange {
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
