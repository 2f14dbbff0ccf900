/**
 * Sobel's derivatives of 8-bit samples, 3 x 3 and 5 x 5, as 16-bit numbers; the border repeats the outermost pixels. All is exact.
 *
 * The vertical pass makes two rows: samples smoothed by 1 2 1 or 1 4 6 4 1, and the differences of the rows below and above, of
 * which the inner ones of five count twice. Both get one or two pixels more on either side. The horizontal pass differentiates
 * the first and smooths the second.
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

/** Of five rows, from the topmost on. */
export function verticalsOfFive(
  one: usize,
  two: usize,
  three: usize,
  four: usize,
  five: usize,
  smooth: usize,
  slope: usize,
  width: i32,
): void {
  let x = 0
  while (true) {
    // eight at a time: 16 would not stay in registers
    const a = v128.load_ext<u8>(one + x)
    const b = v128.load_ext<u8>(two + x)
    const c = v128.load_ext<u8>(three + x)
    const d = v128.load_ext<u8>(four + x)
    const e = v128.load_ext<u8>(five + x)
    const at = x << 1
    const inner = i16x8.add(i16x8.add(b, d), c)
    const outer = i16x8.add(i16x8.add(a, e), i16x8.shl(c, 1))
    v128.store(smooth + at, i16x8.add(i16x8.shl(inner, 2), outer))
    v128.store(slope + at, i16x8.add(i16x8.shl(i16x8.sub(d, b), 1), i16x8.sub(e, a)))
    if (x === width - 8) break
    x = min(x + 8, width - 8)
  }
  const last = (width - 1) << 1
  for (let row = smooth, count = 0; count < 2; count++, row = slope) {
    const first = i16x8.splat(load<i16>(row))
    const end = i16x8.splat(load<i16>(row + last))
    v128.store32_lane(row - 4, first, 0)
    v128.store32_lane(row + last, end, 0, 2)
  }
}

/** Derivatives along x and y from rows of five; width at least 8. */
export function horizontalsOfFive(smooth: usize, slope: usize, alongX: usize, alongY: usize, width: i32): void {
  let x = 0
  while (true) {
    const at = x << 1
    const near = i16x8.sub(v128.load(smooth + at, 2), v128.load(smooth + at - 2))
    const far = i16x8.sub(v128.load(smooth + at, 4), v128.load(smooth + at - 4))
    v128.store(alongX + at, i16x8.add(i16x8.shl(near, 1), far))
    const middle = v128.load(slope + at)
    const inner = i16x8.add(i16x8.add(v128.load(slope + at - 2), v128.load(slope + at, 2)), middle)
    const outer = i16x8.add(i16x8.add(v128.load(slope + at - 4), v128.load(slope + at, 4)), i16x8.shl(middle, 1))
    v128.store(alongY + at, i16x8.add(i16x8.shl(inner, 2), outer))
    if (x === width - 8) return
    x = min(x + 8, width - 8)
  }
}
