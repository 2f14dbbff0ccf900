/**
 * Functions of single samples: the whole image is one row, of at least 16 samples. All go by 16 and end with a block that repeats
 * in part what the one before has done, so no result may lie where a source does.
 */

/** cv::subtract: `from - subtracted`, not below 0. */
export function difference(from: usize, subtracted: usize, to: usize, samples: i32): void {
  let x = 0
  while (true) {
    v128.store(to + x, i8x16.sub_sat_u(v128.load(from + x), v128.load(subtracted + x)))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/** cv::bitwise_not. */
export function invert(from: usize, to: usize, samples: i32): void {
  let x = 0
  for (; x < samples - 64; x += 64) {
    v128.store(to + x, v128.not(v128.load(from + x)))
    v128.store(to + x, v128.not(v128.load(from + x, 16)), 16)
    v128.store(to + x, v128.not(v128.load(from + x, 32)), 32)
    v128.store(to + x, v128.not(v128.load(from + x, 48)), 48)
  }
  while (true) {
    x = min(x, samples - 16)
    v128.store(to + x, v128.not(v128.load(from + x)))
    if (x === samples - 16) return
    x += 16
  }
}

function chosen(sample: v128, least: v128, kept: v128, value: v128, keptToo: v128, valueToo: v128): v128 {
  const isAbove = i8x16.eq(i8x16.max_u(sample, least), sample)
  const change = v128.and(v128.xor(v128.and(sample, keptToo), valueToo), isAbove)
  return v128.xor(v128.xor(v128.and(sample, kept), value), change)
}

/**
 * cv::threshold (OpenCV modules/imgproc/src/thresh.cpp). What is above `level`, which is below 255, becomes `above`, or stays; what
 * is not becomes `below`, or stays. Each is a byte and a mask, one of them 0: result = (sample & keep) ^ value.
 */
export function threshold(
  from: usize,
  to: usize,
  samples: i32,
  level: i32,
  above: i32,
  keepAbove: i32,
  below: i32,
  keepBelow: i32,
): void {
  const least = i8x16.splat(i8(level + 1))
  const kept = i8x16.splat(i8(keepBelow))
  const value = i8x16.splat(i8(below))
  // what is above differs from what is not by these
  const keptToo = i8x16.splat(i8(keepAbove ^ keepBelow))
  const valueToo = i8x16.splat(i8(above ^ below))
  let x = 0
  for (; x < samples - 64; x += 64) {
    const one = v128.load(from + x)
    const two = v128.load(from + x, 16)
    const three = v128.load(from + x, 32)
    const four = v128.load(from + x, 48)
    v128.store(to + x, chosen(one, least, kept, value, keptToo, valueToo))
    v128.store(to + x, chosen(two, least, kept, value, keptToo, valueToo), 16)
    v128.store(to + x, chosen(three, least, kept, value, keptToo, valueToo), 32)
    v128.store(to + x, chosen(four, least, kept, value, keptToo, valueToo), 48)
  }
  while (true) {
    x = min(x, samples - 16)
    v128.store(to + x, chosen(v128.load(from + x), least, kept, value, keptToo, valueToo))
    if (x === samples - 16) return
    x += 16
  }
}

/** Sixteen samples of four times four integers, cut off at 0 and 255. */
export function bytesOf(one: v128, two: v128, three: v128, four: v128): v128 {
  return i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(one, two), i16x8.narrow_i32x4_s(three, four))
}

/** Added to a float below 2^22 it leaves no digits behind the point: rounded half to even, in the low bits. */
const ROUNDING: f32 = 12582912

/** Rounds four floats to integers. */
export function rounded(value: v128): v128 {
  return i32x4.sub(f32x4.add(value, f32x4.splat(ROUNDING)), i32x4.splat(reinterpret<i32>(ROUNDING)))
}

function weighted(one: v128, other: v128, alpha: v128, beta: v128, gamma: v128): v128 {
  const sum = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(one), alpha), f32x4.mul(f32x4.convert_i32x4_s(other), beta))
  return rounded(f32x4.add(sum, gamma))
}

/** cv::addWeighted in single precision, in OpenCV's order: (one * alpha + other * beta) + gamma. */
export function addWeighted(
  one: usize,
  other: usize,
  to: usize,
  samples: i32,
  alpha: f32,
  beta: f32,
  gamma: f32,
): void {
  const alphas = f32x4.splat(alpha)
  const betas = f32x4.splat(beta)
  const gammas = f32x4.splat(gamma)
  let x = 0
  while (true) {
    const a = v128.load(one + x)
    const b = v128.load(other + x)
    const lowA = i16x8.extend_low_i8x16_u(a)
    const highA = i16x8.extend_high_i8x16_u(a)
    const lowB = i16x8.extend_low_i8x16_u(b)
    const highB = i16x8.extend_high_i8x16_u(b)
    v128.store(
      to + x,
      bytesOf(
        weighted(i32x4.extend_low_i16x8_u(lowA), i32x4.extend_low_i16x8_u(lowB), alphas, betas, gammas),
        weighted(i32x4.extend_high_i16x8_u(lowA), i32x4.extend_high_i16x8_u(lowB), alphas, betas, gammas),
        weighted(i32x4.extend_low_i16x8_u(highA), i32x4.extend_low_i16x8_u(highB), alphas, betas, gammas),
        weighted(i32x4.extend_high_i16x8_u(highA), i32x4.extend_high_i16x8_u(highB), alphas, betas, gammas),
      ),
    )
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}
