/**
 * cv::GaussianBlur of 8-bit samples (OpenCV modules/imgproc/src/smooth.simd.hpp, GaussianBlurFixedPoint).
 *
 * Both kernels are 8.8 fixed point and sum up to 256, so that nothing is rounded or saturated before the end:
 *   result = (sum over x, y of kx * ky * sample + 2^15) >> 16
 * The order of the two passes is therefore free. The horizontal one comes first here: its sums, at most 255 * 256, fit into 16
 * bits. The vertical one multiplies pairs of rows into 32 bits with i32x4.dot_i16x8_s, which is signed: so samples are taken
 * 128 less, from -128 to 127, and the sums are 128 * 256 = 2^15 less.
 *
 * Rows go through both passes in pairs, sample by sample: 0 of the upper row, 0 of the lower one, 1 of the upper one, … For the
 * horizontal pass that is a row of twice as many channels, and its sums lie as the vertical pass multiplies them. Each
 * pair of sums read makes two rows of results, with the weights moved on by one.
 *
 * There are two horizontal passes. One adds samples of equal weight and then multiplies. The other one, where WebAssembly has
 * relaxed SIMD and no weight exceeds 127, multiplies couples of neighbours with i16x8.relaxed_dot_i8x16_i7x16_s, half the
 * operations. What is relaxed in it never happens here: machines differ in how they read a second operand beyond 7
 * bits, and in sums of two products beyond 16; ours are at most 128 * (127 + 127) = 32512 away from 0.
 *
 * The image is worked on in strips of columns, so that the sums of all rows that the kernel reaches stay in the cache.
 */

import { inside } from './border'
import { bytesOf } from './pointwise'

/** The sums lack 2^15 each, that is 2^15 * 256 in each weighted sum of them; 2^15 rounds. */
const BIAS: i32 = (1 << 15) * 256 + (1 << 15)

