/**
 * cv::GaussianBlur of 8-bit samples (OpenCV modules/imgproc/src/smooth.simd.hpp, GaussianBlurFixedPoint).
 *
 * Both kernels are 8.8 fixed point and sum up to 256, so that nothing is rounded or saturated before the end:
 *   result = (sum over x, y of kx * ky * sample + 2^15) >> 16
 * The order of the two passes is therefore free. The vertical one comes first here: it reads rows where they are and needs
 * one row of 16-bit sums, at most 255 * 256. The horizontal one multiplies pairs of neighbours into 32 bits with
 * i32x4.dot_i16x8_s, which is signed: the sums are stored with their sign bit flipped, that is 2^15 less.
 *
 * Kernels whose common factors leave a total weight of at most 256 (3 and 5 pixels, sigma 0) fit into 16 bits all the way.
 */

import { inside, padRow, rowAddresses } from './border'
import { bytesOf } from './pointwise'

/** Flipping the sign took 2^15 from each sum, that is 2^15 * 256 from each weighted one; 2^15 rounds. */
const BIAS: i32 = (1 << 15) * 256 + (1 << 15)

/** One row of vertical sums, u16: `half` pairs of rows that share a weight, and the row between. */
export function sumRows(table: usize, weights: usize, size: i32, sums: usize, samples: i32, flip: i32): void {
  const half = size >> 1
  let x = 0
  const flips = i16x8.splat(i16(flip))
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
    v128.store(sums + (x << 1), v128.xor(low, flips))
    v128.store(sums + (x << 1), v128.xor(high, flips), 16)
    if (x === samples - 16) return
    // the last block ends with the row and repeats what the one before has done
    x = min(x + 16, samples - 16)
  }
}

/** One row of results from flipped sums; `pairs` holds `pairCount` times two weights, the last of them 0. */
export function sumPairs(sums: usize, pairs: usize, pairCount: i32, channels: i32, to: usize, samples: i32): void {
  const next = channels << 1
  let x = 0
  const bias = i32x4.splat(BIAS)
  while (true) {
    let one = bias
    let two = bias
    let three = bias
    let four = bias
    let at = sums + (x << 1)
    for (let pair = pairs, end = pairs + (pairCount << 2); pair < end; pair += 4) {
      const weights = v128.load32_splat(pair)
      let near = v128.load(at)
      let far = v128.load(at + next)
      one = i32x4.add(one, i32x4.dot_i16x8_s(v128.shuffle<i16>(near, far, 0, 8, 1, 9, 2, 10, 3, 11), weights))
      two = i32x4.add(two, i32x4.dot_i16x8_s(v128.shuffle<i16>(near, far, 4, 12, 5, 13, 6, 14, 7, 15), weights))
      near = v128.load(at, 16)
      far = v128.load(at + next, 16)
      three = i32x4.add(three, i32x4.dot_i16x8_s(v128.shuffle<i16>(near, far, 0, 8, 1, 9, 2, 10, 3, 11), weights))
      four = i32x4.add(four, i32x4.dot_i16x8_s(v128.shuffle<i16>(near, far, 4, 12, 5, 13, 6, 14, 7, 15), weights))
      at += next << 1
    }
    v128.store(
      to + x,
      bytesOf(i32x4.shr_u(one, 16), i32x4.shr_u(two, 16), i32x4.shr_u(three, 16), i32x4.shr_u(four, 16)),
    )
    if (x === samples - 16) return
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
 * @param weightsX `sizeX` u16, and one more that is 0; `weightsY` without it. Both sum up to 256, or, when `shift` is not 0,
 *   to powers of two whose product is 2^shift, at most 2^8
 * @param scratch rows of `(width + sizeX) * channels` u16, of `width * channels` bytes and of `sizeY` u32, in this order
 */
export function gaussian(
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
  const flip = shift === 0 ? 0x8000 : 0
  for (let y = 0; y < height; y++) {
    rowAddresses(table, sizeY, from, samples, height, y - (sizeY >> 1), border, zeros)
    sumRows(table, weightsY, sizeY, inner, samples, flip)
    // behind the row lies one pixel more than the kernel reaches: its weight is 0
    padSums(inner, width, channels, radiusX, border, flip)
    if (shift === 0) sumPairs(sums, weightsX, (sizeX + 1) >> 1, channels, to, samples)
    else sumShort(sums, weightsX, sizeX, channels, to, samples, shift)
    to += samples
  }
}

/** A constant border is 0, flipped as the sums are. */
function padSums(inner: usize, width: i32, channels: i32, radius: i32, border: i32, flip: i32): void {
  if (inside(-1, width, border) >= 0) {
    padRow(inner, width, channels << 1, radius, radius, border, 0)
    return
  }
  const end = inner + ((width * channels) << 1)
  for (let at = 0; at < radius * channels; at++) {
    store<u16>(inner - ((radius * channels) << 1) + (at << 1), u16(flip))
    store<u16>(end + (at << 1), u16(flip))
  }
}
