/**
 * Where the pixels of a row come from, as cv::warpAffine and cv::warpPerspective compute it: (x m0 + y m1) + m2 in single precision,
 * nothing fused, divided by the depth for perspectives.
 */

/** Places of `pixels` (and up to three more) of row `y`: x to `across`, y to `down`. `matrix` is six floats. */
export function placesAffine(matrix: usize, y: i32, pixels: i32, across: usize, down: usize): void {
  const row = f32(y)
  const scaleX = v128.load32_splat(matrix)
  const baseX = f32x4.splat(row * load<f32>(matrix, 4))
  const shiftX = v128.load32_splat(matrix, 8)
  const scaleY = v128.load32_splat(matrix, 12)
  const baseY = f32x4.splat(row * load<f32>(matrix, 16))
  const shiftY = v128.load32_splat(matrix, 20)
  let columns = f32x4(0, 1, 2, 3)
  for (let at = 0, end = pixels << 2; at < end; at += 16) {
    v128.store(across + at, f32x4.add(f32x4.add(f32x4.mul(columns, scaleX), baseX), shiftX))
    v128.store(down + at, f32x4.add(f32x4.add(f32x4.mul(columns, scaleY), baseY), shiftY))
    columns = f32x4.add(columns, f32x4.splat(4))
  }
}

/** The same for a `matrix` of nine floats. */
export function placesPerspective(matrix: usize, y: i32, pixels: i32, across: usize, down: usize): void {
  placesAffine(matrix, y, pixels, across, down)
  const scale = v128.load32_splat(matrix, 24)
  const base = f32x4.splat(f32(y) * load<f32>(matrix, 28))
  const shift = v128.load32_splat(matrix, 32)
  let columns = f32x4(0, 1, 2, 3)
  for (let at = 0, end = pixels << 2; at < end; at += 16) {
    const depth = f32x4.add(f32x4.add(f32x4.mul(columns, scale), base), shift)
    v128.store(across + at, f32x4.div(v128.load(across + at), depth))
    v128.store(down + at, f32x4.div(v128.load(down + at), depth))
    columns = f32x4.add(columns, f32x4.splat(4))
  }
}
