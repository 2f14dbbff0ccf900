/**
 * The white things of a black and white image as OpenCV's connectedComponents finds them. Their numbers follow the scan
 * order of the image, so they are the same everywhere.
 */

import type { Mat } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'

export interface Components {
  /** One number per pixel (CV_32S); 0 is the background. */
  readonly labels: Mat
  /** Pixels of each component, by number; the first is the background. */
  readonly areasPx: Int32Array
}

/** @param binary one channel; everything but 0 is white */
export function findComponents(
  binary: Mat,
  connectivity: 4 | 8,
  { openCv: { cv }, scope }: OperationContext,
): Components {
  const labels = scope.mat()
  const stats = scope.mat()
  const centroids = scope.mat()
  const count = cv.connectedComponentsWithStats(binary, labels, stats, centroids, connectivity, cv.CV_32S)
  const areasPx = new Int32Array(count)
  const table = stats.data32S
  for (let label = 0; label < count; label++) areasPx[label] = table[label * stats.cols + AREA_COLUMN] ?? 0
  return { labels, areasPx }
}

/** CC_STAT_AREA. */
const AREA_COLUMN = 4
