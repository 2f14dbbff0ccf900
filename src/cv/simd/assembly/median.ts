/**
 * cv::medianBlur of 8-bit samples with 3 and 5 pixels (OpenCV modules/imgproc/src/median_blur.simd.hpp); the border repeats the
 * outermost pixels. A median is exact, whatever way leads to it.
 *
 * Columns are sorted first, once for all windows that share them: rows of the least, the second, … sample of each column. A
 * window is then a square whose columns are sorted. Sorting its rows too keeps them so (Knuth, The Art of Computer
 * Programming 5.2.4), and most samples are then known to lie above or below the median:
 *   3: the median is that of the greatest of the least, the median of the middle ones and the least of the greatest.
 *   5: of the sample in row i, place j, (i + 1)(j + 1) samples are at most as great and (5 - i)(5 - j) at least as great, itself
 *      included. Where either is above 13 it cannot be needed. 13 are left, on three diagonals.
 */

import { padRow, REPLICATE, rowAddresses } from './border'

/** Three rows into three, sample by sample in order. The results lie `stride` apart. */
export function sortThree(one: usize, two: usize, three: usize, to: usize, stride: usize, samples: i32): void {
  let x = 0
  while (true) {
    const a = v128.load(one + x)
    const b = v128.load(two + x)
    const c = v128.load(three + x)
    const low = i8x16.min_u(a, b)
    const high = i8x16.max_u(a, b)
    const middle = i8x16.min_u(high, c)
    v128.store(to + x, i8x16.min_u(low, c))
    v128.store(to + stride + x, i8x16.max_u(low, middle))
    v128.store(to + 2 * stride + x, i8x16.max_u(high, c))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/**
 * Five rows into five, likewise: nine comparisons, which is the least. A letter is a place, its number how often it was compared.
 */
export function sortFive(
  one: usize,
  two: usize,
  three: usize,
  four: usize,
  five: usize,
  to: usize,
  stride: usize,
  samples: i32,
): void {
  let x = 0
  while (true) {
    const a0 = v128.load(one + x)
    const b0 = v128.load(two + x)
    const c0 = v128.load(three + x)
    const d0 = v128.load(four + x)
    const e0 = v128.load(five + x)
    const a1 = i8x16.min_u(a0, b0)
    const b1 = i8x16.max_u(a0, b0)
    const d1 = i8x16.min_u(d0, e0)
    const e1 = i8x16.max_u(d0, e0)
    const c1 = i8x16.min_u(c0, e1)
    const e2 = i8x16.max_u(c0, e1)
    const c2 = i8x16.min_u(c1, d1)
    const d2 = i8x16.max_u(c1, d1)
    const b2 = i8x16.min_u(b1, e2)
    const e3 = i8x16.max_u(b1, e2)
    const a2 = i8x16.min_u(a1, d2)
    const d3 = i8x16.max_u(a1, d2)
    const a3 = i8x16.min_u(a2, c2)
    const c3 = i8x16.max_u(a2, c2)
    const b3 = i8x16.min_u(b2, d3)
    const d4 = i8x16.max_u(b2, d3)
    const b4 = i8x16.min_u(b3, c3)
    const c4 = i8x16.max_u(b3, c3)
    v128.store(to + x, a3)
    v128.store(to + stride + x, b4)
    v128.store(to + 2 * stride + x, c4)
    v128.store(to + 3 * stride + x, d4)
    v128.store(to + 4 * stride + x, e3)
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

function medianOfThree(a: v128, b: v128, c: v128): v128 {
  return i8x16.max_u(i8x16.min_u(a, b), i8x16.min_u(i8x16.max_u(a, b), c))
}

/** One row of medians from three rows of sorted columns, `stride` apart, with their borders. */
export function mediansOfThree(sorted: usize, stride: usize, channels: i32, to: usize, samples: i32): void {
  const next = <usize>channels
  let x = 0
  while (true) {
    const least = sorted + x
    const middle = least + stride
    const greatest = middle + stride
    const low = i8x16.max_u(i8x16.max_u(v128.load(least), v128.load(least + next)), v128.load(least + 2 * next))
    const high = i8x16.min_u(
      i8x16.min_u(v128.load(greatest), v128.load(greatest + next)),
      v128.load(greatest + 2 * next),
    )
    const between = medianOfThree(v128.load(middle), v128.load(middle + next), v128.load(middle + 2 * next))
    v128.store(to + x, medianOfThree(low, between, high))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/**
 * One row of medians from 25 rows: row 5 * i + j of `sorted` holds place j in row i of each sorted square.
 *
 * Each of the four on the lower diagonal is at most two neighbours on the middle one, those likewise on the upper one. Sorted,
 * only the two greatest of the lower, the three in the middle, and the two least of the upper diagonal are left.
 */
export function mediansOfFive(sorted: usize, stride: usize, diagonal: usize, to: usize, samples: i32): void {
  // the middle diagonal, in order, as five rows
  sortFive(
    sorted + 4 * stride,
    sorted + 8 * stride,
    sorted + 12 * stride,
    sorted + 16 * stride,
    sorted + 20 * stride,
    diagonal,
    stride,
    samples,
  )
  let x = 0
  while (true) {
    const at = sorted + x
    // lower diagonal: the greatest and the one after it
    let a = v128.load(at + 3 * stride)
    let b = v128.load(at + 7 * stride)
    let c = v128.load(at + 11 * stride)
    let d = v128.load(at + 15 * stride)
    let more = i8x16.max_u(a, b)
    let other = i8x16.max_u(c, d)
    const lowest = i8x16.max_u(i8x16.min_u(a, b), i8x16.min_u(c, d))
    const low = i8x16.max_u(i8x16.min_u(more, other), lowest)
    const lowTop = i8x16.max_u(more, other)
    // upper diagonal: the least and the one after it
    a = v128.load(at + 9 * stride)
    b = v128.load(at + 13 * stride)
    c = v128.load(at + 17 * stride)
    d = v128.load(at + 21 * stride)
    more = i8x16.min_u(a, b)
    other = i8x16.min_u(c, d)
    const highest = i8x16.min_u(i8x16.max_u(a, b), i8x16.max_u(c, d))
    const high = i8x16.min_u(i8x16.max_u(more, other), highest)
    const highEnd = i8x16.min_u(more, other)
    // seven in three ordered lists: without the least of all and the greatest of all, five
    const first = v128.load(diagonal + x + stride)
    const middle = v128.load(diagonal + x + 2 * stride)
    const last = v128.load(diagonal + x + 3 * stride)
    a = i8x16.max_u(low, first)
    b = i8x16.max_u(i8x16.min_u(low, first), highEnd)
    c = i8x16.min_u(lowTop, last)
    d = i8x16.min_u(i8x16.max_u(lowTop, last), high)
    // the median of five: without the least and the greatest of four, three
    more = i8x16.max_u(i8x16.min_u(a, b), i8x16.min_u(c, d))
    other = i8x16.min_u(i8x16.max_u(a, b), i8x16.max_u(c, d))
    v128.store(to + x, medianOfThree(more, middle, other))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/** @param scratch `3 * ((width + 2) * channels + 16)` bytes and 3 u32 */
export function medianThree(from: usize, to: usize, width: i32, height: i32, channels: i32, scratch: usize): void {
  const samples = width * channels
  const stride = <usize>(samples + 2 * channels + 16)
  const table = (scratch + 3 * stride + 3) & ~3
  const inner = scratch + channels
  for (let y = 0; y < height; y++) {
    rowAddresses(table, 3, from, samples, height, y - 1, REPLICATE, 0)
    sortThree(load<u32>(table), load<u32>(table, 4), load<u32>(table, 8), inner, stride, samples)
    for (let index = 0; index < 3; index++) {
      padRow(inner + index * stride, width, channels, 1, 1, REPLICATE, 0)
    }
    mediansOfThree(scratch, stride, channels, to, samples)
    to += samples
  }
}

/** @param scratch 35 times `(width + 4) * channels + 16` bytes and 5 u32 */
export function medianFive(from: usize, to: usize, width: i32, height: i32, channels: i32, scratch: usize): void {
  const samples = width * channels
  const stride = <usize>(samples + 4 * channels + 16)
  const sorted = scratch + 5 * stride
  const diagonal = sorted + 25 * stride
  const table = (diagonal + 5 * stride + 3) & ~3
  const inner = scratch + 2 * channels
  for (let y = 0; y < height; y++) {
    rowAddresses(table, 5, from, samples, height, y - 2, REPLICATE, 0)
    sortFive(
      load<u32>(table),
      load<u32>(table, 4),
      load<u32>(table, 8),
      load<u32>(table, 12),
      load<u32>(table, 16),
      inner,
      stride,
      samples,
    )
    for (let index = 0; index < 5; index++) {
      const row = scratch + index * stride
      padRow(row + 2 * channels, width, channels, 2, 2, REPLICATE, 0)
      sortFive(
        row,
        row + channels,
        row + 2 * channels,
        row + 3 * channels,
        row + 4 * channels,
        sorted + 5 * index * stride,
        stride,
        samples,
      )
    }
    mediansOfFive(sorted, stride, diagonal, to, samples)
    to += samples
  }
}
