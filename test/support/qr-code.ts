/**
 * A QR code encoder for tests: version 1 (21 x 21 modules), error correction L, byte mode, mask 0, at most 17 bytes
 * (ISO/IEC 18004). Written from the standard, so that OpenCV's reader is tested against something else than OpenCV.
 */

const SIDE = 21
const DATA_CODEWORDS = 19
const CHECK_CODEWORDS = 7
/** Level L with mask 0, with its BCH code, masked: the standard's own table. */
const FORMAT_BITS = 0b111011111000100

/** Rows of modules, true where dark. */
export function qrModules(text: string): boolean[][] {
  const modules = Array.from({ length: SIDE }, () => new Array<boolean | undefined>(SIDE).fill(undefined))
  const set = (row: number, column: number, isDark: boolean): void => {
    const line = modules[row]
    if (line !== undefined && column >= 0 && column < SIDE) line[column] = isDark
  }
  for (const [top, left] of [
    [0, 0],
    [0, SIDE - 7],
    [SIDE - 7, 0],
  ] as const) {
    for (let row = -1; row <= 7; row++) {
      for (let column = -1; column <= 7; column++) {
        const ring = Math.max(Math.abs(row - 3), Math.abs(column - 3))
        set(top + row, left + column, ring !== 2 && ring !== 4)
      }
    }
  }
  for (let at = 8; at < SIDE - 8; at++) {
    set(6, at, at % 2 === 0)
    set(at, 6, at % 2 === 0)
  }
  set(SIDE - 8, 8, true)
  placeFormat(set)
  placeData(modules, bitsOf(codewords(text)))
  return modules.map((row) => row.map((isDark) => isDark === true))
}

function placeFormat(set: (row: number, column: number, isDark: boolean) => void): void {
  for (let bit = 0; bit < 15; bit++) {
    const isDark = ((FORMAT_BITS >> bit) & 1) === 1
    if (bit < 6) set(bit, 8, isDark)
    else if (bit < 8) set(bit + 1, 8, isDark)
    else set(SIDE - 15 + bit, 8, isDark)
    if (bit < 8) set(8, SIDE - 1 - bit, isDark)
    else if (bit === 8) set(8, 7, isDark)
    else set(8, 14 - bit, isDark)
  }
}

/** Upwards and downwards in pairs of columns, from the right; mask 0 inverts where row + column is even. */
function placeData(modules: (boolean | undefined)[][], bits: readonly boolean[]): void {
  let next = 0
  let isUp = true
  for (let right = SIDE - 1; right > 0; right -= 2) {
    if (right === 6) right--
    for (let step = 0; step < SIDE; step++) {
      const row = isUp ? SIDE - 1 - step : step
      for (const column of [right, right - 1]) {
        const line = modules[row]
        if (line === undefined || line[column] !== undefined) continue
        line[column] = (bits[next++] ?? false) !== ((row + column) % 2 === 0)
      }
    }
    isUp = !isUp
  }
}

function codewords(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)]
  if (bytes.length > DATA_CODEWORDS - 2) throw new Error('at most 17 bytes fit')
  // 4 bits of mode, 8 of length, the bytes, 4 of terminator: all shifted by half a byte
  const nibbles = [4, bytes.length >> 4, bytes.length & 15, ...bytes.flatMap((byte) => [byte >> 4, byte & 15]), 0]
  const data: number[] = []
  for (let at = 0; at < nibbles.length; at += 2) data.push(((nibbles[at] ?? 0) << 4) | (nibbles[at + 1] ?? 0))
  for (let pad = 0; data.length < DATA_CODEWORDS; pad++) data.push(pad % 2 === 0 ? 0xec : 0x11)
  return [...data, ...checkWords(data)]
}

/** Product in GF(256) with the polynomial x^8 + x^4 + x^3 + x^2 + 1. */
function times(a: number, b: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d)
    if ((b >> bit) & 1) product ^= a
  }
  return product
}

/** Remainder of the data by the Reed-Solomon generator (x - 1)(x - 2)(x - 4)… */
function checkWords(data: readonly number[]): number[] {
  let generator = [1]
  let root = 1
  for (let degree = 0; degree < CHECK_CODEWORDS; degree++) {
    const factor = root
    generator = [...generator, 0].map((value, at) => value ^ times(generator[at - 1] ?? 0, factor))
    root = times(root, 2)
  }
  const rest = [...data, ...new Array<number>(CHECK_CODEWORDS).fill(0)]
  for (let at = 0; at < data.length; at++) {
    const lead = rest[at] ?? 0
    for (const [offset, value] of generator.entries()) rest[at + offset] = (rest[at + offset] ?? 0) ^ times(value, lead)
  }
  return rest.slice(data.length)
}

const bitsOf = (words: readonly number[]): boolean[] =>
  words.flatMap((word) => Array.from({ length: 8 }, (_, bit) => ((word >> (7 - bit)) & 1) === 1))
