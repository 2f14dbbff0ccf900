/**
 * cv::GaussianBlur of 8-bit samples (OpenCV modules/imgproc/src/smooth.simd.hpp, GaussianBlurFixedPoint).
 *
 * Both kernels are 8.8 fixed point and sum up to 256, so that nothing is rounded or saturated before the end:
 *   result = (sum over x, y of kx * ky * sample + 2^15) >> 16
 * The order of the two passes is therefore free. The horizontal one comes first here: its sums, at most 255 * 256, fit into 16
 * bits, and pixels of equal weight are added before they are multiplied. The vertical one multiplies pairs of rows into 32
 * bits with i32x4.dot_i16x8_s, which is signed: the sums are stored 2^15 less.
 *
 * Rows go through both passes in pairs, sample by sample: 0 of the upper row, 0 of the lower one, 1 of the upper one, … For the
 * horizontal pass that is a row of twice as many channels, and its sums lie as the vertical pass multiplies them. Each
 * pair of sums read makes two rows of results, with the weights moved on by one.
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

/** `count` bytes of two rows, taking turns; at least 16. */
export function interleave(upper: usize, lower: usize, to: usize, count: i32): void {
  let x = 0
  while (true) {
    const one = v128.load(upper + x)
    const other = v128.load(lower + x)
    v128.store(to + (x << 1), firstHalves(one, other))
    v128.store(to + (x << 1), secondHalves(one, other), 16)
    if (x === count - 16) return
    // the last block ends with the row and repeats what the one before has done
    x = min(x + 16, count - 16)
  }
}

/** Adds to `sum` eight products of a weight and two samples, which lie side by side. */
function weighted(sum: v128, samples: v128, weight: v128): v128 {
  return i16x8.add(sum, i16x8.mul(i16x8.extadd_pairwise_i8x16_u(samples), weight))
}

/**
 * Horizontal sums less 2^15, i16: pairs of samples that share a weight, and the one between. `step` is from pixel to pixel.
 * Goes by 32 and so reads and writes up to 31 samples more than `samples`.
 */
export function sumAlong(row: usize, weights: usize, size: i32, step: i32, sums: usize, samples: i32): void {
  const half = size >> 1
  const end = weights + (half << 1)
  const reach = (size - 1) * step
  const middle = v128.load16_splat(end)
  const bias = i16x8.splat(-0x8000)
  for (let x = 0; x < samples; x += 32) {
    let near = row + x
    let far = near + reach
    const between = near + half * step
    let one = i16x8.add(bias, i16x8.mul(v128.load_ext<u8>(between), middle))
    let two = i16x8.add(bias, i16x8.mul(v128.load_ext<u8>(between, 8), middle))
    let three = i16x8.add(bias, i16x8.mul(v128.load_ext<u8>(between, 16), middle))
    let four = i16x8.add(bias, i16x8.mul(v128.load_ext<u8>(between, 24), middle))
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

/** Pixels `first` to `last` of two rows, taking turns; those outside of the row are its border. */
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
    store<u8>(to + (channel << 1), place < 0 ? 0 : load<u8>(upper + at))
    store<u8>(to + (channel << 1), place < 0 ? 0 : load<u8>(lower + at), 1)
  }
}

function rowAt(y: i32, image: usize, samples: i32, height: i32, border: i32, zeros: usize): usize {
  const row = inside(y, height, border)
  return row < 0 ? zeros : image + row * samples
}

/**
 * @param weightsX `sizeX` u16 that sum up to 256
 * @param weightsY for each of `pairs` = (sizeY + 1) / 2 pairs of rows the two weights for an even row and the two for the odd
 *   row below it, i16, and all of them once more
 * @param stripWidth pixels, at least 16; the last strip has up to 15 more
 * @param stride bytes from one pair's sums to the next: at least 4 for each sample of the last strip and 128 more
 * @param scratch `pairs * stride` bytes, `width * channels`, and `(stripWidth + 15 + sizeX) * channels * 2 + 128`
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
  stripWidth: i32,
  stride: i32,
  scratch: usize,
): void {
  const samples = width * channels
  const pairs = (sizeY + 1) >> 1
  const zeros = scratch + pairs * stride
  const row = zeros + samples
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
      sumAlong(row, weightsX, sizeX, channels << 1, scratch + place * stride, count << 1)
      place = place + 1 === pairs ? 0 : place + 1
      if (y < 0) continue
      const below = y + 1 < height ? result + samples : result
      sumDown(scratch, stride, weightsY + ((pairs - place) << 3), pairs, result, below, count)
      result += samples << 1
    }
  }
}
