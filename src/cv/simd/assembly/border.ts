/**
 * What lies outside of an image, as cv::borderInterpolate defines it, for rows (a table of addresses) and within a row
 * (copies before and behind its samples). The numbers are OpenCV's BorderTypes.
 */

export const CONSTANT: i32 = 0
export const REPLICATE: i32 = 1
export const REFLECT: i32 = 2

/** The place inside of 0 … length - 1 that stands for `at`; -1 is the constant. */
export function inside(at: i32, length: i32, border: i32): i32 {
  if (u32(at) < u32(length)) return at
  if (border === CONSTANT) return -1
  if (border === REPLICATE) return at < 0 ? 0 : length - 1
  if (length === 1) return 0
  // REFLECT repeats the outermost pixel, REFLECT_101 does not
  const skipped = border === REFLECT ? 0 : 1
  do {
    at = at < 0 ? -at - 1 + skipped : length - 1 - (at - length) - skipped
  } while (u32(at) >= u32(length))
  return at
}

/** Addresses of the `count` rows from row `first` on, as u32; rows outside of the image that are constant are `constantRow`. */
export function rowAddresses(
  table: usize,
  count: i32,
  image: usize,
  stepBytes: i32,
  height: i32,
  first: i32,
  border: i32,
  constantRow: usize,
): void {
  for (let index = 0; index < count; index++) {
    const row = inside(first + index, height, border)
    store<u32>(table + (index << 2), u32(row < 0 ? constantRow : image + row * stepBytes))
  }
}

/**
 * Fills `before` pixels in front of the row at `row` and `behind` pixels after its `width` ones. A pixel has `pixelBytes`; a
 * constant border is filled with `constant`, a byte.
 */
export function padRow(
  row: usize,
  width: i32,
  pixelBytes: i32,
  before: i32,
  behind: i32,
  border: i32,
  constant: u8,
): void {
  const end = row + width * pixelBytes
  if (border === CONSTANT) {
    memory.fill(row - before * pixelBytes, constant, before * pixelBytes)
    memory.fill(end, constant, behind * pixelBytes)
    return
  }
  for (let at = -before; at < 0; at++)
    copyPixel(row + at * pixelBytes, row + inside(at, width, border) * pixelBytes, pixelBytes)
  for (let at = width; at < width + behind; at++) {
    copyPixel(row + at * pixelBytes, row + inside(at, width, border) * pixelBytes, pixelBytes)
  }
}

function copyPixel(to: usize, from: usize, pixelBytes: i32): void {
  for (let byte = 0; byte < pixelBytes; byte++) store<u8>(to + byte, load<u8>(from + byte))
}
