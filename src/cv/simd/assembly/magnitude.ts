/**
 * cv::magnitude and cv::convertScaleAbs (OpenCV modules/core/src/mathfuncs_core.simd.hpp, convert_scale.simd.hpp), in single
 * precision and OpenCV's order. The whole image is one row.
 */

import { bytesOf, rounded } from './pointwise'

/** `sqrt(x * x + y * y)`; the result may lie where a source does. */
export function magnitude(x: usize, y: usize, to: usize, count: i32): void {
  const end = x + (count << 2)
  for (; x + 16 <= end; x += 16, y += 16, to += 16) {
    const one = v128.load(x)
    const other = v128.load(y)
    v128.store(to, f32x4.sqrt(f32x4.add(f32x4.mul(one, one), f32x4.mul(other, other))))
  }
  for (; x < end; x += 4, y += 4, to += 4) {
    const one = load<f32>(x)
    const other = load<f32>(y)
    store<f32>(to, Mathf.sqrt(one * one + other * other))
  }
}

/** More than any byte, and far from where rounding fails. */
const ENOUGH: f32 = 1000

/** Absolute values as integers; what is no number is 0, as OpenCV has it. */
function absolute(values: v128, scale: v128, shift: v128): v128 {
  const size = f32x4.abs(f32x4.add(f32x4.mul(values, scale), shift))
  return rounded(f32x4.pmax(f32x4.splat(0), f32x4.pmin(size, f32x4.splat(ENOUGH))))
}

/** Of bytes, at least 16. */
export function scaleAbsBytes(from: usize, to: usize, count: i32, scale: f32, shift: f32): void {
  const scales = f32x4.splat(scale)
  const shifts = f32x4.splat(shift)
  let x = 0
  while (true) {
    const bytes = v128.load(from + x)
    const low = i16x8.extend_low_i8x16_u(bytes)
    const high = i16x8.extend_high_i8x16_u(bytes)
    v128.store(
      to + x,
      bytesOf(
        absolute(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low)), scales, shifts),
        absolute(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low)), scales, shifts),
        absolute(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high)), scales, shifts),
        absolute(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high)), scales, shifts),
      ),
    )
    if (x === count - 16) return
    x = min(x + 16, count - 16)
  }
}

/** Of numbers of 16 bits, at least 16. */
export function scaleAbsShorts(from: usize, to: usize, count: i32, scale: f32, shift: f32): void {
  const scales = f32x4.splat(scale)
  const shifts = f32x4.splat(shift)
  let x = 0
  while (true) {
    const one = v128.load(from + (x << 1))
    const two = v128.load(from + (x << 1), 16)
    v128.store(
      to + x,
      bytesOf(
        absolute(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(one)), scales, shifts),
        absolute(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(one)), scales, shifts),
        absolute(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(two)), scales, shifts),
        absolute(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(two)), scales, shifts),
      ),
    )
    if (x === count - 16) return
    x = min(x + 16, count - 16)
  }
}

/** Of floats, at least 16. */
export function scaleAbsFloats(from: usize, to: usize, count: i32, scale: f32, shift: f32): void {
  const scales = f32x4.splat(scale)
  const shifts = f32x4.splat(shift)
  let x = 0
  while (true) {
    const at = from + (x << 2)
    v128.store(
      to + x,
      bytesOf(
        absolute(v128.load(at), scales, shifts),
        absolute(v128.load(at, 16), scales, shifts),
        absolute(v128.load(at, 32), scales, shifts),
        absolute(v128.load(at, 48), scales, shifts),
      ),
    )
    if (x === count - 16) return
    x = min(x + 16, count - 16)
  }
}
