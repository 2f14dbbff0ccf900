/**
 * Each channel of the result a mixture of the three of the source, in whole numbers: cv::cvtColor between RGB and YCrCb (OpenCV
 * modules/imgproc/src/color_yuv.simd.hpp) and cv::transform by weights that are whole 1024ths. The whole image is one row, of at
 * least 16 pixels.
 *
 * Four pixels at a time come from one register: the first two samples of each as a pair of 16-bit numbers, the third beside a 1.
 * A pair is multiplied by two weights and added up in 32 bits.
 */

import { bytesOf } from './pointwise'

/** Four pixels in the first 12 bytes; the last ones of an image are read together with bytes before them. */
function fourPixels(at: usize, isLate: bool): v128 {
  if (!isLate) return v128.load(at)
  const bytes = v128.load(at - 4)
  return v128.shuffle<u8>(bytes, bytes, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0)
}

function firstAndSecond(four: v128): v128 {
  return i8x16.swizzle(four, i8x16(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1))
}

/** The third samples, as numbers of 32 bits. */
function third(four: v128): v128 {
  return i8x16.swizzle(four, i8x16(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1))
}

const ONE_BEHIND: i32 = 1 << 16

/** Writes four pixels; 16 bytes of which the last four are nothing, or 12 at the end of an image. */
function storeFour(to: usize, one: v128, two: v128, three: v128, isLate: bool): void {
  const bytes = bytesOf(one, two, three, three)
  const pixels = i8x16.swizzle(bytes, i8x16(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, -1, -1, -1, -1))
  if (isLate) {
    v128.store64_lane(to, pixels, 0)
    v128.store32_lane(to, pixels, 2, 8)
  } else v128.store(to, pixels)
}

function weighed(pairs: v128, others: v128, weights: v128, otherWeights: v128): v128 {
  return i32x4.add(i32x4.dot_i16x8_s(pairs, weights), i32x4.dot_i16x8_s(others, otherWeights))
}

/** Digits behind the point. */
const MIXED: i32 = 10

/**
 * cv::transform by whole 1024ths. Floats hold every sum exactly, so that whole numbers give the same.
 * @param weights three rows of four i32: those of the first and second channel as a pair of i16, that of the third, what is
 *   added before the digits behind the point are cut off, and nothing
 */
export function transformWhole(from: usize, to: usize, pixels: i32, weights: usize): void {
  const pair1 = v128.load32_splat(weights)
  const other1 = v128.load32_splat(weights, 4)
  const bias1 = v128.load32_splat(weights, 8)
  const pair2 = v128.load32_splat(weights, 16)
  const other2 = v128.load32_splat(weights, 20)
  const bias2 = v128.load32_splat(weights, 24)
  const pair3 = v128.load32_splat(weights, 32)
  const other3 = v128.load32_splat(weights, 36)
  const bias3 = v128.load32_splat(weights, 40)
  let x = 0
  while (true) {
    const isLate = x + 6 > pixels
    const four = fourPixels(from + 3 * x, isLate)
    const pairs = firstAndSecond(four)
    const others = third(four)
    storeFour(
      to + 3 * x,
      i32x4.shr_s(i32x4.add(weighed(pairs, others, pair1, other1), bias1), MIXED),
      i32x4.shr_s(i32x4.add(weighed(pairs, others, pair2, other2), bias2), MIXED),
      i32x4.shr_s(i32x4.add(weighed(pairs, others, pair3, other3), bias3), MIXED),
      isLate,
    )
    if (x === pixels - 4) return
    x = min(x + 4, pixels - 4)
  }
}

/** Weights in 2^-14, as OpenCV has them. */
const SHIFT: i32 = 14
const HALF: i32 = 1 << 13
/** 128, and what rounds. */
const MIDDLE: i32 = (128 << SHIFT) + HALF

/** RGB to YCrCb: luma, and how far red and blue are from it. */
export function ycrcbOfThree(from: usize, to: usize, pixels: i32): void {
  const lumaPair = i32x4.splat((9617 << 16) | 4899)
  const lumaOther = i32x4.splat((HALF << 16) | 1868)
  let x = 0
  while (true) {
    const isLate = x + 6 > pixels
    const four = fourPixels(from + 3 * x, isLate)
    const pairs = firstAndSecond(four)
    const blue = third(four)
    const red = v128.and(pairs, i32x4.splat(0xffff))
    const luma = i32x4.shr_u(weighed(pairs, v128.or(blue, i32x4.splat(ONE_BEHIND)), lumaPair, lumaOther), SHIFT)
    // differences are below 2^15: their upper halves, the signs, count nothing
    const redness = i32x4.dot_i16x8_s(i32x4.sub(red, luma), i32x4.splat(11682))
    const blueness = i32x4.dot_i16x8_s(i32x4.sub(blue, luma), i32x4.splat(9241))
    storeFour(
      to + 3 * x,
      luma,
      i32x4.shr_s(i32x4.add(redness, i32x4.splat(MIDDLE)), SHIFT),
      i32x4.shr_s(i32x4.add(blueness, i32x4.splat(MIDDLE)), SHIFT),
      isLate,
    )
    if (x === pixels - 4) return
    x = min(x + 4, pixels - 4)
  }
}

/** YCrCb to RGB. */
export function threeOfYcrcb(from: usize, to: usize, pixels: i32): void {
  let x = 0
  while (true) {
    const isLate = x + 6 > pixels
    const four = fourPixels(from + 3 * x, isLate)
    const luma = i8x16.swizzle(four, i8x16(0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1))
    const both = i8x16.swizzle(four, i8x16(1, -1, 2, -1, 4, -1, 5, -1, 7, -1, 8, -1, 10, -1, 11, -1))
    const chroma = i16x8.sub(both, i16x8.splat(128))
    const half = i32x4.splat(HALF)
    const red = i32x4.add(i32x4.dot_i16x8_s(chroma, i32x4.splat(22987)), half)
    const green = i32x4.add(i32x4.dot_i16x8_s(chroma, i32x4.splat((-5636 << 16) | (-11698 & 0xffff))), half)
    const blue = i32x4.add(i32x4.dot_i16x8_s(chroma, i32x4.splat(29049 << 16)), half)
    storeFour(
      to + 3 * x,
      i32x4.add(luma, i32x4.shr_s(red, SHIFT)),
      i32x4.add(luma, i32x4.shr_s(green, SHIFT)),
      i32x4.add(luma, i32x4.shr_s(blue, SHIFT)),
      isLate,
    )
    if (x === pixels - 4) return
    x = min(x + 4, pixels - 4)
  }
}
