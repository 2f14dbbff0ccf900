/**
 * cv::resize with INTER_AREA to a smaller image by any factor, samples of 8 bits in one or three channels, or of 16 in one (OpenCV
 * modules/imgproc/src/resize.cpp, ResizeArea_Invoker). Each pixel is the mean of the pixels that it covers, those at its edges by
 * the share that is covered: single precision, first along a row, pixel after pixel, then down, row after row.
 *
 * Floats are added in OpenCV's order, so a register holds what is independent of each other: the channels of one pixel, or one
 * pixel of four gray rows. Rows that two results share are computed once.
 */

import { bytesOf, rounded } from './pointwise'

/** 16 floats of bytes. */
function storeFloats(to: usize, bytes: v128): void {
  const low = i16x8.extend_low_i8x16_u(bytes)
  const high = i16x8.extend_high_i8x16_u(bytes)
  v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low)))
  v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low)), 16)
  v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high)), 32)
  v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high)), 48)
}

/** 8 floats of 16-bit samples. */
function storeShorts(to: usize, shorts: v128): void {
  v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(shorts)))
  v128.store(to, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(shorts)), 16)
}

/** A row as floats; at least 16 `samples`. */
export function floatsOf(from: usize, to: usize, samples: i32): void {
  let x = 0
  while (true) {
    storeFloats(to + (x << 2), v128.load(from + x))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/** Four rows of gray as floats, pixel by pixel: the four of the first column, of the second, ... At least 16 `pixels`. */
export function floatsOfBytes(one: usize, two: usize, three: usize, four: usize, to: usize, pixels: i32): void {
  let x = 0
  while (true) {
    const a = v128.load(one + x)
    const b = v128.load(two + x)
    const c = v128.load(three + x)
    const d = v128.load(four + x)
    const lowAB = v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const highAB = v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
    const lowCD = v128.shuffle<u8>(c, d, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const highCD = v128.shuffle<u8>(c, d, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
    const at = to + (x << 4)
    storeFloats(at, v128.shuffle<i16>(lowAB, lowCD, 0, 8, 1, 9, 2, 10, 3, 11))
    storeFloats(at + 64, v128.shuffle<i16>(lowAB, lowCD, 4, 12, 5, 13, 6, 14, 7, 15))
    storeFloats(at + 128, v128.shuffle<i16>(highAB, highCD, 0, 8, 1, 9, 2, 10, 3, 11))
    storeFloats(at + 192, v128.shuffle<i16>(highAB, highCD, 4, 12, 5, 13, 6, 14, 7, 15))
    if (x === pixels - 16) return
    x = min(x + 16, pixels - 16)
  }
}

/** The same of 16-bit samples; at least 8 `pixels`. */
export function floatsOfShorts(one: usize, two: usize, three: usize, four: usize, to: usize, pixels: i32): void {
  let x = 0
  while (true) {
    const a = v128.load(one + (x << 1))
    const b = v128.load(two + (x << 1))
    const c = v128.load(three + (x << 1))
    const d = v128.load(four + (x << 1))
    const lowAB = v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
    const highAB = v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
    const lowCD = v128.shuffle<i16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11)
    const highCD = v128.shuffle<i16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15)
    const at = to + (x << 4)
    storeShorts(at, v128.shuffle<i32>(lowAB, lowCD, 0, 4, 1, 5))
    storeShorts(at + 32, v128.shuffle<i32>(lowAB, lowCD, 2, 6, 3, 7))
    storeShorts(at + 64, v128.shuffle<i32>(highAB, highCD, 0, 4, 1, 5))
    storeShorts(at + 96, v128.shuffle<i32>(highAB, highCD, 2, 6, 3, 7))
    if (x === pixels - 8) return
    x = min(x + 8, pixels - 8)
  }
}

/**
 * Means along rows of `pixelBytes` (12 or 16: three or four floats). Of each pixel: `firsts`, the address within the row of what it
 * covers first, `counts`, how many it covers, both i32, and so many `shares`, f32, those of all pixels behind each other. Writes up
 * to 16 bytes behind the last pixel, and reads 4 behind the row.
 */
export function meansAlong(
  row: usize,
  firsts: usize,
  counts: usize,
  shares: usize,
  to: usize,
  pixels: i32,
  pixelBytes: i32,
): void {
  for (const end = firsts + (pixels << 2); firsts < end; firsts += 4) {
    let at = row + load<i32>(firsts)
    let mean = f32x4.mul(v128.load(at), v128.load32_splat(shares))
    const lastShare = shares + (load<i32>(counts) << 2)
    for (shares += 4; shares < lastShare; shares += 4) {
      at += pixelBytes
      mean = f32x4.add(mean, f32x4.mul(v128.load(at), v128.load32_splat(shares)))
    }
    v128.store(to, mean)
    counts += 4
    to += pixelBytes
  }
}

/** Four rows behind each other out of pixels of four floats; at least 4 `pixels`. */
export function spread(from: usize, to: usize, pixels: i32): void {
  const rowBytes = pixels << 2
  let x = 0
  while (true) {
    const at = from + (x << 4)
    const one = v128.load(at)
    const two = v128.load(at, 16)
    const three = v128.load(at, 32)
    const four = v128.load(at, 48)
    const lowA = v128.shuffle<i32>(one, two, 0, 4, 1, 5)
    const highA = v128.shuffle<i32>(one, two, 2, 6, 3, 7)
    const lowB = v128.shuffle<i32>(three, four, 0, 4, 1, 5)
    const highB = v128.shuffle<i32>(three, four, 2, 6, 3, 7)
    const result = to + (x << 2)
    v128.store(result, v128.shuffle<i64>(lowA, lowB, 0, 2))
    v128.store(result + rowBytes, v128.shuffle<i64>(lowA, lowB, 1, 3))
    v128.store(result + 2 * rowBytes, v128.shuffle<i64>(highA, highB, 0, 2))
    v128.store(result + 3 * rowBytes, v128.shuffle<i64>(highA, highB, 1, 3))
    if (x === pixels - 4) return
    x = min(x + 4, pixels - 4)
  }
}

/** `sums` become a share of a row, or it is added to them. May go on for up to three samples. */
export function addShare(row: usize, share: f32, sums: usize, samples: i32, isFirst: i32): void {
  const shares = f32x4.splat(share)
  for (let at = 0, end = samples << 2; at < end; at += 16) {
    const part = f32x4.mul(v128.load(row + at), shares)
    v128.store(sums + at, isFirst ? part : f32x4.add(v128.load(sums + at), part))
  }
}

/** Sums as bytes; at least 16 `samples`. */
export function roundToBytes(sums: usize, to: usize, samples: i32): void {
  let x = 0
  while (true) {
    const at = sums + (x << 2)
    v128.store(
      to + x,
      bytesOf(
        rounded(v128.load(at)),
        rounded(v128.load(at, 16)),
        rounded(v128.load(at, 32)),
        rounded(v128.load(at, 48)),
      ),
    )
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/** The same as 16-bit samples; at least 8. */
export function roundToShorts(sums: usize, to: usize, samples: i32): void {
  let x = 0
  while (true) {
    const at = sums + (x << 2)
    v128.store(to + (x << 1), i16x8.narrow_i32x4_u(rounded(v128.load(at)), rounded(v128.load(at, 16))))
    if (x === samples - 8) return
    x = min(x + 8, samples - 8)
  }
}

/**
 * @param width and `height` of the source; rows of both images have at least 16 samples
 * @param channels 1 or 3
 * @param bits of a sample: 8, or 16 where there is one channel
 * @param columns tables of meansAlong behind each other: firsts, counts, shares
 * @param rows the same for a column, where firsts are numbers of rows
 * @param scratch for RGB a row of the source and three of the result, for gray four of the source and nine of the result, as floats,
 *   and 64 bytes more
 */
export function resizeArea(
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  channels: i32,
  bits: i32,
  toWidth: i32,
  toHeight: i32,
  columns: usize,
  rows: usize,
  scratch: usize,
): void {
  const sourceSamples = width * channels
  const bytes = (sourceSamples * bits) >> 3
  const samples = toWidth * channels
  const counts = columns + (toWidth << 2)
  const shares = counts + (toWidth << 2)
  const rowCounts = rows + (toHeight << 2)
  let rowShares = rowCounts + (toHeight << 2)
  const floats = scratch
  const sums = floats + (((channels === 1 ? 4 : 1) * sourceSamples) << 2) + 16
  const means = sums + (samples << 2) + 16
  const mixed = means + (samples << 4)
  // the first of the rows that lie in `means`
  let known = -4
  for (let y = 0; y < toHeight; y++) {
    let row = load<i32>(rows + (y << 2))
    const count = load<i32>(rowCounts + (y << 2))
    for (let index = 0; index < count; index++) {
      let mean = means
      if (channels === 1) {
        const first = row & ~3
        if (first !== known) {
          const last = height - 1
          const one = from + first * bytes
          const two = from + min(first + 1, last) * bytes
          const three = from + min(first + 2, last) * bytes
          const four = from + min(first + 3, last) * bytes
          if (bits === 16) floatsOfShorts(one, two, three, four, floats, width)
          else floatsOfBytes(one, two, three, four, floats, width)
          meansAlong(floats, columns, counts, shares, mixed, toWidth, 16)
          spread(mixed, means, toWidth)
          known = first
        }
        mean += ((row & 3) * samples) << 2
      } else if (row !== known) {
        floatsOf(from + row * bytes, floats, sourceSamples)
        meansAlong(floats, columns, counts, shares, means, toWidth, 12)
        known = row
      }
      addShare(mean, load<f32>(rowShares), sums, samples, index === 0 ? 1 : 0)
      rowShares += 4
      row++
    }
    if (bits === 16) roundToShorts(sums, to, samples)
    else roundToBytes(sums, to, samples)
    to += (samples * bits) >> 3
  }
}
