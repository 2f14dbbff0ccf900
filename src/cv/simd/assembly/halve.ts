/**
 * cv::resize to half of width and height with 8-bit samples, where INTER_AREA and INTER_LINEAR are the same (OpenCV
 * modules/imgproc/src/resize.cpp, ResizeAreaFastVec): result = (sum of four samples + 2) >> 2.
 */

function sumLow(one: v128, other: v128): v128 {
  return i16x8.add(i16x8.extend_low_i8x16_u(one), i16x8.extend_low_i8x16_u(other))
}

function sumHigh(one: v128, other: v128): v128 {
  return i16x8.add(i16x8.extend_high_i8x16_u(one), i16x8.extend_high_i8x16_u(other))
}

function quarter(sums: v128): v128 {
  return i16x8.shr_u(i16x8.add(sums, i16x8.splat(2)), 2)
}

/** Gray: 16 samples of the result at a time; `samples` of them, at least 16. */
export function halveOne(row: usize, below: usize, to: usize, samples: i32): void {
  let x = 0
  while (true) {
    const at = x << 1
    const low = i16x8.add(
      i16x8.extadd_pairwise_i8x16_u(v128.load(row + at)),
      i16x8.extadd_pairwise_i8x16_u(v128.load(below + at)),
    )
    const high = i16x8.add(
      i16x8.extadd_pairwise_i8x16_u(v128.load(row + at, 16)),
      i16x8.extadd_pairwise_i8x16_u(v128.load(below + at, 16)),
    )
    v128.store(to + x, i8x16.narrow_i16x8_u(quarter(low), quarter(high)))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/** Sums of two pairs of RGB pixels, one pair above the other: `pairs` brings together in `row` and `below` what belongs together. */
function sumPairs(row: v128, below: v128, pairs: v128): v128 {
  return i16x8.add(
    i16x8.extadd_pairwise_i8x16_u(i8x16.swizzle(row, pairs)),
    i16x8.extadd_pairwise_i8x16_u(i8x16.swizzle(below, pairs)),
  )
}

/** RGB: four pixels of the result at a time, from eight, which two registers share; at least 4 `pixels`. */
export function halveThree(row: usize, below: usize, to: usize, pixels: i32): void {
  const early = i8x16(0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11, -1, -1, -1, -1)
  const late = i8x16(4, 7, 5, 8, 6, 9, 10, 13, 11, 14, 12, 15, -1, -1, -1, -1)
  let x = 0
  while (true) {
    const at = 6 * x
    const low = sumPairs(v128.load(row + at), v128.load(below + at), early)
    const high = sumPairs(v128.load(row + at, 8), v128.load(below + at, 8), late)
    const halves = i8x16.narrow_i16x8_u(quarter(low), quarter(high))
    const bytes = i8x16.swizzle(halves, i8x16(0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, -1, -1, -1, -1))
    v128.store64_lane(to + 3 * x, bytes, 0)
    v128.store32_lane(to + 3 * x, bytes, 2, 8)
    if (x === pixels - 4) return
    x = min(x + 4, pixels - 4)
  }
}

/** RGBA: two pixels of the result at a time. */
export function halveFour(row: usize, below: usize, to: usize, pixels: i32): void {
  let x = 0
  while (true) {
    const one = v128.load(row + 8 * x)
    const other = v128.load(below + 8 * x)
    const low = sumLow(one, other)
    const high = sumHigh(one, other)
    const sums = i16x8.add(
      v128.shuffle<i16>(low, high, 0, 1, 2, 3, 8, 9, 10, 11),
      v128.shuffle<i16>(low, high, 4, 5, 6, 7, 12, 13, 14, 15),
    )
    const four = quarter(sums)
    v128.store64_lane(to + 4 * x, i8x16.narrow_i16x8_u(four, four), 0)
    if (x === pixels - 2) return
    x = min(x + 2, pixels - 2)
  }
}

/** @param width and `height` of the result: at least 16 samples wide */
export function halve(from: usize, to: usize, width: i32, height: i32, channels: i32): void {
  const samples = width * channels
  for (let y = 0; y < height; y++) {
    const below = from + 2 * samples
    if (channels === 1) halveOne(from, below, to, samples)
    else if (channels === 3) halveThree(from, below, to, width)
    else halveFour(from, below, to, width)
    from += 4 * samples
    to += samples
  }
}
