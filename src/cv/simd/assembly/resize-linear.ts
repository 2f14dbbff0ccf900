/**
 * cv::resize with INTER_LINEAR, or with INTER_AREA where that enlarges, 8-bit samples of one or three channels (OpenCV
 * modules/imgproc/src/resize.cpp, HResizeLinear and VResizeLinear). Weights are shares of 2048:
 *   row = sample * a + next * b, kept without its low 4 bits
 *   result = ((row * c >> 16) + (row below * d >> 16) + 2) >> 2
 * Rows stay below 2^15, so they are kept in 16 bits. Each is computed once and used for all results between it and its neighbours.
 */

/** Sums of gray, 16 bits, from the `places` (i32) of left neighbours and pairs of weights (i16); at least 8 `pixels`. */
export function blendOne(row: usize, places: usize, weights: usize, to: usize, pixels: i32): void {
  let x = 0
  while (true) {
    const at = places + (x << 2)
    let samples = i32x4.splat(0)
    samples = v128.load16_lane(row + load<i32>(at), samples, 0)
    samples = v128.load16_lane(row + load<i32>(at, 4), samples, 1)
    samples = v128.load16_lane(row + load<i32>(at, 8), samples, 2)
    samples = v128.load16_lane(row + load<i32>(at, 12), samples, 3)
    samples = v128.load16_lane(row + load<i32>(at, 16), samples, 4)
    samples = v128.load16_lane(row + load<i32>(at, 20), samples, 5)
    samples = v128.load16_lane(row + load<i32>(at, 24), samples, 6)
    samples = v128.load16_lane(row + load<i32>(at, 28), samples, 7)
    const pairs = weights + (x << 2)
    const low = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(samples), v128.load(pairs))
    const high = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(samples), v128.load(pairs, 16))
    v128.store(to + (x << 1), i16x8.narrow_i32x4_s(i32x4.shr_s(low, 4), i32x4.shr_s(high, 4)))
    if (x === pixels - 8) return
    x = min(x + 8, pixels - 8)
  }
}

/** Three channels of one pixel: reads eight bytes from its left neighbour on. */
function pixelOfThree(at: usize, weights: usize): v128 {
  const pairs = i8x16.swizzle(v128.load64_zero(at), i8x16(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1))
  return i32x4.shr_s(i32x4.dot_i16x8_s(pairs, v128.load32_splat(weights)), 4)
}

/** The same of RGB, at least 2 `pixels`. Writes one sample more, and reads two bytes behind the row. */
export function blendThree(row: usize, places: usize, weights: usize, to: usize, pixels: i32): void {
  let x = 0
  while (true) {
    const one = pixelOfThree(row + load<i32>(places + (x << 2)), weights + (x << 2))
    const two = pixelOfThree(row + load<i32>(places + (x << 2), 4), weights + (x << 2) + 4)
    const both = i16x8.narrow_i32x4_s(one, two)
    v128.store64_lane(to + 6 * x, both, 0)
    v128.store64_lane(to + 6 * x, both, 1, 6)
    if (x === pixels - 2) return
    x = min(x + 2, pixels - 2)
  }
}

function share(row: v128, weight: v128, below: v128, weightBelow: v128): v128 {
  const low = i32x4.add(
    i32x4.shr_s(i32x4.extmul_low_i16x8_s(row, weight), 16),
    i32x4.shr_s(i32x4.extmul_low_i16x8_s(below, weightBelow), 16),
  )
  const high = i32x4.add(
    i32x4.shr_s(i32x4.extmul_high_i16x8_s(row, weight), 16),
    i32x4.shr_s(i32x4.extmul_high_i16x8_s(below, weightBelow), 16),
  )
  return i16x8.shr_s(i16x8.add(i16x8.narrow_i32x4_s(low, high), i16x8.splat(2)), 2)
}

/** One row of results from two rows of sums, at least 16 `samples`. `weights` are two i16. */
export function blendRows(row: usize, below: usize, weights: usize, to: usize, samples: i32): void {
  const weight = v128.load16_splat(weights)
  const weightBelow = v128.load16_splat(weights, 2)
  let x = 0
  while (true) {
    const at = x << 1
    v128.store(
      to + x,
      i8x16.narrow_i16x8_u(
        share(v128.load(row + at), weight, v128.load(below + at), weightBelow),
        share(v128.load(row + at, 16), weight, v128.load(below + at, 16), weightBelow),
      ),
    )
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/**
 * @param width and `height` of the source: at least 2 wide; the result has at least 16 samples in a row
 * @param places of left neighbours in a row, i32 in bytes, at most that of the last pixel but one
 * @param weights two i16 for each pixel of a row
 * @param rows number of the row above each of the result's, i32, from -1 on
 * @param rowWeights two i16 for each of the result's rows
 * @param scratch a row of the source and 16 bytes, two of the result in 16 bits and 16 bytes each
 */
export function resizeLinear(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  channels: i32,
  toWidth: i32,
  toHeight: i32,
  places: usize,
  weights: usize,
  rows: usize,
  rowWeights: usize,
  scratch: usize,
): void {
  const bytes = width * channels
  const samples = toWidth * channels
  // behind the last row of the image lie bytes of somebody else: it is read here
  const lastRow = scratch
  memory.copy(lastRow, from + (height - 1) * bytes, bytes)
  let upper = scratch + ((bytes + 31) & ~15)
  let lower = upper + (((samples << 1) + 31) & ~15)
  let upperY = -1
  let lowerY = -1
  for (let y = 0; y < toHeight; y++) {
    const row = load<i32>(rows + (y << 2))
    const aboveY = min(max(row, 0), height - 1)
    const belowY = min(max(row + 1, 0), height - 1)
    if (aboveY === lowerY && aboveY !== upperY) {
      const other = upper
      upper = lower
      lower = other
      lowerY = upperY
      upperY = aboveY
    }
    if (aboveY !== upperY) {
      const at = aboveY === height - 1 ? lastRow : from + aboveY * bytes
      if (channels === 1) blendOne(at, places, weights, upper, toWidth)
      else blendThree(at, places, weights, upper, toWidth)
      upperY = aboveY
    }
    if (belowY !== upperY && belowY !== lowerY) {
      const at = belowY === height - 1 ? lastRow : from + belowY * bytes
      if (channels === 1) blendOne(at, places, weights, lower, toWidth)
      else blendThree(at, places, weights, lower, toWidth)
      lowerY = belowY
    }
    blendRows(upper, belowY === upperY ? upper : lower, rowWeights + (y << 2), to, samples)
    to += samples
  }
}
