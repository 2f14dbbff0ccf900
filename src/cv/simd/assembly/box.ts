/**
 * cv::blur and the normalised cv::boxFilter of 8-bit samples (OpenCV modules/imgproc/src/box_filter.simd.hpp).
 *
 * Sums of columns slide down the image: one row is added and one taken away. Along the row, the sum of a window is the
 * difference of two running totals, which may wrap around: the difference is right as long as the sum itself fits.
 *
 * OpenCV rounds in two ways. Windows of up to 256 pixels have sums of 16 bits, divided by a multiplication of whole numbers:
 *   result = (((sum + delta) * factor) >> 23) & 255
 * (which makes two white pixels black: OpenCV's own, and kept).
 * Larger ones are multiplied in double precision by 1 / area and rounded half to even.
 */

import { inside, padRow } from './border'
import { bytesOf } from './pointwise'

/** Adds one row to the columns' sums, u16, and takes another away. */
export function slide(sums: usize, added: usize, removed: usize, samples: i32): void {
  let x = 0
  for (; x + 16 <= samples; x += 16) {
    const at = sums + (x << 1)
    const more = v128.load(added + x)
    const less = v128.load(removed + x)
    v128.store(at, i16x8.add(v128.load(at), i16x8.sub(i16x8.extend_low_i8x16_u(more), i16x8.extend_low_i8x16_u(less))))
    v128.store(
      at,
      i16x8.add(v128.load(at, 16), i16x8.sub(i16x8.extend_high_i8x16_u(more), i16x8.extend_high_i8x16_u(less))),
      16,
    )
  }
  for (; x < samples; x++) {
    const at = sums + (x << 1)
    store<u16>(at, u16(<i32>load<u16>(at) + <i32>load<u8>(added + x) - <i32>load<u8>(removed + x)))
  }
}

/**
 * Running totals, u16, of `count` sums, channel by channel; the first `channels` totals are 0. Reads and writes up to 7 more.
 * Each step adds the lanes before, then the last total of the same channel in the block before.
 */
export function totalsShort(sums: usize, count: i32, channels: i32, totals: usize): void {
  const none = i16x8.splat(0)
  let total = none
  const end = sums + (count << 1)
  v128.store(totals, none)
  let to = totals + (channels << 1)
  if (channels === 1) {
    for (let at = sums; at < end; at += 16, to += 16) {
      let sum = v128.load(at)
      sum = i16x8.add(sum, v128.shuffle<i16>(none, sum, 0, 8, 9, 10, 11, 12, 13, 14))
      sum = i16x8.add(sum, v128.shuffle<i16>(none, sum, 0, 0, 8, 9, 10, 11, 12, 13))
      sum = i16x8.add(sum, v128.shuffle<i16>(none, sum, 0, 0, 0, 0, 8, 9, 10, 11))
      total = i16x8.add(sum, v128.shuffle<i16>(total, total, 7, 7, 7, 7, 7, 7, 7, 7))
      v128.store(to, total)
    }
  } else if (channels === 3) {
    for (let at = sums; at < end; at += 16, to += 16) {
      let sum = v128.load(at)
      sum = i16x8.add(
        i16x8.add(sum, v128.shuffle<i16>(none, sum, 0, 0, 0, 8, 9, 10, 11, 12)),
        v128.shuffle<i16>(none, sum, 0, 0, 0, 0, 0, 0, 8, 9),
      )
      total = i16x8.add(sum, v128.shuffle<i16>(total, total, 5, 6, 7, 5, 6, 7, 5, 6))
      v128.store(to, total)
    }
  } else {
    for (let at = sums; at < end; at += 16, to += 16) {
      let sum = v128.load(at)
      sum = i16x8.add(sum, v128.shuffle<i16>(none, sum, 0, 0, 0, 0, 8, 9, 10, 11))
      total = i16x8.add(sum, v128.shuffle<i16>(total, total, 4, 5, 6, 7, 4, 5, 6, 7))
      v128.store(to, total)
    }
  }
}

/** The same in u32; reads and writes up to 3 more. */
export function totalsLong(sums: usize, count: i32, channels: i32, totals: usize): void {
  const none = i32x4.splat(0)
  let total = none
  const end = sums + (count << 1)
  v128.store(totals, none)
  let to = totals + (channels << 2)
  if (channels === 1) {
    for (let at = sums; at < end; at += 8, to += 16) {
      let sum = v128.load_ext<u16>(at)
      sum = i32x4.add(sum, v128.shuffle<i32>(none, sum, 0, 4, 5, 6))
      sum = i32x4.add(sum, v128.shuffle<i32>(none, sum, 0, 0, 4, 5))
      total = i32x4.add(sum, v128.shuffle<i32>(total, total, 3, 3, 3, 3))
      v128.store(to, total)
    }
  } else if (channels === 3) {
    for (let at = sums; at < end; at += 8, to += 16) {
      let sum = v128.load_ext<u16>(at)
      sum = i32x4.add(sum, v128.shuffle<i32>(none, sum, 0, 0, 0, 4))
      total = i32x4.add(sum, v128.shuffle<i32>(total, total, 1, 2, 3, 1))
      v128.store(to, total)
    }
  } else {
    for (let at = sums; at < end; at += 8, to += 16) {
      total = i32x4.add(v128.load_ext<u16>(at), total)
      v128.store(to, total)
    }
  }
}

