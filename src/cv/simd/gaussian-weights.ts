/**
 * The 8.8 fixed point weights of cv::GaussianBlur for 8-bit images (OpenCV modules/imgproc/src/smooth.dispatch.cpp): a
 * normalised Gaussian times 256, each weight rounded with the error of those before it, and the middle one what is left of 256.
 *
 * OpenCV computes the Gaussian in software floating point, we with the engine's Math.exp, which may differ in the last bits.
 * The rounding hides that, except next to a tie: such a kernel (none was ever met) is left to OpenCV.
 */

const ONE = 256

/** Nearer to a tie than this, the last bits of a double could decide; they are worth about 1e-13 of a weight. */
const TIE_MARGIN = 1e-9

/** Kernels that OpenCV gives for small sizes without a sigma: their first half and middle, of 256. */
const WITHOUT_SIGMA: ReadonlyMap<number, readonly number[]> = new Map([
  [1, [256]],
  [3, [64, 128]],
  [5, [16, 64, 96]],
  [7, [8, 28, 56, 72]],
  [9, [4, 13, 30, 51, 60]],
])

/** Half to even, as cvRound. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}

/** The size that OpenCV gives a kernel of 8-bit images that has only a sigma. */
export const sizeOfSigma = (sigma: number): number => roundHalfEven(sigma * 6 + 1) | 1

/** `size` weights, which sum up to 256; undefined where only OpenCV can tell. */
export function gaussianWeights(size: number, sigma: number): readonly number[] | undefined {
  const half = size >> 1
  const first = (sigma <= 0 ? WITHOUT_SIGMA.get(size) : undefined) ?? roundedHalf(size, sigma)
  if (first === undefined || first.some((weight) => weight < 0)) return undefined
  return Array.from({ length: size }, (_, index) => first[half - Math.abs(index - half)] ?? 0)
}

function roundedHalf(size: number, sigma: number): readonly number[] | undefined {
  const half = size >> 1
  const width = sigma > 0 ? sigma : size * 0.15 + 0.35
  const scale = -0.125 / (width * width)
  const exact = Array.from({ length: half }, (_, index) => Math.exp((1 - size + 2 * index) ** 2 * scale))
  const total = 2 * exact.reduce((sum, value) => sum + value, 0) + 1
  const weights: number[] = []
  let error = 0
  let left = ONE
  for (const value of exact) {
    const wanted = (value * ONE) / total + error
    if (Math.abs(wanted - Math.floor(wanted) - 0.5) < TIE_MARGIN) return undefined
    const weight = Math.round(wanted)
    error = wanted - weight
    weights.push(weight)
    left -= 2 * weight
  }
  return [...weights, left]
}

/** The weights over their largest common power of two, and what they then sum up to. */
export function reduced(weights: readonly number[]): { readonly weights: readonly number[]; readonly total: number } {
  const bits = weights.reduce((all, weight) => all | weight, ONE)
  const factor = bits & -bits
  return { weights: weights.map((weight) => weight / factor), total: ONE / factor }
}
