/**
 * Canny's two thresholds one by one. With both at the same value nothing is left to follow: what Canny draws are the pixels
 * that are largest across their edge and exceed it. Hysteresis is then the connected parts of the weak ones that hold a
 * strong one, which tiles can do with the help of their neighbours.
 */

import type { Mat } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'

interface CannyValues {
  readonly low: number
  readonly high: number
  readonly aperture: number
  readonly l2: boolean
}

/** Half the Sobel kernel, and one pixel across the edge. */
export const cannyReachPx = (aperture: number): number => (aperture - 1) / 2 + 1

/** 255 where an edge may go on, and where it may begin. */
export function weakAndStrong(
  gray: Mat,
  { low, high, aperture, l2 }: CannyValues,
  { openCv: { cv }, scope }: OperationContext,
): { readonly weak: Mat; readonly strong: Mat } {
  const drawnFrom = (threshold: number): Mat => {
    const result = scope.mat()
    cv.Canny(gray, result, threshold, threshold, aperture, l2)
    return result
  }
  return { weak: drawnFrom(Math.min(low, high)), strong: drawnFrom(Math.max(low, high)) }
}