/** One row of results from u16 totals: the window is `distance` totals wide. */
export function divideShort(totals: usize, distance: i32, to: usize, samples: i32, delta: i32, factor: i32): void {
  const deltas = i16x8.splat(i16(delta))
  const factors = i32x4.splat(factor)
  let x = 0
  while (true) {
    const at = totals + (x << 1)
    const far = at + (distance << 1)
    const low = i16x8.add(i16x8.sub(v128.load(far), v128.load(at)), deltas)
    const high = i16x8.add(i16x8.sub(v128.load(far, 16), v128.load(at, 16)), deltas)
    v128.store(to + x, i8x16.narrow_i16x8_u(quotients(low, factors), quotients(high, factors)))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

function quotients(sums: v128, factors: v128): v128 {
  const low = i32x4.shr_u(i32x4.mul(i32x4.extend_low_i16x8_u(sums), factors), 23)
  const high = i32x4.shr_u(i32x4.mul(i32x4.extend_high_i16x8_u(sums), factors), 23)
  return v128.and(i16x8.narrow_i32x4_s(low, high), i16x8.splat(255))
}

/** Doubles of at least this have no digits behind the point: adding it rounds half to even, into their low bits. */
const ROUNDING: f64 = 4503599627370496

/** Four sums, `distance` totals wide, times `scale` and rounded. */
function divided(at: usize, distance: i32, scale: v128): v128 {
  const sum = i32x4.sub(v128.load(at + (distance << 2)), v128.load(at))
  const rounding = f64x2.splat(ROUNDING)
  const low = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_u(sum), scale), rounding)
  const upper = v128.shuffle<i32>(sum, sum, 2, 3, 2, 3)
  const high = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_u(upper), scale), rounding)
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6)
}

/** One row of results from u32 totals. */
export function divideLong(totals: usize, distance: i32, to: usize, samples: i32, scale: f64): void {
  const scales = f64x2.splat(scale)
  let x = 0
  while (true) {
    const at = totals + (x << 2)
    v128.store(
      to + x,
      bytesOf(
        divided(at, distance, scales),
        divided(at + 16, distance, scales),
        divided(at + 32, distance, scales),
        divided(at + 48, distance, scales),
      ),
    )
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/**
 * @param factor of windows of at most 256 pixels, with `delta`; 0 where `scale` is used
 * @param scratch `width * channels` bytes, then `(width + sizeX) * channels + 16` u16 and as many u32
 */
export function box(
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
  delta: i32,
  factor: i32,
  scale: f64,
  scratch: usize,
): void {
  const samples = width * channels
  const count = (width + sizeX - 1) * channels
  const zeros = scratch
  const sums = (zeros + samples + 15) & ~15
  const totals = (sums + ((count + channels + 16) << 1) + 15) & ~15
  const inner = sums + ((anchorX * channels) << 1)
  memory.fill(zeros, 0, samples)
  memory.fill(sums, 0, (count + 8) << 1)
  for (let y = -anchorY; y < sizeY - anchorY - 1; y++)
    slide(inner, rowAt(from, y, samples, height, border, zeros), zeros, samples)
  for (let y = 0; y < height; y++) {
    const added = rowAt(from, y - anchorY + sizeY - 1, samples, height, border, zeros)
    const removed = y === 0 ? zeros : rowAt(from, y - anchorY - 1, samples, height, border, zeros)
    slide(inner, added, removed, samples)
    padRow(inner, width, channels << 1, anchorX, sizeX - 1 - anchorX, border, 0)
    if (factor !== 0) {
      totalsShort(sums, count, channels, totals)
      divideShort(totals, sizeX * channels, to, samples, delta, factor)
    } else {
      totalsLong(sums, count, channels, totals)
      divideLong(totals, sizeX * channels, to, samples, scale)
    }
    to += samples
  }
}

function rowAt(image: usize, y: i32, stepBytes: i32, height: i32, border: i32, outside: usize): usize {
  const row = inside(y, height, border)
  return row < 0 ? outside : image + row * stepBytes
}
