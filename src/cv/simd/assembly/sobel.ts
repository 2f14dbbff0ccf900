/**
 * Sobel's 3 x 3 derivatives of 8-bit samples as 16-bit numbers; the border repeats the outermost pixels. All is exact.
 *
 * The vertical pass makes two rows: samples smoothed by 1 2 1, and the differences of the rows below and above. Both get a pixel
 * more on either side. The horizontal pass differentiates the first and smooths the second.
 */

export function verticals(above: usize, row: usize, below: usize, smooth: usize, slope: usize, width: i32): void {
  let x = 0
  while (true) {
    const top = v128.load(above + x)
    const middle = v128.load(row + x)
    const bottom = v128.load(below + x)
    const lowTop = i16x8.extend_low_i8x16_u(top)
    const lowBottom = i16x8.extend_low_i8x16_u(bottom)
    const lowMiddle = i16x8.shl(i16x8.extend_low_i8x16_u(middle), 1)
    const highTop = i16x8.extend_high_i8x16_u(top)
    const highBottom = i16x8.extend_high_i8x16_u(bottom)
    const highMiddle = i16x8.shl(i16x8.extend_high_i8x16_u(middle), 1)
    const at = x << 1
    v128.store(smooth + at, i16x8.add(i16x8.add(lowTop, lowBottom), lowMiddle))
    v128.store(smooth + at, i16x8.add(i16x8.add(highTop, highBottom), highMiddle), 16)
    v128.store(slope + at, i16x8.sub(lowBottom, lowTop))
    v128.store(slope + at, i16x8.sub(highBottom, highTop), 16)
    if (x === width - 16) break
    x = min(x + 16, width - 16)
  }
  const last = (width - 1) << 1
  store<i16>(smooth - 2, load<i16>(smooth))
  store<i16>(slope - 2, load<i16>(slope))
  store<i16>(smooth + last, load<i16>(smooth + last), 2)
  store<i16>(slope + last, load<i16>(slope + last), 2)
}

/** Derivatives along x and y; width at least 8. */
export function horizontals(smooth: usize, slope: usize, alongX: usize, alongY: usize, width: i32): void {
  let x = 0
  while (true) {
    const at = x << 1
    v128.store(alongX + at, i16x8.sub(v128.load(smooth + at, 2), v128.load(smooth + at - 2)))
    v128.store(
      alongY + at,
      i16x8.add(i16x8.add(v128.load(slope + at - 2), v128.load(slope + at, 2)), i16x8.shl(v128.load(slope + at), 1)),
    )
    if (x === width - 8) return
    x = min(x + 8, width - 8)
  }
}
