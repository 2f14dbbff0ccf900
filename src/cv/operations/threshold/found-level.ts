/**
 * The levels that Otsu's method (1979) and the triangle algorithm (Zack, 1977) find in a histogram, to the last bit as
 * OpenCV's `threshold` finds them (double precision, the first of equals): of a huge image only the histogram is in one place. A
 * test compares them.
 */

/** Below this share one of Otsu's two classes counts as empty: FLT_EPSILON. */
const EMPTY_SHARE = 2 ** -23

/** 256 counts; the level above which a sample belongs to the bright class, with the largest variance between both classes. */
export function otsuLevel(counts: Float64Array): number {
  let total = 0
  let mean = 0
  for (const [level, count] of counts.entries()) {
    total += count
    mean += level * count
  }
  const share = 1 / total
  mean *= share
  let best = { level: 0, variance: 0 }
  let [darkShare, darkMean] = [0, 0]
  for (const [level, count] of counts.entries()) {
    const ofLevel = count * share
    darkMean *= darkShare
    darkShare += ofLevel
    const brightShare = 1 - darkShare
    const isOneEmpty =
      Math.min(darkShare, brightShare) < EMPTY_SHARE || Math.max(darkShare, brightShare) > 1 - EMPTY_SHARE
    if (isOneEmpty) continue
    darkMean = (darkMean + level * ofLevel) / darkShare
    const brightMean = (mean - darkShare * darkMean) / brightShare
    const variance = darkShare * brightShare * (darkMean - brightMean) * (darkMean - brightMean)
    if (variance > best.variance) best = { level, variance }
  }
  return best.level
}

/**
 * 256 counts; from the peak a line goes down to the farther end of the histogram, and the level lies where this is farthest
 * below it. From -1 to 256.
 */
export function triangleLevel(counts: Float64Array): number {
  const last = counts.length - 1
  const first = counts.findIndex((count) => count > 0)
  const darkEnd = Math.max(0, first - 1)
  const brightest = counts.findLastIndex((count) => count > 0)
  const brightEnd = Math.min(last, Math.max(0, brightest) + 1)
  const peak = counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0))
  // seen from the bright end where that is farther away
  const isTurned = peak - darkEnd < brightEnd - peak
  const countAt = (at: number): number => counts[isTurned ? last - at : at] ?? 0
  const end = isTurned ? last - brightEnd : darkEnd
  const top = isTurned ? last - peak : peak
  let farthest = { at: end, distance: 0 }
  for (let at = end + 1; at <= top; at++) {
    const distance = countAt(top) * at + (end - top) * countAt(at)
    if (distance > farthest.distance) farthest = { at, distance }
  }
  return isTurned ? last - (farthest.at - 1) : farthest.at - 1
}
