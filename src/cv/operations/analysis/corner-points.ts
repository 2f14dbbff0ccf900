/** The four corners that OpenCV's detectors of codes and markers give. */

import type { JsonValue } from '../../canonical-json.ts'
import { rounded } from '../../canonical-json.ts'

const DECIMALS = 2
const NUMBERS_PER_CODE = 8

/** `[[x, y], …]`, four of them, of the code at `index`; places in px from the upper left pixel's centre. */
export function cornersAt(coordinates: Float32Array, index: number): JsonValue {
  const numbers = coordinates.subarray(index * NUMBERS_PER_CODE, (index + 1) * NUMBERS_PER_CODE)
  return Array.from({ length: numbers.length / 2 }, (_, corner) => [
    rounded(numbers[2 * corner] ?? 0, DECIMALS),
    rounded(numbers[2 * corner + 1] ?? 0, DECIMALS),
  ])
}
