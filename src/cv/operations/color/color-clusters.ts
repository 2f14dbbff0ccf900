/**
 * Few colors that stand for the many of an image: k-means over a sample of its pixels (OpenCV's, begun by k-means++ with the
 * step's seed). The sample is a regular grid, so the choice costs the same for images of every size.
 */

import type { Mat } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'

const SAMPLE_PIXELS = 16_384
/** K-means moves its centers at most this often, or until none moves by more than a tenth of a level. */
const ITERATIONS = 30
const MOVE_LEVELS = 0.1

/** Pixels on a regular grid over the image, at most about SAMPLE_PIXELS: one row of samples each. */
function sampled(image: Mat, { openCv: { cv }, scope }: OperationContext): Mat {
  const channels = image.channels()
  const step = Math.max(1, Math.ceil(Math.sqrt((image.rows * image.cols) / SAMPLE_PIXELS)))
  const values: number[] = []
  const { data } = image
  for (let y = 0; y < image.rows; y += step) {
    for (let x = 0; x < image.cols; x += step) {
      const at = (y * image.cols + x) * channels
      for (let channel = 0; channel < channels; channel++) values.push(data[at + channel] ?? 0)
    }
  }
  return scope.own(cv.matFromArray(values.length / channels, channels, cv.CV_32FC1, values))
}

export interface ColorClusters {
  /** Levels, one center after another, one for each of the image's channels. */
  readonly centers: Uint8Array
  /** Of each sampled pixel, the number of its center. */
  readonly labels: Int32Array
}

/** At most `colors` clusters of the image's colors. */
export function clusterColors(image: Mat, colors: number, context: OperationContext): ColorClusters {
  const { openCv, scope } = context
  const { cv } = openCv
  const samples = sampled(image, context)
  const labels = scope.mat()
  const centers = scope.mat()
  const criteria = new cv.TermCriteria(cv.TermCriteria_EPS + cv.TermCriteria_COUNT, ITERATIONS, MOVE_LEVELS)
  cv.kmeans(samples, Math.min(colors, samples.rows), labels, criteria, 1, cv.KMEANS_PP_CENTERS, centers)
  return { centers: Uint8Array.from(centers.data32F, (level) => Math.round(level)), labels: labels.data32S.slice() }
}
