/**
 * cv::Canny of gray images with derivatives of 3 x 3 or 5 x 5 pixels (OpenCV modules/imgproc/src/canny.cpp), in whole numbers throughout.
 *
 * A pixel is a candidate when its gradient is above `low` and greater than its neighbours' on the line that the gradient points
 * along: one of four, told apart by tan 22.5° in 15 bits. Candidates above `high` are edges, and so is every candidate that
 * touches an edge. A map with a border of one pixel holds 0 for nothing, 1 for a candidate, 3 for an edge whose neighbours were
 * not looked at yet, 2 for one whose were. The result does not depend on the order in which edges are followed.
 *
 * Gradients are |x| + |y| in 16 bits or x² + y² in 32.
 */

import { horizontals, horizontalsOfFive, verticals, verticalsOfFive } from './sobel'

/** tan 22.5° * 2^15, rounded. */
const TANGENT: i32 = 13573

export function sumsOf(alongX: usize, alongY: usize, sums: usize, width: i32): void {
  let x = 0
  while (true) {
    const at = x << 1
    v128.store(sums + at, i16x8.add(i16x8.abs(v128.load(alongX + at)), i16x8.abs(v128.load(alongY + at))))
    if (x === width - 8) return
    x = min(x + 8, width - 8)
  }
}

export function squaresOf(alongX: usize, alongY: usize, squares: usize, width: i32): void {
  let x = 0
  while (true) {
    const one = v128.load(alongX + (x << 1))
    const other = v128.load(alongY + (x << 1))
    const at = squares + (x << 2)
    const low = v128.shuffle<i16>(one, other, 0, 8, 1, 9, 2, 10, 3, 11)
    const high = v128.shuffle<i16>(one, other, 4, 12, 5, 13, 6, 14, 7, 15)
    v128.store(at, i32x4.dot_i16x8_s(low, low))
    v128.store(at, i32x4.dot_i16x8_s(high, high), 16)
    if (x === width - 8) return
    x = min(x + 8, width - 8)
  }
}

/** Masks of 16 bits: the gradient is nearer to the horizontal than 22.5°. */
function isFlat(x: v128, y: v128): v128 {
  const tangent = i16x8.splat(i16(TANGENT))
  return i16x8.narrow_i32x4_s(
    i32x4.lt_s(i32x4.shl(i32x4.extend_low_i16x8_u(y), 15), i32x4.extmul_low_i16x8_u(x, tangent)),
    i32x4.lt_s(i32x4.shl(i32x4.extend_high_i16x8_u(y), 15), i32x4.extmul_high_i16x8_u(x, tangent)),
  )
}

/** The gradient is nearer to the vertical than 22.5°: y is above x tan 67.5°, which is x (2 + tan 22.5°). */
function isSteep(x: v128, y: v128): v128 {
  const tangent = i16x8.splat(i16(TANGENT))
  return i16x8.narrow_i32x4_s(
    i32x4.gt_s(
      i32x4.shl(i32x4.extend_low_i16x8_u(y), 15),
      i32x4.add(i32x4.extmul_low_i16x8_u(x, tangent), i32x4.shl(i32x4.extend_low_i16x8_u(x), 16)),
    ),
    i32x4.gt_s(
      i32x4.shl(i32x4.extend_high_i16x8_u(y), 15),
      i32x4.add(i32x4.extmul_high_i16x8_u(x, tangent), i32x4.shl(i32x4.extend_high_i16x8_u(x), 16)),
    ),
  )
}

/** Eight bytes of the map, from masks of 16 bits. */
function storeMap(map: usize, isCandidate: v128, isEdge: v128): void {
  const values = v128.or(v128.and(isCandidate, i16x8.splat(1)), v128.and(isEdge, i16x8.splat(3)))
  v128.store64_lane(map, i8x16.narrow_i16x8_u(values, values), 0)
}

/** Of masks for the four directions, the one that the gradient has. */
function directed(alongX: v128, alongY: v128, flat: v128, steep: v128, falling: v128, rising: v128): v128 {
  const x = i16x8.abs(alongX)
  const y = i16x8.abs(alongY)
  const isRising = i16x8.lt_s(v128.xor(alongX, alongY), i16x8.splat(0))
  const diagonal = v128.bitselect(rising, falling, isRising)
  return v128.bitselect(flat, v128.bitselect(steep, diagonal, isSteep(x, y)), isFlat(x, y))
}

