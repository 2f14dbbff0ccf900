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
  while (true) {
    v128.store(to + x, v128.not(v128.load(from + x)))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/**
 * cv::threshold (OpenCV modules/imgproc/src/thresh.cpp). What is above `level` becomes `above`, or stays; what is not becomes
 * `below`, or stays. Each is a byte and a mask: result = (sample & keep) | value.
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
  const levels = i8x16.splat(i8(level))
  const aboves = i8x16.splat(i8(above))
  const belows = i8x16.splat(i8(below))
  const keptAbove = i8x16.splat(i8(keepAbove))
  const keptBelow = i8x16.splat(i8(keepBelow))
  let x = 0
  while (true) {
    const sample = v128.load(from + x)
    const isAbove = i8x16.gt_u(sample, levels)
    const high = v128.or(v128.and(sample, keptAbove), aboves)
    const low = v128.or(v128.and(sample, keptBelow), belows)
    v128.store(to + x, v128.bitselect(high, low, isAbove))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
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
      i8x16.narrow_i16x8_u(
        i16x8.narrow_i32x4_s(
          weighted(i32x4.extend_low_i16x8_u(lowA), i32x4.extend_low_i16x8_u(lowB), alphas, betas, gammas),
          weighted(i32x4.extend_high_i16x8_u(lowA), i32x4.extend_high_i16x8_u(lowB), alphas, betas, gammas),
        ),
        i16x8.narrow_i32x4_s(
          weighted(i32x4.extend_low_i16x8_u(highA), i32x4.extend_low_i16x8_u(highB), alphas, betas, gammas),
          weighted(i32x4.extend_high_i16x8_u(highA), i32x4.extend_high_i16x8_u(highB), alphas, betas, gammas),
        ),
      ),
    )
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}
