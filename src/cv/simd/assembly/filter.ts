/**
 * cv::filter2D of 8-bit samples with kernels that OpenCV does not give to its Fourier transform (OpenCV
 * modules/imgproc/src/filter.simd.hpp, Filter2D): in single precision, in this order,
 *   sum = delta; for each weight that is not 0, row by row: sum = sum + weight * sample; rounded half to even, saturated.
 * Weights that are whole numbers and cannot leave 16 bits give the same in whole numbers, in any order.
 *
 * Larger kernels OpenCV gives to its Fourier transform, whose errors no other code repeats. The mean of an odd number n of
 * samples is the exception: it lies at least 1 / (2 n) from any tie, and both ways stay much nearer to it (measured for up to
 * 63 samples: at most 0.0001, less than a hundredth part), so that both are rounded to the same.
 */

import { inside, padRow } from './border'
import { bytesOf, rounded } from './pointwise'

/** One row from whole weights: `count` addresses at `table` and as many i16 at `weights`. */
export function weighShort(table: usize, weights: usize, count: i32, delta: i32, to: usize, samples: i32): void {
  const end = table + (count << 2)
  let x = 0
  while (true) {
    let low = i16x8.splat(i16(delta))
    let high = low
    let weightAt = weights
    for (let at = table; at < end; at += 4) {
      const sample = v128.load(<usize>load<u32>(at) + x)
      const weight = v128.load16_splat(weightAt)
      low = i16x8.add(low, i16x8.mul(i16x8.extend_low_i8x16_u(sample), weight))
      high = i16x8.add(high, i16x8.mul(i16x8.extend_high_i8x16_u(sample), weight))
      weightAt += 2
    }
    v128.store(to + x, i8x16.narrow_i16x8_u(low, high))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/** The same as numbers of 16 bits. */
export function weighWide(table: usize, weights: usize, count: i32, delta: i32, to: usize, samples: i32): void {
  const end = table + (count << 2)
  let x = 0
  while (true) {
    let low = i16x8.splat(i16(delta))
    let high = low
    let weightAt = weights
    for (let at = table; at < end; at += 4) {
      const sample = v128.load(<usize>load<u32>(at) + x)
      const weight = v128.load16_splat(weightAt)
      low = i16x8.add(low, i16x8.mul(i16x8.extend_low_i8x16_u(sample), weight))
      high = i16x8.add(high, i16x8.mul(i16x8.extend_high_i8x16_u(sample), weight))
      weightAt += 2
    }
    const at = to + (x << 1)
    v128.store(at, low)
    v128.store(at, high, 16)
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/** Numbers of 16 bits as floats. */
export function widen(from: usize, to: usize, samples: i32): void {
  let x = 0
  while (true) {
    const numbers = v128.load(from + (x << 1))
    const at = to + (x << 2)
    v128.store(at, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(numbers)))
    v128.store(at, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(numbers)), 16)
    if (x === samples - 8) return
    x = min(x + 8, samples - 8)
  }
}

function weighted(sum: v128, sample: v128, weight: v128): v128 {
  return f32x4.add(sum, f32x4.mul(f32x4.convert_i32x4_s(sample), weight))
}

/** One row from weights that are floats. */
export function weighFloat(table: usize, weights: usize, count: i32, delta: f32, to: usize, samples: i32): void {
  const end = table + (count << 2)
  let x = 0
  while (true) {
    let one = f32x4.splat(delta)
    let two = one
    let three = one
    let four = one
    let weightAt = weights
    for (let at = table; at < end; at += 4) {
      const sample = v128.load(<usize>load<u32>(at) + x)
      const weight = v128.load32_splat(weightAt)
      const low = i16x8.extend_low_i8x16_u(sample)
      const high = i16x8.extend_high_i8x16_u(sample)
      one = weighted(one, i32x4.extend_low_i16x8_u(low), weight)
      two = weighted(two, i32x4.extend_high_i16x8_u(low), weight)
      three = weighted(three, i32x4.extend_low_i16x8_u(high), weight)
      four = weighted(four, i32x4.extend_high_i16x8_u(high), weight)
      weightAt += 4
    }
    v128.store(to + x, bytesOf(rounded(one), rounded(two), rounded(three), rounded(four)))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/** Weights, and what the result is made of. */
const FLOATS_TO_BYTES: i32 = 0
const SHORTS_TO_BYTES: i32 = 1
const SHORTS_TO_SHORTS: i32 = 2

/**
 * @param form one of those above, or shorts to floats
 * @param points `count` pairs of i16, x and y from the kernel's upper left pixel
 * @param weights as many i16 or f32
 * @param scratch `count` u32, then `sizeY` rows of `(width + sizeX) * channels` bytes, then, for floats, `width * channels` i16
 */
export function filter(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  channels: i32,
  sizeX: i32,
  sizeY: i32,
  anchorX: i32,
  anchorY: i32,
  border: i32,
  form: i32,
  delta: f32,
  points: usize,
  weights: usize,
  count: i32,
  scratch: usize,
): void {
  const samples = width * channels
  const rowBytes = (width + sizeX) * channels
  const table = scratch
  const rows = table + (count << 2)
  const shorts = rows + sizeY * rowBytes
  let next = -anchorY
  for (let y = 0; y < height; y++) {
    const top = y - anchorY
    // rows of the image and of its border take turns in a ring
    for (; next < top + sizeY; next++) {
      const inner = rows + ((next + sizeY) % sizeY) * rowBytes + anchorX * channels
      const source = inside(next, height, border)
      if (source < 0) memory.fill(inner, 0, samples)
      else memory.copy(inner, from + source * samples, samples)
      padRow(inner, width, channels, anchorX, sizeX - 1 - anchorX, border, 0)
    }
    for (let index = 0; index < count; index++) {
      const x = <i32>load<i16>(points + (index << 2))
      const row = top + <i32>load<i16>(points + (index << 2), 2)
      store<u32>(table + (index << 2), u32(rows + ((row + sizeY) % sizeY) * rowBytes + x * channels))
    }
    if (form === FLOATS_TO_BYTES) {
      weighFloat(table, weights, count, delta, to, samples)
      to += samples
    } else if (form === SHORTS_TO_BYTES) {
      weighShort(table, weights, count, i32(delta), to, samples)
      to += samples
    } else if (form === SHORTS_TO_SHORTS) {
      weighWide(table, weights, count, i32(delta), to, samples)
      to += samples << 1
    } else {
      weighWide(table, weights, count, i32(delta), shorts, samples)
      widen(shorts, to, samples)
      to += samples << 2
    }
  }
}
