/** cv::flip of 8-bit samples: rows from the last to the first are copies, pixels from the last to the first are shuffled by 16. */

/** Gray: one row from right to left, at least 16 pixels. */
export function reverseOne(from: usize, to: usize, pixels: i32): void {
  let x = 0
  while (true) {
    const row = v128.load(from + x)
    v128.store(to + (pixels - 16 - x), v128.shuffle<u8>(row, row, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0))
    if (x === pixels - 16) return
    x = min(x + 16, pixels - 16)
  }
}

/** The same of RGB: three registers hold 16 pixels. */
export function reverseThree(from: usize, to: usize, pixels: i32): void {
  let x = 0
  while (true) {
    const first = v128.load(from + 3 * x)
    const middle = v128.load(from + 3 * x, 16)
    const last = v128.load(from + 3 * x, 32)
    const end = to + 3 * (pixels - 16 - x)
    v128.store(end, v128.shuffle<u8>(last, middle, 13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, 30))
    // its first two bytes, and its last two, share their pixels with its neighbours
    const inner = v128.shuffle<u8>(middle, last, 15, 16, 11, 12, 13, 8, 9, 10, 5, 6, 7, 2, 3, 4, 0, 0)
    v128.store(end, v128.shuffle<u8>(inner, first, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 31, 14), 16)
    v128.store(end, v128.shuffle<u8>(first, middle, 17, 12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2), 32)
    if (x === pixels - 16) return
    x = min(x + 16, pixels - 16)
  }
}

/**
 * @param isAcross and `isDown` 0 or 1: swaps left and right (rows of at least 16 pixels), top and bottom
 * @param channels 1 or 3
 */
export function flip(from: usize, to: usize, width: i32, height: i32, channels: i32, isAcross: i32, isDown: i32): void {
  const bytes = width * channels
  const step = isDown ? -bytes : bytes
  if (isDown) to += (height - 1) * bytes
  for (let y = 0; y < height; y++) {
    if (!isAcross) memory.copy(to, from, bytes)
    else if (channels === 1) reverseOne(from, to, width)
    else reverseThree(from, to, width)
    from += bytes
    to += step
  }
}