/** One row of the map from three rows of 16-bit gradients, which have a 0 on either side. */
export function thinSums(
  above: usize,
  row: usize,
  below: usize,
  alongX: usize,
  alongY: usize,
  map: usize,
  width: i32,
  low: i32,
  high: i32,
): void {
  const lows = i16x8.splat(i16(low))
  const highs = i16x8.splat(i16(high))
  let x = 0
  while (true) {
    const at = x << 1
    const sum = v128.load(row + at)
    const isAbove = i16x8.gt_s(sum, lows)
    if (v128.any_true(isAbove)) {
      const flat = v128.and(i16x8.gt_s(sum, v128.load(row + at - 2)), i16x8.ge_s(sum, v128.load(row + at, 2)))
      const steep = v128.and(i16x8.gt_s(sum, v128.load(above + at)), i16x8.ge_s(sum, v128.load(below + at)))
      const falling = v128.and(i16x8.gt_s(sum, v128.load(above + at - 2)), i16x8.gt_s(sum, v128.load(below + at, 2)))
      const rising = v128.and(i16x8.gt_s(sum, v128.load(above + at, 2)), i16x8.gt_s(sum, v128.load(below + at - 2)))
      const isGreatest = directed(v128.load(alongX + at), v128.load(alongY + at), flat, steep, falling, rising)
      const isCandidate = v128.and(isAbove, isGreatest)
      storeMap(map + x, isCandidate, v128.and(isCandidate, i16x8.gt_s(sum, highs)))
    } else store<u64>(map + x, 0)
    if (x === width - 8) return
    x = min(x + 8, width - 8)
  }
}

/** Eight masks of 16 bits: `row` is greater than what lies at the same places of the other. */
function isGreater(row: usize, other: usize): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.gt_s(v128.load(row), v128.load(other)),
    i32x4.gt_s(v128.load(row, 16), v128.load(other, 16)),
  )
}

function isAtLeast(row: usize, other: usize): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.ge_s(v128.load(row), v128.load(other)),
    i32x4.ge_s(v128.load(row, 16), v128.load(other, 16)),
  )
}

function isGreaterThan(row: usize, level: v128): v128 {
  return i16x8.narrow_i32x4_s(i32x4.gt_s(v128.load(row), level), i32x4.gt_s(v128.load(row, 16), level))
}

/** The same from 32-bit gradients. */
export function thinSquares(
  above: usize,
  row: usize,
  below: usize,
  alongX: usize,
  alongY: usize,
  map: usize,
  width: i32,
  low: i32,
  high: i32,
): void {
  const lows = i32x4.splat(low)
  const highs = i32x4.splat(high)
  let x = 0
  while (true) {
    const at = row + (x << 2)
    const isAbove = isGreaterThan(at, lows)
    if (v128.any_true(isAbove)) {
      const up = above + (x << 2)
      const down = below + (x << 2)
      const flat = v128.and(isGreater(at, at - 4), isAtLeast(at, at + 4))
      const steep = v128.and(isGreater(at, up), isAtLeast(at, down))
      const falling = v128.and(isGreater(at, up - 4), isGreater(at, down + 4))
      const rising = v128.and(isGreater(at, up + 4), isGreater(at, down - 4))
      const offset = x << 1
      const isGreatest = directed(v128.load(alongX + offset), v128.load(alongY + offset), flat, steep, falling, rising)
      const isCandidate = v128.and(isAbove, isGreatest)
      storeMap(map + x, isCandidate, v128.and(isCandidate, isGreaterThan(at, highs)))
    } else store<u64>(map + x, 0)
    if (x === width - 8) return
    x = min(x + 8, width - 8)
  }
}

/** Follows edges from one on; returns how many were left marked 3 because the stack had no room. */
export function follow(from: usize, stride: usize, stack: usize, stackEnd: usize): i32 {
  let top = stack
  let left = 0
  store<u8>(from, 2)
  store<u32>(top, u32(from))
  top += 4
  while (top > stack) {
    top -= 4
    const corner = <usize>load<u32>(top) - stride - 1
    for (let row = corner, end = corner + 3 * stride; row < end; row += stride) {
      for (let at = row; at < row + 3; at++) {
        if ((load<u8>(at) & 1) === 0) continue
        if (top < stackEnd) {
          store<u8>(at, 2)
          store<u32>(top, u32(at))
          top += 4
        } else {
          store<u8>(at, 3)
          left++
        }
      }
    }
  }
  return left
}

