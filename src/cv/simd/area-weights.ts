/** What a line's pixels cover, and with which shares, when cv::resize shrinks it with INTER_AREA (computeResizeAreaTab). */

/** Of each pixel of the result. */
export interface AreaWeights {
  /** Index of the first that it covers; the others follow. */
  readonly firsts: readonly number[]
  readonly counts: readonly number[]
  /** Of all that are covered, pixel after pixel; those of one sum up to 1. */
  readonly shares: readonly number[]
}

/** A covered part that is no larger is left out. */
const LEAST_PART = 1e-3

/** In OpenCV's order of operations. */
export function areaWeights(fromPx: number, toPx: number): AreaWeights {
  const scale = 1 / (toPx / fromPx)
  const firsts: number[] = []
  const counts: number[] = []
  const shares: number[] = []
  for (let index = 0; index < toPx; index++) {
    const begin = index * scale
    const end = begin + scale
    const width = Math.min(scale, fromPx - begin)
    const lastWhole = Math.min(Math.floor(end), fromPx - 1)
    const firstWhole = Math.min(Math.ceil(begin), lastWhole)
    const isPartBefore = firstWhole - begin > LEAST_PART
    const before = shares.length
    if (isPartBefore) shares.push((firstWhole - begin) / width)
    for (let whole = firstWhole; whole < lastWhole; whole++) shares.push(1 / width)
    if (end - lastWhole > LEAST_PART) shares.push(Math.min(Math.min(end - lastWhole, 1), width) / width)
    firsts.push(isPartBefore ? firstWhole - 1 : firstWhole)
    counts.push(shares.length - before)
  }
  return { firsts, counts, shares }
}
