/**
 * cv::adaptiveThreshold (OpenCV modules/imgproc/src/thresh.cpp). OpenCV's Gaussian mean is one of floats, rounded half to even:
 * its sums (modules/imgproc/src/filter.simd.hpp, RowFilter and SymmColumnFilter) are repeated in their order.
 *   along a row: sum = w0 * s0; then sum = sum + wk * sk, from left to right
 *   down a column: sum = w0 * s0 + 0; then sum = sum + wk * (s+k + s-k), from the middle outwards
 * So do kernels of 7 pixels and more; for smaller ones OpenCV has code of its own. The border repeats the outermost pixels.
 */

import { REPLICATE, rowAddresses } from './border'
import { bytesOf, rounded } from './pointwise'

/** A row of bytes as floats, `radius` more on either side. */
export function floatRow(row: usize, width: i32, radius: i32, to: usize): void {
  const inner = to + (radius << 2)
  let x = 0
  while (true) {
    const samples = v128.load(row + x)
    const low = i16x8.extend_low_i8x16_u(samples)
    const high = i16x8.extend_high_i8x16_u(samples)
    const at = inner + (x << 2)
    v128.store(at, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low)))
    v128.store(at, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low)), 16)
    v128.store(at, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high)), 32)
    v128.store(at, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high)), 48)
    if (x === width - 16) break
    x = min(x + 16, width - 16)
  }
  const first = load<f32>(inner)
  const end = inner + (width << 2)
  const last = load<f32>(end - 4)
  for (let at = 0; at < radius << 2; at += 4) {
    store<f32>(to + at, first)
    store<f32>(end + at, last)
  }
}

/** One row of sums along it; `weights` are `size` f32. */
export function weighAlong(padded: usize, weights: usize, size: i32, to: usize, width: i32): void {
  const end = weights + (size << 2)
  let x = 0
  while (true) {
    let from = padded + (x << 2)
    let weight = v128.load32_splat(weights)
    let one = f32x4.mul(v128.load(from), weight)
    let two = f32x4.mul(v128.load(from, 16), weight)
    let three = f32x4.mul(v128.load(from, 32), weight)
    let four = f32x4.mul(v128.load(from, 48), weight)
    for (let at = weights + 4; at < end; at += 4) {
      from += 4
      weight = v128.load32_splat(at)
      one = f32x4.add(one, f32x4.mul(v128.load(from), weight))
      two = f32x4.add(two, f32x4.mul(v128.load(from, 16), weight))
      three = f32x4.add(three, f32x4.mul(v128.load(from, 32), weight))
      four = f32x4.add(four, f32x4.mul(v128.load(from, 48), weight))
    }
    const at = to + (x << 2)
    v128.store(at, one)
    v128.store(at, two, 16)
    v128.store(at, three, 32)
    v128.store(at, four, 48)
    if (x === width - 16) return
    x = min(x + 16, width - 16)
  }
}

function added(sum: v128, above: usize, below: usize, weight: v128): v128 {
  return f32x4.add(sum, f32x4.mul(f32x4.add(v128.load(below), v128.load(above)), weight))
}

/** One row of means from the sums of the rows at the `size` u32 of `table`. */
export function weighDown(table: usize, weights: usize, size: i32, to: usize, width: i32): void {
  const half = size >> 1
  const middle = table + (half << 2)
  let x = 0
  while (true) {
    let weight = v128.load32_splat(weights + (half << 2))
    const at = <usize>load<u32>(middle) + (x << 2)
    let one = f32x4.mul(v128.load(at), weight)
    let two = f32x4.mul(v128.load(at, 16), weight)
    let three = f32x4.mul(v128.load(at, 32), weight)
    let four = f32x4.mul(v128.load(at, 48), weight)
    for (let step = 4; step <= half << 2; step += 4) {
      const above = <usize>load<u32>(middle - step) + (x << 2)
      const below = <usize>load<u32>(middle + step) + (x << 2)
      weight = v128.load32_splat(weights + (half << 2) + step)
      one = added(one, above, below, weight)
      two = added(two, above + 16, below + 16, weight)
      three = added(three, above + 32, below + 32, weight)
      four = added(four, above + 48, below + 48, weight)
    }
    v128.store(to + x, bytesOf(rounded(one), rounded(two), rounded(three), rounded(four)))
    if (x === width - 16) return
    x = min(x + 16, width - 16)
  }
}

/** White where `from - mean` is above `level`, or, `isInverted`, where it is not. No result may lie where a mean does. */
export function compareToMean(
  from: usize,
  mean: usize,
  to: usize,
  samples: i32,
  level: i32,
  white: i32,
  isInverted: bool,
): void {
  const levels = i16x8.splat(i16(level))
  const whites = i8x16.splat(i8(white))
  const flips = i8x16.splat(isInverted ? -1 : 0)
  let x = 0
  while (true) {
    const samples16 = v128.load(from + x)
    const means = v128.load(mean + x)
    const low = i16x8.sub(i16x8.extend_low_i8x16_u(samples16), i16x8.extend_low_i8x16_u(means))
    const high = i16x8.sub(i16x8.extend_high_i8x16_u(samples16), i16x8.extend_high_i8x16_u(means))
    const isAbove = i8x16.narrow_i16x8_s(i16x8.gt_s(low, levels), i16x8.gt_s(high, levels))
    v128.store(to + x, v128.and(v128.xor(isAbove, flips), whites))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/**
 * @param weights `size` f32, at least 7
 * @param scratch `width` bytes, then f32: a row with its border, `size` rows, and `size` u32
 */
export function adaptiveGaussian(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  weights: usize,
  size: i32,
  level: i32,
  white: i32,
  isInverted: bool,
  scratch: usize,
): void {
  const half = size >> 1
  const mean = scratch
  const padded = (mean + width + 15) & ~15
  const sums = padded + ((width + size) << 2)
  const rowBytes = width << 2
  const table = sums + size * rowBytes
  let next = 0
  for (let y = 0; y < height; y++) {
    // sums of the image's rows take turns in a ring
    for (; next <= min(y + half, height - 1); next++) {
      floatRow(from + next * width, width, half, padded)
      weighAlong(padded, weights, size, sums + (next % size) * rowBytes, width)
    }
    rowAddresses(table, size, 0, 1, height, y - half, REPLICATE, 0)
    for (let at = table; at < table + (size << 2); at += 4) {
      store<u32>(at, u32(sums + (load<u32>(at) % size) * rowBytes))
    }
    weighDown(table, weights, size, mean, width)
    compareToMean(from + y * width, mean, to + y * width, width, level, white, isInverted)
  }
}
