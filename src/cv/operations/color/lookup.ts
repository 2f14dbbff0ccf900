/** Operations on each sample alone: what happens to each of 256 levels, computed once and looked up for every sample. */

import type { Mat } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'

/** A level for a level; what is given back is rounded (halves up) and clamped to 0 to 255. */
export type LevelMap = (level: number) => number

/** Rounded (halves up) and clamped. */
export const toLevel = (value: number): number => Math.max(0, Math.min(255, Math.round(value)))

/** Every sample of the image through one map, or each channel through its own. */
export function mapLevels(image: Mat, maps: LevelMap | readonly LevelMap[], { openCv, scope }: OperationContext): Mat {
  const { cv } = openCv
  const ofChannel = typeof maps === 'function' ? [maps] : maps
  const table = scope.matOf(1, 256, ofChannel.length === 1 ? cv.CV_8UC1 : cv.CV_8UC3)
  const { data } = table
  for (const [channel, map] of ofChannel.entries()) {
    for (let level = 0; level < 256; level++) data[level * ofChannel.length + channel] = toLevel(map(level))
  }
  const result = scope.mat()
  cv.LUT(image, table, result)
  return result
}

/**
 * base(level) ^ exponent for every level. OpenCV computes it: the last digit of Math.pow may differ between JavaScript
 * engines.
 */
export function powerCurve(
  base: (level: number) => number,
  exponent: number,
  { openCv: { cv }, scope }: OperationContext,
): Float64Array {
  const bases = scope.matOf(1, 256, cv.CV_64FC1)
  for (let level = 0; level < 256; level++) bases.data64F[level] = base(level)
  const powers = scope.mat()
  cv.pow(bases, exponent, powers)
  return powers.data64F.slice()
}
