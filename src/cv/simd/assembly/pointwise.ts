/** Functions of single samples. All go by 16 and end with a block that repeats what the one before has done in part. */

/** `from - subtracted`, not below 0; `to` may be `from` only where repeating makes no difference, that is never here. */
export function difference(from: usize, subtracted: usize, to: usize, samples: i32): void {
  let x = 0
  while (true) {
    v128.store(to + x, i8x16.sub_sat_u(v128.load(from + x), v128.load(subtracted + x)))
    if (x === samples - 16) return
    x = min(x + 16, samples - 16)
  }
}
