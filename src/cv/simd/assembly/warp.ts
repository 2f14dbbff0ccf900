/**
 * cv::warpAffine and cv::warpPerspective with INTER_LINEAR and a constant border, samples of 8 bits in one or three channels, or of
 * 16 in one (OpenCV modules/imgproc/src/warp_kernels.simd.hpp: what it does with pixels that its SIMD leaves over, which in a build
 * without is all of them).
 *
 * Single precision throughout, in OpenCV's order, nothing fused: samples are p + a (q - p), first across, then down, rounded half to
 * even at the end. Lanes are four pixels of gray, or the channels of one.
 *
 * A row goes through two functions: one writes where each of its pixels lies in the source (warp-places.ts), the other looks there.
 * Blocks of four pixels that all lie well inside are computed at once, others one by one.
 */

import { placesAffine, placesPerspective } from './warp-places'

/** Added to a float from 0 to 65535 it leaves the rounded number in the low bits. Not a number gives 0, as in OpenCV. */
const ROUNDING: f32 = 12582912

/** `one + share * (other - one)`, of integers below 256. */
function blended(one: v128, other: v128, share: v128): v128 {
  const from = f32x4.convert_i32x4_s(one)
  return f32x4.add(from, f32x4.mul(share, f32x4.sub(f32x4.convert_i32x4_s(other), from)))
}

function between(top: v128, bottom: v128, share: v128): v128 {
  return f32x4.add(f32x4.add(top, f32x4.mul(share, f32x4.sub(bottom, top))), f32x4.splat(ROUNDING))
}

/** Three channels of the pixel whose upper left neighbour is at `at`: reads eight bytes of two rows. */
function pixelOfThree(at: usize, stepBytes: i32, shareX: v128, shareY: v128): v128 {
  const left = i8x16(0, -1, -1, -1, 1, -1, -1, -1, 2, -1, -1, -1, -1, -1, -1, -1)
  const right = i8x16(3, -1, -1, -1, 4, -1, -1, -1, 5, -1, -1, -1, -1, -1, -1, -1)
  const row = v128.load64_zero(at)
  const below = v128.load64_zero(at + stepBytes)
  return between(
    blended(i8x16.swizzle(row, left), i8x16.swizzle(row, right), shareX),
    blended(i8x16.swizzle(below, left), i8x16.swizzle(below, right), shareX),
    shareY,
  )
}

