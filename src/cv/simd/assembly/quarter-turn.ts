/**
 * cv::rotate by 90 degrees either way, 8-bit samples: columns become rows, the first of them the first or the last, read from the
 * bottom or from the top. Squares of pixels are turned in registers, in blocks of rows that the cache holds.
 */

/** Sides of squares: of gray, of RGB. */
const SIDE_ONE: i32 = 8
const SIDE_THREE: i32 = 4
/** Rows of a block: of gray, of RGB. Measured: of gray a line of the cache is written at once, of RGB fewer are read side by side. */
const BLOCK_ONE: i32 = 64
const BLOCK_THREE: i32 = 16

/** Eight columns of gray into eight rows; at least eight `rows`. Steps are bytes from one row to the next, either way. */
export function turnOne(from: usize, fromStep: i32, to: usize, toStep: i32, rows: i32): void {
  let y = 0
  while (true) {
    const at = from + y * fromStep
    const one = v128.load64_zero(at)
    const two = v128.load64_zero(at + fromStep)
    const three = v128.load64_zero(at + 2 * fromStep)
    const four = v128.load64_zero(at + 3 * fromStep)
    const five = v128.load64_zero(at + 4 * fromStep)
    const six = v128.load64_zero(at + 5 * fromStep)
    const seven = v128.load64_zero(at + 6 * fromStep)
    const eight = v128.load64_zero(at + 7 * fromStep)
    const pairA = v128.shuffle<u8>(one, two, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const pairB = v128.shuffle<u8>(three, four, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const pairC = v128.shuffle<u8>(five, six, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const pairD = v128.shuffle<u8>(seven, eight, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
    const lowAB = v128.shuffle<i16>(pairA, pairB, 0, 8, 1, 9, 2, 10, 3, 11)
    const highAB = v128.shuffle<i16>(pairA, pairB, 4, 12, 5, 13, 6, 14, 7, 15)
    const lowCD = v128.shuffle<i16>(pairC, pairD, 0, 8, 1, 9, 2, 10, 3, 11)
    const highCD = v128.shuffle<i16>(pairC, pairD, 4, 12, 5, 13, 6, 14, 7, 15)
    const first = v128.shuffle<i32>(lowAB, lowCD, 0, 4, 1, 5)
    const second = v128.shuffle<i32>(lowAB, lowCD, 2, 6, 3, 7)
    const third = v128.shuffle<i32>(highAB, highCD, 0, 4, 1, 5)
    const fourth = v128.shuffle<i32>(highAB, highCD, 2, 6, 3, 7)
    const result = to + y
    v128.store64_lane(result, first, 0)
    v128.store64_lane(result + toStep, first, 1)
    v128.store64_lane(result + 2 * toStep, second, 0)
    v128.store64_lane(result + 3 * toStep, second, 1)
    v128.store64_lane(result + 4 * toStep, third, 0)
    v128.store64_lane(result + 5 * toStep, third, 1)
    v128.store64_lane(result + 6 * toStep, fourth, 0)
    v128.store64_lane(result + 7 * toStep, fourth, 1)
    if (y === rows - SIDE_ONE) return
    y = min(y + SIDE_ONE, rows - SIDE_ONE)
  }
}

/** Four pixels of RGB, one in each lane; reads no byte more. */
function loadFour(at: usize): v128 {
  const bytes = v128.load32_lane(at, v128.load64_zero(at), 2, 8)
  return i8x16.swizzle(bytes, i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1))
}

function storeFour(at: usize, pixels: v128): void {
  const bytes = i8x16.swizzle(pixels, i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1))
  v128.store64_lane(at, bytes, 0)
  v128.store32_lane(at, bytes, 2, 8)
}

/** Four columns of RGB into four rows; at least four `rows`. */
export function turnThree(from: usize, fromStep: i32, to: usize, toStep: i32, rows: i32): void {
  let y = 0
  while (true) {
    const at = from + y * fromStep
    const one = loadFour(at)
    const two = loadFour(at + fromStep)
    const three = loadFour(at + 2 * fromStep)
    const four = loadFour(at + 3 * fromStep)
    const lowA = v128.shuffle<i32>(one, two, 0, 4, 1, 5)
    const highA = v128.shuffle<i32>(one, two, 2, 6, 3, 7)
    const lowB = v128.shuffle<i32>(three, four, 0, 4, 1, 5)
    const highB = v128.shuffle<i32>(three, four, 2, 6, 3, 7)
    const result = to + 3 * y
    storeFour(result, v128.shuffle<i64>(lowA, lowB, 0, 2))
    storeFour(result + toStep, v128.shuffle<i64>(lowA, lowB, 1, 3))
    storeFour(result + 2 * toStep, v128.shuffle<i64>(highA, highB, 0, 2))
    storeFour(result + 3 * toStep, v128.shuffle<i64>(highA, highB, 1, 3))
    if (y === rows - SIDE_THREE) return
    y = min(y + SIDE_THREE, rows - SIDE_THREE)
  }
}

/**
 * @param width and `height` of the source: at least 8
 * @param channels 1 or 3
 * @param isClockwise 0 or 1
 */
export function quarterTurn(from: usize, to: usize, width: i32, height: i32, channels: i32, isClockwise: i32): void {
  const fromBytes = width * channels
  const toBytes = height * channels
  const fromStep = isClockwise ? -fromBytes : fromBytes
  const toStep = isClockwise ? toBytes : -toBytes
  if (isClockwise) from += (height - 1) * fromBytes
  else to += (width - 1) * toBytes
  const side = channels === 1 ? SIDE_ONE : SIDE_THREE
  const block = channels === 1 ? BLOCK_ONE : BLOCK_THREE
  for (let y = 0; y < height; y += block) {
    const first = min(y, height - side)
    const rows = min(y + block, height) - first
    let x = 0
    while (true) {
      const source = from + first * fromStep + x * channels
      const result = to + x * toStep + first * channels
      if (channels === 1) turnOne(source, fromStep, result, toStep, rows)
      else turnThree(source, fromStep, result, toStep, rows)
      if (x === width - side) break
      x = min(x + side, width - side)
    }
  }
}
