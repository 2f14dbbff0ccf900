/**
 * cv::GaussianBlur of 8-bit samples with kernels whose common factors leave a total weight of at most 256 (3 and 5 pixels,
 * sigma 0): they fit into 16 bits all the way. What is rounded, and when, is as in gaussian.ts.
 */

import { padRow, rowAddresses } from './border'

/** One row of vertical sums, u16: `half` pairs of rows that share a weight, and the row between. */
export function sumRows(table: usize, weights: usize, size: i32, sums: usize, samples: i32): void {
  const half = size >> 1
  let x = 0
  while (true) {
    let weight = v128.load16_splat(weights + (half << 1))
    let sample = v128.load(<usize>load<u32>(table + (half << 2)) + x)
    let low = i16x8.mul(i16x8.extend_low_i8x16_u(sample), weight)
    let high = i16x8.mul(i16x8.extend_high_i8x16_u(sample), weight)
    let before = table
    let behind = table + ((size - 1) << 2)
    for (let at = weights, end = weights + (half << 1); at < end; at += 2) {
      weight = v128.load16_splat(at)
      sample = v128.load(<usize>load<u32>(before) + x)
      const other = v128.load(<usize>load<u32>(behind) + x)
      low = i16x8.add(
        low,
        i16x8.mul(i16x8.add(i16x8.extend_low_i8x16_u(sample), i16x8.extend_low_i8x16_u(other)), weight),
      )
      high = i16x8.add(
        high,
        i16x8.mul(i16x8.add(i16x8.extend_high_i8x16_u(sample), i16x8.extend_high_i8x16_u(other)), weight),
      )
      before += 4
      behind -= 4
    }
    v128.store(sums + (x << 1), low)
    v128.store(sums + (x << 1), high, 16)
    if (x === samples - 16) return
    // the last block ends with the row and repeats what the one before has done
    x = min(x + 16, samples - 16)
  }
}

/** One row of results from sums that stay within 16 bits. */
export function sumShort(
  sums: usize,
  weights: usize,
  size: i32,
  channels: i32,
  to: usize,
  samples: i32,
  shift: i32,
): void {
  const half = size >> 1
  const next = channels << 1
  const rounding = (1 << shift) >> 1
  let x = 0
  while (true) {
    let near = sums + (x << 1)
    let far = near + (size - 1) * next
    const middle = near + half * next
    let weight = v128.load16_splat(weights + (half << 1))
    let low = i16x8.add(i16x8.splat(i16(rounding)), i16x8.mul(v128.load(middle), weight))
    let high = i16x8.add(i16x8.splat(i16(rounding)), i16x8.mul(v128.load(middle, 16), weight))
    for (let at = weights, end = weights + (half << 1); at < end; at += 2) {
      weight = v128.load16_splat(at)
      low = i16x8.add(low, i16x8.mul(i16x8.add(v128.load(near), v128.load(far)), weight))
      high = i16x8.add(high, i16x8.mul(i16x8.add(v128.load(near, 16), v128.load(far, 16)), weight))
      near += next
      far -= next
    }
    v128.store(to + x, i8x16.narrow_i16x8_u(i16x8.shr_u(low, shift), i16x8.shr_u(high, shift)))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/**
 * @param weightsX `sizeX` u16, which sum up to a power of two as those of `weightsY` do; the product of both is 2^shift, at
 *   most 2^8
 * @param scratch rows of `(width + sizeX) * channels` u16, of `width * channels` bytes and of `sizeY` u32, in this order
 */
export function gaussianShort(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  channels: i32,
  weightsX: usize,
  sizeX: i32,
  weightsY: usize,
  sizeY: i32,
  border: i32,
  shift: i32,
  scratch: usize,
): void {
  const samples = width * channels
  const sums = scratch
  const zeros = sums + (((width + sizeX) * channels) << 1)
  const table = (zeros + samples + 3) & ~3
  memory.fill(zeros, 0, samples)
  const radiusX = sizeX >> 1
  const inner = sums + ((radiusX * channels) << 1)
  for (let y = 0; y < height; y++) {
    rowAddresses(table, sizeY, from, samples, height, y - (sizeY >> 1), border, zeros)
    sumRows(table, weightsY, sizeY, inner, samples)
    padRow(inner, width, channels << 1, radiusX, radiusX, border, 0)
    sumShort(sums, weightsX, sizeX, channels, to, samples, shift)
    to += samples
  }
}
