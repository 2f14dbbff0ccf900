/**
 * cv::resize with INTER_AREA where pixels of the result cover whole ones of the source (OpenCV modules/imgproc/src/resize.cpp,
 * resizeAreaFast_Invoker): result = (sum of the samples) * (1 / their number), the product in single precision and rounded half to
 * even. Sums are exact, so rows are added first.
 */

/** Sums of `count` rows, u16; at least 16 `samples`. */
export function sumsDown(from: usize, stepBytes: i32, count: i32, to: usize, samples: i32): void {
  let x = 0
  while (true) {
    let at = from + x
    const first = v128.load(at)
    let low = i16x8.extend_low_i8x16_u(first)
    let high = i16x8.extend_high_i8x16_u(first)
    for (let index = 1; index < count; index++) {
      at += stepBytes
      const row = v128.load(at)
      low = i16x8.add(low, i16x8.extend_low_i8x16_u(row))
      high = i16x8.add(high, i16x8.extend_high_i8x16_u(row))
    }
    v128.store(to + (x << 1), low)
    v128.store(to + (x << 1), high, 16)
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/** Added to a float from 0 to 255 it leaves the rounded number in the low byte. */
const ROUNDING: f32 = 12582912

/** A row of gray from its sums, `count` for each pixel. */
export function meansOfOne(sums: usize, count: i32, factor: f32, to: usize, pixels: i32): void {
  for (const end = to + pixels; to < end; to++) {
    let sum = 0
    for (const last = sums + (count << 1); sums < last; sums += 2) sum += load<u16>(sums)
    store<u8>(to, u8(reinterpret<i32>(f32(sum) * factor + ROUNDING)))
  }
}

/** The same of RGB; reads two bytes behind the sums. */
export function meansOfThree(sums: usize, count: i32, factor: f32, to: usize, pixels: i32): void {
  const factors = f32x4.splat(factor)
  for (const end = to + 3 * pixels; to < end; to += 3) {
    let sum = i32x4.splat(0)
    for (const last = sums + 6 * count; sums < last; sums += 6) {
      sum = i32x4.add(sum, i32x4.extend_low_i16x8_u(v128.load64_zero(sums)))
    }
    const mean = f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), factors), f32x4.splat(ROUNDING))
    v128.store8_lane(to, mean, 0)
    v128.store8_lane(to, mean, 4, 1)
    v128.store8_lane(to, mean, 8, 2)
  }
}

/**
 * @param toWidth and `toHeight` of the result; the source is `scaleX` times as wide and `scaleY` times, at most 257, as high, at
 *   least 16 samples wide
 * @param channels 1 or 3
 * @param scratch a row of the source in 16 bits and 16 bytes
 */
export function resizeWhole(
  from: usize,
  to: usize,
  toWidth: i32,
  toHeight: i32,
  channels: i32,
  scaleX: i32,
  scaleY: i32,
  scratch: usize,
): void {
  const bytes = toWidth * scaleX * channels
  const factor: f32 = f32(1) / f32(scaleX * scaleY)
  for (let y = 0; y < toHeight; y++) {
    sumsDown(from, bytes, scaleY, scratch, bytes)
    if (channels === 1) meansOfOne(scratch, scaleX, factor, to, toWidth)
    else meansOfThree(scratch, scaleX, factor, to, toWidth)
    from += bytes * scaleY
    to += toWidth * channels
  }
}
