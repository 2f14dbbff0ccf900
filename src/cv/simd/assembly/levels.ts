/** Of the levels of an image, whose samples are one row of at least 16: their ends, and lines through them. */

import { bytesOf } from './pointwise'

/** The least sample, and 256 times the greatest. */
export function extremes(from: usize, samples: i32): i32 {
  let least = v128.load(from)
  let greatest = least
  let x = 0
  for (; x < samples - 32; x += 32) {
    const one = v128.load(from + x)
    const two = v128.load(from + x, 16)
    least = i8x16.min_u(least, i8x16.min_u(one, two))
    greatest = i8x16.max_u(greatest, i8x16.max_u(one, two))
  }
  while (true) {
    x = min(x, samples - 16)
    const sample = v128.load(from + x)
    least = i8x16.min_u(least, sample)
    greatest = i8x16.max_u(greatest, sample)
    if (x === samples - 16) break
    x += 16
  }
  // halves upon each other until one sample is left
  least = i8x16.min_u(least, v128.shuffle<u8>(least, least, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0))
  least = i8x16.min_u(least, v128.shuffle<u8>(least, least, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
  least = i8x16.min_u(least, v128.shuffle<u8>(least, least, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
  least = i8x16.min_u(least, v128.shuffle<u8>(least, least, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
  let top = greatest
  top = i8x16.max_u(top, v128.shuffle<u8>(top, top, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0))
  top = i8x16.max_u(top, v128.shuffle<u8>(top, top, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
  top = i8x16.max_u(top, v128.shuffle<u8>(top, top, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
  top = i8x16.max_u(top, v128.shuffle<u8>(top, top, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
  return <i32>i8x16.extract_lane_u(least, 0) | ((<i32>i8x16.extract_lane_u(top, 0)) << 8)
}

/** The place of the first sample of this level, which there is. */
export function firstOf(from: usize, samples: i32, level: i32): i32 {
  const levels = i8x16.splat(i8(level))
  let x = 0
  while (true) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(from + x), levels))
    if (found !== 0) return x + ctz(found)
    x = min(x + 16, samples - 16)
  }
}

function onLine(samples: v128, factor: v128, offset: v128, shift: i32): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.mul(samples, factor), offset), shift)
}

/** cv::LUT by a table whose levels are `(level * factor + offset) >> shift`, within 0 to 255; nothing leaves 32 bits. */
export function line(from: usize, to: usize, samples: i32, factor: i32, offset: i32, shift: i32): void {
  const factors = i32x4.splat(factor)
  const offsets = i32x4.splat(offset)
  let x = 0
  while (true) {
    const sample = v128.load(from + x)
    const low = i16x8.extend_low_i8x16_u(sample)
    const high = i16x8.extend_high_i8x16_u(sample)
    v128.store(
      to + x,
      bytesOf(
        onLine(i32x4.extend_low_i16x8_u(low), factors, offsets, shift),
        onLine(i32x4.extend_high_i16x8_u(low), factors, offsets, shift),
        onLine(i32x4.extend_low_i16x8_u(high), factors, offsets, shift),
        onLine(i32x4.extend_high_i16x8_u(high), factors, offsets, shift),
      ),
    )
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}
