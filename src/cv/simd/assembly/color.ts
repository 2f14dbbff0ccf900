/**
 * cv::cvtColor between gray, RGB and RGBA, 8 bits (OpenCV modules/imgproc/src/color_rgb.simd.hpp), and cv::transform of RGB.
 * The whole image is one row, of at least 16 pixels.
 *
 * Gray is (9798 red + 19235 green + 3735 blue + 2^14) >> 15. Pairs of samples are multiplied and added in 32 bits.
 */

import { bytesOf, rounded } from './pointwise'

/** Four gray levels from four pixels, whose red and green, then blue, `first` and `second` pick as 16-bit numbers. */
function grayOf(pixels: v128, first: v128, second: v128, firstWeights: v128, secondWeights: v128): v128 {
  const sum = i32x4.add(
    i32x4.dot_i16x8_s(i8x16.swizzle(pixels, first), firstWeights),
    i32x4.dot_i16x8_s(i8x16.swizzle(pixels, second), secondWeights),
  )
  return i32x4.shr_u(i32x4.add(sum, i32x4.splat(1 << 14)), 15)
}

/** `first`, `second` and `third` are the weights of a pixel's samples. */
export function grayOfThree(from: usize, to: usize, pixels: i32, first: i32, second: i32, third: i32): void {
  const pair = i16x8(0, -1, 0, -1, 0, -1, 0, -1)
  const firstWeights = v128.bitselect(i16x8.splat(i16(second)), i16x8.splat(i16(first)), pair)
  const secondWeights = i32x4.splat(third)
  const ones = i8x16(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1)
  const twos = i8x16(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1)
  // the last four pixels are read together with bytes before them: behind them the image may end
  const lateOnes = i8x16(4, -1, 5, -1, 7, -1, 8, -1, 10, -1, 11, -1, 13, -1, 14, -1)
  const lateTwos = i8x16(6, -1, -1, -1, 9, -1, -1, -1, 12, -1, -1, -1, 15, -1, -1, -1)
  let x = 0
  while (true) {
    const at = from + 3 * x
    v128.store(
      to + x,
      bytesOf(
        grayOf(v128.load(at), ones, twos, firstWeights, secondWeights),
        grayOf(v128.load(at, 12), ones, twos, firstWeights, secondWeights),
        grayOf(v128.load(at, 24), ones, twos, firstWeights, secondWeights),
        grayOf(v128.load(at, 32), lateOnes, lateTwos, firstWeights, secondWeights),
      ),
    )
    if (x === pixels - 16) return
    x = min(x + 16, pixels - 16)
  }
}

export function grayOfFour(from: usize, to: usize, pixels: i32, first: i32, second: i32, third: i32): void {
  const pair = i16x8(0, -1, 0, -1, 0, -1, 0, -1)
  const firstWeights = v128.bitselect(i16x8.splat(i16(second)), i16x8.splat(i16(first)), pair)
  const secondWeights = i32x4.splat(third)
  const ones = i8x16(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1)
  const twos = i8x16(2, -1, -1, -1, 6, -1, -1, -1, 10, -1, -1, -1, 14, -1, -1, -1)
  let x = 0
  while (true) {
    const at = from + 4 * x
    v128.store(
      to + x,
      bytesOf(
        grayOf(v128.load(at), ones, twos, firstWeights, secondWeights),
        grayOf(v128.load(at, 16), ones, twos, firstWeights, secondWeights),
        grayOf(v128.load(at, 32), ones, twos, firstWeights, secondWeights),
        grayOf(v128.load(at, 48), ones, twos, firstWeights, secondWeights),
      ),
    )
    if (x === pixels - 16) return
    x = min(x + 16, pixels - 16)
  }
}

/**
 * Moves samples within pixels: of `step` pixels at a time, 16 bytes are read, picked by the 16 bytes at `picks` (128 and more
 * give 0), or-ed with those at `added`, and 16 are written. What is written too much is written again, rightly, by the next
 * step; the last pixels come one by one.
 */
export function rearrange(
  from: usize,
  fromChannels: i32,
  to: usize,
  toChannels: i32,
  pixels: i32,
  step: i32,
  picks: usize,
  added: usize,
): void {
  const pick = v128.load(picks)
  const add = v128.load(added)
  const end = from + pixels * fromChannels
  const toEnd = to + pixels * toChannels
  const fromStep = step * fromChannels
  const toStep = step * toChannels
  for (; from + 16 <= end && to + 16 <= toEnd; from += fromStep, to += toStep) {
    v128.store(to, v128.or(i8x16.swizzle(v128.load(from), pick), add))
  }
  for (; from < end; from += fromChannels, to += toChannels) {
    for (let channel = 0; channel < toChannels; channel++) {
      const place = load<u8>(picks + channel)
      store<u8>(to + channel, (place < 16 ? load<u8>(from + place) : 0) | load<u8>(added + channel))
    }
  }
}

/** Red, green and blue of four pixels as floats, times a row of the matrix, in OpenCV's order. */
function product(red: v128, green: v128, blue: v128, row: usize): v128 {
  const sum = f32x4.add(
    f32x4.add(f32x4.mul(v128.load32_splat(row), red), f32x4.mul(v128.load32_splat(row, 4), green)),
    f32x4.mul(v128.load32_splat(row, 8), blue),
  )
  return rounded(f32x4.add(sum, v128.load32_splat(row, 12)))
}

/** cv::transform of RGB by the three rows of four floats at `matrix`, in single precision. */
export function transformThree(from: usize, to: usize, pixels: i32, matrix: usize): void {
  let x = 0
  while (true) {
    // 16 bytes that hold four pixels: the last ones are read together with bytes before them
    const isLate = x + 6 > pixels
    const bytes = isLate ? v128.load(from + 3 * x - 4) : v128.load(from + 3 * x)
    const four = isLate ? v128.shuffle<u8>(bytes, bytes, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0) : bytes
    const red = f32x4.convert_i32x4_s(
      i8x16.swizzle(four, i8x16(0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1)),
    )
    const green = f32x4.convert_i32x4_s(
      i8x16.swizzle(four, i8x16(1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1)),
    )
    const blue = f32x4.convert_i32x4_s(
      i8x16.swizzle(four, i8x16(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1)),
    )
    const packed = bytesOf(
      product(red, green, blue, matrix),
      product(red, green, blue, matrix + 16),
      product(red, green, blue, matrix + 32),
      i32x4.splat(0),
    )
    const result = i8x16.swizzle(packed, i8x16(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, -1, -1, -1, -1))
    v128.store64_lane(to + 3 * x, result, 0)
    v128.store32_lane(to + 3 * x, result, 2, 8)
    if (x === pixels - 4) return
    x = min(x + 4, pixels - 4)
  }
}