/** One row of RGB from the places at `across` and `down`; at least four pixels. `border` is a color, red lowest. */
export function sampleThree(
  from: usize,
  width: i32,
  height: i32,
  across: usize,
  down: usize,
  to: usize,
  pixels: i32,
  border: i32,
): void {
  const stepBytes = 3 * width
  // two pixels are read as eight bytes: the last pair of a row takes the slow way, or it would be read with bytes behind the image
  const innerX = i32x4.splat(max(width - 2, 0))
  const innerY = i32x4.splat(height - 1)
  let x = 0
  while (true) {
    const placeX = v128.load(across + (x << 2))
    const placeY = v128.load(down + (x << 2))
    const wholeX = f32x4.floor(placeX)
    const wholeY = f32x4.floor(placeY)
    const leftX = i32x4.trunc_sat_f32x4_s(wholeX)
    const topY = i32x4.trunc_sat_f32x4_s(wholeY)
    const shareX = f32x4.sub(placeX, wholeX)
    const shareY = f32x4.sub(placeY, wholeY)
    if (i32x4.all_true(v128.and(i32x4.lt_u(leftX, innerX), i32x4.lt_u(topY, innerY)))) {
      const offsets = i32x4.add(i32x4.mul(topY, i32x4.splat(stepBytes)), i32x4.add(leftX, i32x4.shl(leftX, 1)))
      const one = pixelOfThree(
        from + i32x4.extract_lane(offsets, 0),
        stepBytes,
        v128.shuffle<f32>(shareX, shareX, 0, 0, 0, 0),
        v128.shuffle<f32>(shareY, shareY, 0, 0, 0, 0),
      )
      const two = pixelOfThree(
        from + i32x4.extract_lane(offsets, 1),
        stepBytes,
        v128.shuffle<f32>(shareX, shareX, 1, 1, 1, 1),
        v128.shuffle<f32>(shareY, shareY, 1, 1, 1, 1),
      )
      const three = pixelOfThree(
        from + i32x4.extract_lane(offsets, 2),
        stepBytes,
        v128.shuffle<f32>(shareX, shareX, 2, 2, 2, 2),
        v128.shuffle<f32>(shareY, shareY, 2, 2, 2, 2),
      )
      const four = pixelOfThree(
        from + i32x4.extract_lane(offsets, 3),
        stepBytes,
        v128.shuffle<f32>(shareX, shareX, 3, 3, 3, 3),
        v128.shuffle<f32>(shareY, shareY, 3, 3, 3, 3),
      )
      const early = v128.shuffle<u8>(one, two, 0, 4, 8, 16, 20, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
      const late = v128.shuffle<u8>(three, four, 0, 4, 8, 16, 20, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
      const bytes = v128.shuffle<u8>(early, late, 0, 1, 2, 3, 4, 5, 16, 17, 18, 19, 20, 21, 0, 0, 0, 0)
      v128.store64_lane(to + 3 * x, bytes, 0)
      v128.store32_lane(to + 3 * x, bytes, 2, 8)
    } else {
      for (let index = x; index < x + 4; index++) {
        sampleSlowly<u8>(from, width, height, 3, across + (index << 2), down + (index << 2), to + 3 * index, border)
      }
    }
    if (x === pixels - 4) return
    x = min(x + 4, pixels - 4)
  }
}

/** Neighbouring samples at four places, each pair in the low half of a lane. */
function pairs<Sample>(from: usize, offsets: v128): v128 {
  const one = from + i32x4.extract_lane(offsets, 0)
  const two = from + i32x4.extract_lane(offsets, 1)
  const three = from + i32x4.extract_lane(offsets, 2)
  const four = from + i32x4.extract_lane(offsets, 3)
  if (sizeof<Sample>() === 2) {
    const early = v128.load32_lane(two, v128.load32_zero(one), 1)
    return v128.load32_lane(four, v128.load32_lane(three, early, 2), 3)
  }
  const first = v128.load16_lane(one, i32x4.splat(0), 0)
  return v128.load16_lane(four, v128.load16_lane(three, v128.load16_lane(two, first, 2), 4), 6)
}

/** The same of gray, of 8 or 16 bits. */
function sampleOne<Sample>(
  from: usize,
  width: i32,
  height: i32,
  across: usize,
  down: usize,
  to: usize,
  pixels: i32,
  border: i32,
): void {
  const innerX = i32x4.splat(width - 1)
  const innerY = i32x4.splat(height - 1)
  const bits = sizeof<Sample>() << 3
  const lowSample = i32x4.splat((1 << bits) - 1)
  const stepBytes = width * sizeof<Sample>()
  let x = 0
  while (true) {
    const placeX = v128.load(across + (x << 2))
    const placeY = v128.load(down + (x << 2))
    const wholeX = f32x4.floor(placeX)
    const wholeY = f32x4.floor(placeY)
    const leftX = i32x4.trunc_sat_f32x4_s(wholeX)
    const topY = i32x4.trunc_sat_f32x4_s(wholeY)
    if (i32x4.all_true(v128.and(i32x4.lt_u(leftX, innerX), i32x4.lt_u(topY, innerY)))) {
      const shareX = f32x4.sub(placeX, wholeX)
      const offsets = i32x4.add(i32x4.mul(topY, i32x4.splat(stepBytes)), i32x4.shl(leftX, sizeof<Sample>() - 1))
      const row = pairs<Sample>(from, offsets)
      const below = pairs<Sample>(from + stepBytes, offsets)
      const values = between(
        blended(v128.and(row, lowSample), i32x4.shr_u(row, bits), shareX),
        blended(v128.and(below, lowSample), i32x4.shr_u(below, bits), shareX),
        f32x4.sub(placeY, wholeY),
      )
      if (sizeof<Sample>() === 2) {
        v128.store64_lane(to + (x << 1), v128.shuffle<i16>(values, values, 0, 2, 4, 6, 0, 2, 4, 6), 0)
      } else {
        const bytes = v128.shuffle<u8>(values, values, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12)
        v128.store32_lane(to + x, bytes, 0)
      }
    } else {
      for (let index = x; index < x + 4; index++) {
        const result = to + index * sizeof<Sample>()
        sampleSlowly<Sample>(from, width, height, 1, across + (index << 2), down + (index << 2), result, border)
      }
    }
    if (x === pixels - 4) return
    x = min(x + 4, pixels - 4)
  }
}

/** One row of gray of 8 bits; at least four pixels. */
export function sampleBytes(
  from: usize,
  width: i32,
  height: i32,
  across: usize,
  down: usize,
  to: usize,
  pixels: i32,
  border: i32,
): void {
  sampleOne<u8>(from, width, height, across, down, to, pixels, border)
}

/** The same of 16 bits. */
export function sampleShorts(
  from: usize,
  width: i32,
  height: i32,
  across: usize,
  down: usize,
  to: usize,
  pixels: i32,
  border: i32,
): void {
  sampleOne<u16>(from, width, height, across, down, to, pixels, border)
}

/** One pixel, wherever it lies. */
function sampleSlowly<Sample>(
  from: usize,
  width: i32,
  height: i32,
  channels: i32,
  across: usize,
  down: usize,
  to: usize,
  border: i32,
): void {
  const placeX = load<f32>(across)
  const placeY = load<f32>(down)
  const wholeX = floor<f32>(placeX)
  const wholeY = floor<f32>(placeY)
  const leftX = i32x4.extract_lane(i32x4.trunc_sat_f32x4_s(f32x4.splat(wholeX)), 0)
  const topY = i32x4.extract_lane(i32x4.trunc_sat_f32x4_s(f32x4.splat(wholeY)), 0)
  const isOutside = u32(leftX + 1) >= u32(width + 1) || u32(topY + 1) >= u32(height + 1)
  const shareX = placeX - wholeX
  const shareY = placeY - wholeY
  for (let channel = 0; channel < channels; channel++) {
    const outside = (border >> (channel << 3)) & 0xff
    if (isOutside) {
      store<Sample>(to + channel * sizeof<Sample>(), <Sample>outside)
      continue
    }
    const topLeft = sampleAt<Sample>(from, width, height, channels, leftX, topY, channel, outside)
    const topRight = sampleAt<Sample>(from, width, height, channels, leftX + 1, topY, channel, outside)
    const bottomLeft = sampleAt<Sample>(from, width, height, channels, leftX, topY + 1, channel, outside)
    const bottomRight = sampleAt<Sample>(from, width, height, channels, leftX + 1, topY + 1, channel, outside)
    const top = topLeft + shareX * (topRight - topLeft)
    const bottom = bottomLeft + shareX * (bottomRight - bottomLeft)
    const bits = reinterpret<i32>(top + shareY * (bottom - top) + ROUNDING)
    store<Sample>(to + channel * sizeof<Sample>(), <Sample>bits)
  }
}

function sampleAt<Sample>(
  from: usize,
  width: i32,
  height: i32,
  channels: i32,
  x: i32,
  y: i32,
  channel: i32,
  outside: i32,
): f32 {
  if (u32(x) >= u32(width) || u32(y) >= u32(height)) return f32(outside)
  return f32(load<Sample>(from + ((y * width + x) * channels + channel) * sizeof<Sample>()))
}

/**
 * @param width and `height` of the source; those of the result are at least 4 and 1
 * @param channels 1 or 3
 * @param bits of a sample: 8, or 16 where there is one channel
 * @param matrix from the result's places to the source's: 9 floats when `isPerspective`, else 6
 * @param border a color, red lowest
 * @param scratch two rows of `toWidth + 3` floats
 */
export function warp(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  channels: i32,
  bits: i32,
  toWidth: i32,
  toHeight: i32,
  matrix: usize,
  isPerspective: i32,
  border: i32,
  scratch: usize,
): void {
  const across = scratch
  const down = scratch + (((toWidth + 3) & ~3) << 2)
  for (let y = 0; y < toHeight; y++) {
    if (isPerspective) placesPerspective(matrix, y, toWidth, across, down)
    else placesAffine(matrix, y, toWidth, across, down)
    if (bits === 16) sampleShorts(from, width, height, across, down, to, toWidth, border)
    else if (channels === 1) sampleBytes(from, width, height, across, down, to, toWidth, border)
    else sampleThree(from, width, height, across, down, to, toWidth, border)
    to += (toWidth * channels * bits) >> 3
  }
}