function firstHalves(one: v128, other: v128): v128 {
  return v128.shuffle<i8>(one, other, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
}

function secondHalves(one: v128, other: v128): v128 {
  return v128.shuffle<i8>(one, other, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
}

/** `count` samples of two rows, less 128 and taking turns; at least 16. */
export function interleave(upper: usize, lower: usize, to: usize, count: i32): void {
  // flips the top bit, which takes 128
  const flips = i8x16.splat(-128)
  let x = 0
  while (true) {
    const one = v128.xor(v128.load(upper + x), flips)
    const other = v128.xor(v128.load(lower + x), flips)
    v128.store(to + (x << 1), firstHalves(one, other))
    v128.store(to + (x << 1), secondHalves(one, other), 16)
    if (x === count - 16) return
    // the last block ends with the row and repeats what the one before has done
    x = min(x + 16, count - 16)
  }
}

/** Adds to `sum` eight products of a weight and two samples, which lie side by side. */
function weighted(sum: v128, samples: v128, weight: v128): v128 {
  return i16x8.add(sum, i16x8.mul(i16x8.extadd_pairwise_i8x16_s(samples), weight))
}

/**
 * Horizontal sums, i16: pairs of samples that share a weight, and the one between. `step` is from pixel to pixel.
 * Goes by 32 and so reads and writes up to 31 samples more than `samples`.
 */
export function sumAlong(row: usize, weights: usize, size: i32, step: i32, sums: usize, samples: i32): void {
  const half = size >> 1
  const end = weights + (half << 1)
  const reach = (size - 1) * step
  const middle = v128.load16_splat(end)
  for (let x = 0; x < samples; x += 32) {
    let near = row + x
    let far = near + reach
    const between = near + half * step
    let one = i16x8.mul(v128.load_ext<i8>(between), middle)
    let two = i16x8.mul(v128.load_ext<i8>(between, 8), middle)
    let three = i16x8.mul(v128.load_ext<i8>(between, 16), middle)
    let four = i16x8.mul(v128.load_ext<i8>(between, 24), middle)
    for (let at = weights; at < end; at += 2) {
      const weight = v128.load16_splat(at)
      let here = v128.load(near)
      let there = v128.load(far)
      one = weighted(one, firstHalves(here, there), weight)
      two = weighted(two, secondHalves(here, there), weight)
      here = v128.load(near, 16)
      there = v128.load(far, 16)
      three = weighted(three, firstHalves(here, there), weight)
      four = weighted(four, secondHalves(here, there), weight)
      near += step
      far -= step
    }
    const at = sums + (x << 1)
    v128.store(at, one)
    v128.store(at, two, 16)
    v128.store(at, three, 32)
    v128.store(at, four, 48)
  }
}

/** Each sample next to the one a pixel of `step` behind. Goes by 16 and so reads and writes for up to 15 more than `samples`. */
export function coupleAlong(row: usize, step: i32, couples: usize, samples: i32): void {
  for (let x = 0; x < samples; x += 16) {
    const one = v128.load(row + x)
    const other = v128.load(row + x + step)
    v128.store(couples + (x << 1), firstHalves(one, other))
    v128.store(couples + (x << 1), secondHalves(one, other), 16)
  }
}

/** Adds to `sum` eight couples of samples, each times its couple of weights. */
function weightedCouples(sum: v128, couples: v128, weights: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i16x8.add(sum, i16x8.relaxed_dot_i8x16_i7x16_s(couples, weights))
  return sum
}

/**
 * The same sums as of `sumAlong`, from couples of samples; `weights` holds `count` couples of bytes. Goes by 64 and so reads and
 * writes for up to 63 samples more than `samples`. Not for a module without relaxed SIMD.
 */
export function sumCouples(couples: usize, weights: usize, count: i32, step: i32, sums: usize, samples: i32): void {
  const end = weights + (count << 1)
  const next = step << 2
  for (let x = 0; x < samples; x += 64) {
    let one = i16x8.splat(0)
    let two = one
    let three = one
    let four = one
    let five = one
    let six = one
    let seven = one
    let eight = one
    let at = couples + (x << 1)
    for (let weightAt = weights; weightAt < end; weightAt += 2) {
      const weight = v128.load16_splat(weightAt)
      one = weightedCouples(one, v128.load(at), weight)
      two = weightedCouples(two, v128.load(at, 16), weight)
      three = weightedCouples(three, v128.load(at, 32), weight)
      four = weightedCouples(four, v128.load(at, 48), weight)
      five = weightedCouples(five, v128.load(at, 64), weight)
      six = weightedCouples(six, v128.load(at, 80), weight)
      seven = weightedCouples(seven, v128.load(at, 96), weight)
      eight = weightedCouples(eight, v128.load(at, 112), weight)
      at += next
    }
    const to = sums + (x << 1)
    v128.store(to, one)
    v128.store(to, two, 16)
    v128.store(to, three, 32)
    v128.store(to, four, 48)
    v128.store(to, five, 64)
    v128.store(to, six, 80)
    v128.store(to, seven, 96)
    v128.store(to, eight, 112)
  }
}

/**
 * Two rows of results from `count` rows of pairs of sums, `stride` apart; `weights` holds for each the two weights for the
 * upper result and the two for the lower one. The upper result is written last.
 */
export function sumDown(
  sums: usize,
  stride: i32,
  weights: usize,
  count: i32,
  upper: usize,
  lower: usize,
  samples: i32,
): void {
  const bias = i32x4.splat(BIAS)
  const end = weights + (count << 3)
  let x = 0
  while (true) {
    let one = bias
    let two = bias
    let three = bias
    let four = bias
    let five = bias
    let six = bias
    let seven = bias
    let eight = bias
    let at = sums + (x << 2)
    for (let weightAt = weights; weightAt < end; weightAt += 8) {
      const above = v128.load32_splat(weightAt)
      const below = v128.load32_splat(weightAt, 4)
      let pairs = v128.load(at)
      one = i32x4.add(one, i32x4.dot_i16x8_s(pairs, above))
      five = i32x4.add(five, i32x4.dot_i16x8_s(pairs, below))
      pairs = v128.load(at, 16)
      two = i32x4.add(two, i32x4.dot_i16x8_s(pairs, above))
      six = i32x4.add(six, i32x4.dot_i16x8_s(pairs, below))
      pairs = v128.load(at, 32)
      three = i32x4.add(three, i32x4.dot_i16x8_s(pairs, above))
      seven = i32x4.add(seven, i32x4.dot_i16x8_s(pairs, below))
      pairs = v128.load(at, 48)
      four = i32x4.add(four, i32x4.dot_i16x8_s(pairs, above))
      eight = i32x4.add(eight, i32x4.dot_i16x8_s(pairs, below))
      at += stride
    }
    v128.store(
      lower + x,
      bytesOf(i32x4.shr_u(five, 16), i32x4.shr_u(six, 16), i32x4.shr_u(seven, 16), i32x4.shr_u(eight, 16)),
    )
    v128.store(
      upper + x,
      bytesOf(i32x4.shr_u(one, 16), i32x4.shr_u(two, 16), i32x4.shr_u(three, 16), i32x4.shr_u(four, 16)),
    )
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/** Pixels `first` to `last` of two rows, as `interleave` has them; those outside of the row are its border. */
function pairOfRows(
  upper: usize,
  lower: usize,
  width: i32,
  first: i32,
  last: i32,
  channels: i32,
  border: i32,
  to: usize,
): void {
  const start = max(first, 0)
  const end = min(last, width)
  const step = channels << 1
  interleave(upper + start * channels, lower + start * channels, to + (start - first) * step, (end - start) * channels)
  for (let x = first; x < start; x++) borderPixel(upper, lower, x, width, channels, border, to + (x - first) * step)
  for (let x = end; x < last; x++) borderPixel(upper, lower, x, width, channels, border, to + (x - first) * step)
}

function borderPixel(upper: usize, lower: usize, x: i32, width: i32, channels: i32, border: i32, to: usize): void {
  const place = inside(x, width, border)
  for (let channel = 0; channel < channels; channel++) {
    const at = place * channels + channel
    store<u8>(to + (channel << 1), (place < 0 ? 0 : load<u8>(upper + at)) ^ 0x80)
    store<u8>(to + (channel << 1), (place < 0 ? 0 : load<u8>(lower + at)) ^ 0x80, 1)
  }
}

function rowAt(y: i32, image: usize, samples: i32, height: i32, border: i32, zeros: usize): usize {
  const row = inside(y, height, border)
  return row < 0 ? zeros : image + row * samples
}

/**
 * @param weightsX `sizeX` u16 that sum up to 256
 * @param couplesX the same as bytes, and one more that is 0; the address 0 where one exceeds 127
 * @param weightsY for each of `pairs` = (sizeY + 1) / 2 pairs of rows the two weights for an even row and the two for the odd
 *   row below it, i16, and all of them once more
 * @param stripWidth pixels, at least 16; the last strip has up to 15 more
 * @param stride bytes from one pair's sums to the next: at least 4 for each sample of the last strip and 128 more
 * @param scratch `pairs * stride` bytes, `width * channels`, and three times `(stripWidth + 15 + sizeX) * channels * 2 + 128`
 */
export function gaussian(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  channels: i32,
  weightsX: usize,
  couplesX: usize,
  sizeX: i32,
  weightsY: usize,
  sizeY: i32,
  border: i32,
  stripWidth: i32,
  stride: i32,
  scratch: usize,
): void {
  const samples = width * channels
  const pairs = (sizeY + 1) >> 1
  const zeros = scratch + pairs * stride
  const row = zeros + samples
  const step = channels << 1
  const couples = row + (stripWidth + 15 + sizeX) * step + 128
  let isCoupled = false
  if (ASC_FEATURE_RELAXED_SIMD) isCoupled = couplesX !== 0
  memory.fill(zeros, 0, samples)
  const radiusX = sizeX >> 1
  const radiusY = sizeY >> 1
  for (let left = 0, right = 0; left < width; left = right) {
    right = left + stripWidth
    if (right + 16 > width) right = width
    const count = (right - left) * channels
    let result = to + left * channels
    // the place of the next pair in the ring of sums; from there on lies the oldest
    let place = 0
    for (let y = 1 - sizeY; y < height; y += 2) {
      const upper = rowAt(y + radiusY, from, samples, height, border, zeros)
      const lower = rowAt(y + radiusY + 1, from, samples, height, border, zeros)
      pairOfRows(upper, lower, width, left - radiusX, right + radiusX, channels, border, row)
      const sums = scratch + place * stride
      if (isCoupled) {
        coupleAlong(row, step, couples, (count << 1) + (sizeX - 1) * step)
        sumCouples(couples, couplesX, (sizeX + 1) >> 1, step, sums, count << 1)
      } else {
        sumAlong(row, weightsX, sizeX, step, sums, count << 1)
      }
      place = place + 1 === pairs ? 0 : place + 1
      if (y < 0) continue
      const below = y + 1 < height ? result + samples : result
      sumDown(scratch, stride, weightsY + ((pairs - place) << 3), pairs, result, below, count)
      result += samples << 1
    }
  }
}
