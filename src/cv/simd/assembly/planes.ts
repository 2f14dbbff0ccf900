/**
 * cv::split and cv::merge of three channels, 8 bits, and cv::inRange. The whole image is one row, of at least 16 pixels, taken 16
 * at a time: three registers of samples in turn, or three of one channel each.
 */

/** Reds, greens and blues of the 16 pixels in three registers. */
function firsts(one: v128, two: v128, three: v128): v128 {
  const most = v128.shuffle<u8>(one, two, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0)
  return v128.shuffle<u8>(most, three, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29)
}

function seconds(one: v128, two: v128, three: v128): v128 {
  const most = v128.shuffle<u8>(one, two, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0)
  return v128.shuffle<u8>(most, three, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30)
}

function thirds(one: v128, two: v128, three: v128): v128 {
  const most = v128.shuffle<u8>(one, two, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0)
  return v128.shuffle<u8>(most, three, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31)
}

export function splitThree(from: usize, red: usize, green: usize, blue: usize, pixels: i32): void {
  let x = 0
  while (true) {
    const at = from + 3 * x
    const one = v128.load(at)
    const two = v128.load(at, 16)
    const three = v128.load(at, 32)
    v128.store(red + x, firsts(one, two, three))
    v128.store(green + x, seconds(one, two, three))
    v128.store(blue + x, thirds(one, two, three))
    if (x === pixels - 16) return
    x = min(x + 16, pixels - 16)
  }
}

export function mergeThree(red: usize, green: usize, blue: usize, to: usize, pixels: i32): void {
  let x = 0
  while (true) {
    const r = v128.load(red + x)
    const g = v128.load(green + x)
    const b = v128.load(blue + x)
    const at = to + 3 * x
    // red and green in their places first
    const one = v128.shuffle<u8>(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5)
    const two = v128.shuffle<u8>(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26)
    const three = v128.shuffle<u8>(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0)
    v128.store(at, v128.shuffle<u8>(one, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15))
    v128.store(at, v128.shuffle<u8>(two, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15), 16)
    v128.store(at, v128.shuffle<u8>(three, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31), 32)
    if (x === pixels - 16) return
    x = min(x + 16, pixels - 16)
  }
}

/** All ones where a sample lies between two bounds, both included. */
function between(samples: v128, low: v128, high: v128): v128 {
  return v128.and(i8x16.eq(i8x16.max_u(samples, low), samples), i8x16.eq(i8x16.min_u(samples, high), samples))
}

export function inRangeOne(from: usize, to: usize, pixels: i32, low: i32, high: i32): void {
  const lows = i8x16.splat(i8(low))
  const highs = i8x16.splat(i8(high))
  let x = 0
  while (true) {
    v128.store(to + x, between(v128.load(from + x), lows, highs))
    if (x === pixels - 16) return
    x = min(x + 16, pixels - 16)
  }
}

/** @param bounds lowest, then highest: 48 bytes each, as three registers of 16 pixels hold them */
export function inRangeThree(from: usize, to: usize, pixels: i32, bounds: usize): void {
  let x = 0
  while (true) {
    const at = from + 3 * x
    const one = between(v128.load(at), v128.load(bounds), v128.load(bounds, 48))
    const two = between(v128.load(at, 16), v128.load(bounds, 16), v128.load(bounds, 64))
    const three = between(v128.load(at, 32), v128.load(bounds, 32), v128.load(bounds, 80))
    const all = v128.and(v128.and(firsts(one, two, three), seconds(one, two, three)), thirds(one, two, three))
    v128.store(to + x, all)
    if (x === pixels - 16) return
    x = min(x + 16, pixels - 16)
  }
}