/** Follows every edge of the map. */
function followAll(map: usize, mapEnd: usize, stride: usize, stack: usize, stackEnd: usize): void {
  let left = 1
  while (left > 0) {
    left = 0
    for (let at = map; at + 16 <= mapEnd; at += 16) {
      let found = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(3)))
      while (found !== 0) {
        const place = at + ctz(found)
        if (load<u8>(place) === 3) left += follow(place, stride, stack, stackEnd)
        found &= found - 1
      }
    }
  }
}

export function show(map: usize, to: usize, width: i32): void {
  let x = 0
  while (true) {
    v128.store(to + x, i8x16.eq(v128.load(map + x), i8x16.splat(2)))
    if (x === width - 16) return
    x = min(x + 16, width - 16)
  }
}

/** Derivatives along x and y of the row `y`. */
function derive(
  from: usize,
  y: i32,
  width: i32,
  height: i32,
  aperture: i32,
  smooth: usize,
  slope: usize,
  alongX: usize,
  alongY: usize,
): void {
  const last = height - 1
  const row = from + y * width
  const above = from + max(y - 1, 0) * width
  const below = from + min(y + 1, last) * width
  if (aperture === 3) {
    verticals(above, row, below, smooth, slope, width)
    horizontals(smooth, slope, alongX, alongY, width)
    return
  }
  const top = from + max(y - 2, 0) * width
  const bottom = from + min(y + 2, last) * width
  verticalsOfFive(top, above, row, below, bottom, smooth, slope, width)
  horizontalsOfFive(smooth, slope, alongX, alongY, width)
}

/**
 * @param aperture 3 or 5
 * @param scratch `(width + 2) * (height + 2) + 32` bytes for the map, 48 more, 12 rows of `width + 18` u16, and the rest, to
 *   `scratchEnd`, a stack of at least 1 KB: a larger one saves scans of the map
 */
export function canny(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  low: i32,
  high: i32,
  aperture: i32,
  isSquared: bool,
  scratch: usize,
  scratchEnd: usize,
): void {
  const stride = <usize>(width + 2)
  const map = scratch
  const mapBytes = (stride * (height + 2) + 31) & ~15
  const rowBytes = <usize>((width + 18) << 1)
  const smooth = map + mapBytes + 16
  const slope = smooth + rowBytes
  const alongX = slope + rowBytes
  const alongY = alongX + 2 * rowBytes
  // gradients: three rows in turn, each of one number more on either side, which stays 0
  const gradients = alongY + 2 * rowBytes
  const gradientBytes = rowBytes << 1
  const stack = gradients + 3 * gradientBytes + 16
  memory.fill(map, 0, mapBytes)
  memory.fill(gradients - 16, 0, 3 * gradientBytes + 16)
  for (let y = 0; y <= height; y++) {
    const current = gradients + (y % 3) * gradientBytes
    const x = alongX + (y & 1) * rowBytes
    const slopeY = alongY + (y & 1) * rowBytes
    if (y < height) {
      derive(from, y, width, height, aperture, smooth, slope, x, slopeY)
      if (isSquared) squaresOf(x, slopeY, current, width)
      else sumsOf(x, slopeY, current, width)
    } else memory.fill(current, 0, gradientBytes - 16)
    if (y === 0) continue
    const above = gradients + ((y + 1) % 3) * gradientBytes
    const middle = gradients + ((y + 2) % 3) * gradientBytes
    const lastX = alongX + ((y - 1) & 1) * rowBytes
    const lastY = alongY + ((y - 1) & 1) * rowBytes
    const mapRow = map + y * stride + 1
    if (isSquared) thinSquares(above, middle, current, lastX, lastY, mapRow, width, low, high)
    else thinSums(above, middle, current, lastX, lastY, mapRow, width, low, high)
  }
  followAll(map, map + mapBytes, stride, stack, scratchEnd - 4)
  for (let y = 0; y < height; y++) show(map + (y + 1) * stride + 1, to + y * width, width)
}
