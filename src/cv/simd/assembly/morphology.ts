/**
 * cv::erode and cv::dilate of 8-bit samples: the least or greatest sample below a kernel (OpenCV
 * modules/imgproc/src/morph.simd.hpp). Nothing is rounded, so any order gives OpenCV's result.
 *
 * A rectangle is done in two passes: over rows where they are, into one row, and along that row. A pass along a row for `size`
 * pixels takes about log2(size) steps, each of which doubles the window. Any other kernel looks at all of its points, in a ring
 * of rows with their borders.
 *
 * Outside of the image, a constant border is what never wins: 255 when the least is wanted, 0 when the greatest is.
 */

import { CONSTANT, padRow, rowAddresses } from './border'

/** Type parameters that say at compile time which one wins: signed stands for the greatest. */
type Least = u8
type Greatest = i8

function better<Winner>(one: v128, other: v128): v128 {
  return isSigned<Winner>() ? i8x16.max_u(one, other) : i8x16.min_u(one, other)
}

/** One row: of `size` rows, at least one, sample by sample. */
function columns<Winner>(table: usize, size: i32, to: usize, samples: i32): void {
  const end = table + (size << 2)
  let x = 0
  for (; x + 64 <= samples; x += 64) {
    let row = <usize>load<u32>(table) + x
    let one = v128.load(row)
    let two = v128.load(row, 16)
    let three = v128.load(row, 32)
    let four = v128.load(row, 48)
    for (let at = table + 4; at < end; at += 4) {
      row = <usize>load<u32>(at) + x
      one = better<Winner>(one, v128.load(row))
      two = better<Winner>(two, v128.load(row, 16))
      three = better<Winner>(three, v128.load(row, 32))
      four = better<Winner>(four, v128.load(row, 48))
    }
    v128.store(to + x, one)
    v128.store(to + x, two, 16)
    v128.store(to + x, three, 32)
    v128.store(to + x, four, 48)
  }
  if (x === samples) return
  x = min(x, samples - 16)
  while (true) {
    let row = <usize>load<u32>(table) + x
    let best = v128.load(row)
    for (let at = table + 4; at < end; at += 4) {
      row = <usize>load<u32>(at) + x
      best = better<Winner>(best, v128.load(row))
    }
    v128.store(to + x, best)
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

/** Doubling ends at this size: below it, looking at each pixel of the window costs less. */
const DIRECT: i32 = 4

/** One row: of `size` neighbouring pixels from each on. `row` is overwritten, and 16 bytes behind what it needs are read. */
function along<Winner>(row: usize, size: i32, channels: i32, to: usize, samples: i32): void {
  let done = 1
  for (; size - done >= DIRECT && done << 1 <= size; done <<= 1) {
    const distance = done * channels
    const last = row + samples + (size - (done << 1)) * channels
    // in place: a block reads ahead of itself, never behind
    for (let at = row; at < last; at += 16) v128.store(at, better<Winner>(v128.load(at), v128.load(at + distance)))
  }
  // windows of `done` pixels are in the row: they cover `size` in these steps, the last of which may overlap
  const step = done * channels
  const lastOffset = (size - done) * channels
  let x = 0
  for (; x + 64 <= samples; x += 64) {
    let at = row + x
    const end = at + lastOffset
    let one = v128.load(end)
    let two = v128.load(end, 16)
    let three = v128.load(end, 32)
    let four = v128.load(end, 48)
    for (; at < end; at += step) {
      one = better<Winner>(one, v128.load(at))
      two = better<Winner>(two, v128.load(at, 16))
      three = better<Winner>(three, v128.load(at, 32))
      four = better<Winner>(four, v128.load(at, 48))
    }
    v128.store(to + x, one)
    v128.store(to + x, two, 16)
    v128.store(to + x, three, 32)
    v128.store(to + x, four, 48)
  }
  if (x === samples) return
  x = min(x, samples - 16)
  while (true) {
    const at = row + x
    let best = v128.load(at)
    for (let offset = step; offset < lastOffset; offset += step) best = better<Winner>(best, v128.load(at + offset))
    best = better<Winner>(best, v128.load(at + lastOffset))
    v128.store(to + x, best)
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}

export function leastOfRows(table: usize, size: i32, to: usize, samples: i32): void {
  columns<Least>(table, size, to, samples)
}

export function greatestOfRows(table: usize, size: i32, to: usize, samples: i32): void {
  columns<Greatest>(table, size, to, samples)
}

export function leastAlong(row: usize, size: i32, channels: i32, to: usize, samples: i32): void {
  along<Least>(row, size, channels, to, samples)
}

export function greatestAlong(row: usize, size: i32, channels: i32, to: usize, samples: i32): void {
  along<Greatest>(row, size, channels, to, samples)
}

/**
 * A kernel of `sizeX` times `sizeY` pixels, all of which count; the result lies at its pixel (anchorX, anchorY).
 * @param scratch `(width + sizeX) * channels + 32` bytes, `width * channels` bytes, and `sizeY` u32, in this order
 */
export function morphRectangle(
  isDilation: bool,
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
  scratch: usize,
): void {
  const samples = width * channels
  const loser: u8 = isDilation ? 0 : 255
  const row = scratch
  const outside = row + (width + sizeX) * channels + 32
  const table = (outside + samples + 3) & ~3
  memory.fill(outside, loser, samples)
  const inner = row + anchorX * channels
  for (let y = 0; y < height; y++) {
    rowAddresses(table, sizeY, from, samples, height, y - anchorY, border, outside)
    if (isDilation) greatestOfRows(table, sizeY, inner, samples)
    else leastOfRows(table, sizeY, inner, samples)
    padRow(inner, width, channels, anchorX, sizeX - 1 - anchorX, border, loser)
    if (isDilation) greatestAlong(row, sizeX, channels, to, samples)
    else leastAlong(row, sizeX, channels, to, samples)
    to += samples
  }
}

/**
 * A kernel of which the `count` points at `points` count: pairs of i16, x and y from its upper left pixel. Its border is
 * constant: any other may need rows that have left the ring.
 * @param scratch `count` u32, `sizeY + 1` rows of `(width + sizeX) * channels` bytes, in this order
 */
export function morphPoints(
  isDilation: bool,
  from: usize,
  to: usize,
  width: i32,
  height: i32,
  channels: i32,
  sizeX: i32,
  sizeY: i32,
  anchorX: i32,
  anchorY: i32,
  points: usize,
  count: i32,
  scratch: usize,
): void {
  const samples = width * channels
  const loser: u8 = isDilation ? 0 : 255
  const rowBytes = (width + sizeX) * channels
  const table = scratch
  const ring = table + (count << 2)
  const outside = ring + sizeY * rowBytes
  memory.fill(outside, loser, rowBytes)
  let next = 0
  for (let y = 0; y < height; y++) {
    // rows of the image that this row of the result is the first to need
    for (const last = min(y - anchorY + sizeY, height); next < last; next++) {
      const inner = ring + (next % sizeY) * rowBytes + anchorX * channels
      memory.copy(inner, from + next * samples, samples)
      padRow(inner, width, channels, anchorX, sizeX - 1 - anchorX, CONSTANT, loser)
    }
    for (let index = 0; index < count; index++) {
      const x = <i32>load<i16>(points + (index << 2))
      const row = y - anchorY + <i32>load<i16>(points + (index << 2), 2)
      const start = row < 0 || row >= height ? outside : ring + (row % sizeY) * rowBytes
      store<u32>(table + (index << 2), u32(start + x * channels))
    }
    if (isDilation) greatestOfRows(table, count, to, samples)
    else leastOfRows(table, count, to, samples)
    to += samples
  }
}
