/**
 * The numbers of a tensor as JSON: 32-bit floats in the fewest digits that read back as the same float, whole numbers as they
 * are, and what JSON has no number for as "NaN", "Infinity" and "-Infinity" (as protobuf's JSON does).
 */

import { MurmurationError } from '../../../base/errors.ts'
import type { JsonValue } from '../../canonical-json.ts'
import type { OpenCv } from '../../opencv.ts'
import type { Mat } from '../../scope.ts'

/** Depths that OpenCV 5 added (core/hal/interface.h) and OpenCV.js does not export. */
const DEPTH_BOOL = 9
const DEPTH_64S = 11

/** Lengths of its axes; none for a single number. OpenCV.js' own `size()` aborts where there are more than two. */
export function tensorShape(tensor: Mat): number[] {
  // @opencvjs/types leaves it out
  const lengths: Iterable<number> = Reflect.get(tensor, 'matSize')
  return [...lengths]
}

/** @throws MurmurationError ERR_OPERATION for a type of number that is not written */
export function tensorValues({ cv }: OpenCv, name: string, tensor: Mat): JsonValue[] {
  if (!tensor.isContinuous()) {
    throw new MurmurationError('ERR_INTERNAL', `output ${JSON.stringify(name)} is expected to be continuous`)
  }
  // a copy: aligned for every type, and safe from a heap that grows
  const { buffer } = new Uint8Array(tensor.data)
  switch (tensor.depth()) {
    case cv.CV_32F:
      return Array.from(new Float32Array(buffer), (value) => jsonNumber(shortestFloat32(value)))
    case cv.CV_64F:
      return Array.from(new Float64Array(buffer), jsonNumber)
    case cv.CV_32S:
      return Array.from(new Int32Array(buffer))
    case DEPTH_64S:
      return Array.from(new BigInt64Array(buffer), (value) => exactNumber(name, value))
    case cv.CV_8U:
      return Array.from(new Uint8Array(buffer))
    case cv.CV_8S:
      return Array.from(new Int8Array(buffer))
    case DEPTH_BOOL:
      return Array.from(new Uint8Array(buffer), (value) => value !== 0)
    default:
      throw new MurmurationError(
        'ERR_OPERATION',
        `operation "dnn" expects outputs of floats, whole numbers or booleans, got OpenCV type ${tensor.type()} in ${JSON.stringify(name)}`,
      )
  }
}

/** The least normal 32-bit float; those below it have fewer digits. */
const MIN_NORMAL = 2 ** -126
/** So many decimal digits survive any 32-bit float, and so many tell any two of them apart. */
const SURE_DIGITS = 6
const ALL_DIGITS = 9
/** Below it every whole number is a 32-bit float. */
const WHOLE_FLOATS = 2 ** 24

/** The number with the fewest decimal digits that rounds to this 32-bit float. */
export function shortestFloat32(value: number): number {
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < WHOLE_FLOATS)) return value
  for (let digits = Math.abs(value) < MIN_NORMAL ? 1 : SURE_DIGITS; digits < ALL_DIGITS; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(ALL_DIGITS))
}

const jsonNumber = (value: number): number | string => (Number.isFinite(value) ? value : String(value))

function exactNumber(name: string, value: bigint): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  throw new MurmurationError(
    'ERR_OPERATION',
    `operation "dnn" expects whole numbers below 2^53, got ${value} in output ${JSON.stringify(name)}`,
  )
}
