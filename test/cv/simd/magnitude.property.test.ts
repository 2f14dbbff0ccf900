import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CvLibrary } from '../../../src/cv/opencv.ts'
import { contents, type Mat, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('magnitude', 'convertScaleAbs')

const CHANNEL_STEP = 8
const BYTES = 0
const SHORTS = 3
const FLOATS = 5

interface Numbers {
  readonly widthPx: number
  readonly heightPx: number
  readonly channels: number
  readonly data: readonly number[]
}

const numbersOf = (value: fc.Arbitrary<number>): fc.Arbitrary<Numbers> =>
  fc
    .record({
      widthPx: fc.integer({ min: 1, max: 20 }),
      heightPx: fc.integer({ min: 1, max: 6 }),
      channels: fc.constantFrom(1, 3),
    })
    .chain((shape) => {
      const length = shape.widthPx * shape.heightPx * shape.channels
      return fc.array(value, { minLength: length, maxLength: length }).map((data) => ({ ...shape, data }))
    })

/** What Sobel gives, halves that are rounded to even, and what is far beyond. */
const float = fc.oneof(
  fc.integer({ min: -2000, max: 2000 }),
  fc.integer({ min: -600, max: 600 }).map((value) => value / 2),
  fc.float({ min: -300, max: 300, noNaN: true }),
  fc.constantFrom(0, -0, 1e9, -1e9, 3e38),
)
const short = fc.oneof(fc.integer({ min: -400, max: 400 }), fc.integer({ min: -32768, max: 32767 }))

function matOfNumbers(cv: CvLibrary, depth: number, { widthPx, heightPx, channels, data }: Numbers): Mat {
  const mat = new cv.Mat(heightPx, widthPx, depth + CHANNEL_STEP * 4 * (channels - 1))
  if (depth === BYTES) mat.data.set(data)
  else if (depth === SHORTS) mat.data16S.set(data)
  else mat.data32F.set(data)
  return mat
}

const isEnough = ({ data }: Numbers): boolean => data.length >= 16

describe('the SIMD kernel for magnitude', () => {
  it('gives OpenCV’s floats to the bit, in place as well', () => {
    fc.assert(
      fc.property(numbersOf(float), fc.constantFrom('apart', 'first', 'second'), (numbers, place) => {
        const [expected, got] = [plain, fast].map((cv) => {
          const x = matOfNumbers(cv, FLOATS, numbers)
          const y = matOfNumbers(cv, FLOATS, { ...numbers, data: numbers.data.map((value, at) => value * 0.7 - at) })
          const result = place === 'apart' ? new cv.Mat() : place === 'first' ? x : y
          cv.magnitude(x, y, result)
          const got = contents(result)
          for (const mat of new Set([x, y, result])) mat.delete()
          return got
        })
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(0)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the SIMD kernel for convertScaleAbs', () => {
  const scaling = fc.record({
    scale: fc.oneof(fc.constantFrom(1, 0.25, 0.5, 0, -2), fc.double({ min: -100, max: 100, noNaN: true })),
    shift: fc.oneof(fc.constantFrom(0, 0.5, -128), fc.double({ min: -500, max: 500, noNaN: true })),
  })

  it.each([
    ['bytes', BYTES, fc.integer({ min: 0, max: 255 })],
    ['16-bit numbers', SHORTS, short],
    ['floats', FLOATS, fc.oneof(float, fc.constantFrom(Number.NaN, Infinity, -Infinity))],
  ] as const)('gives OpenCV’s bytes of %s', (_name, depth, value) => {
    fc.assert(
      fc.property(numbersOf(value), scaling, (numbers, { scale, shift }) => {
        const [expected, got] = [plain, fast].map((cv) => {
          const source = matOfNumbers(cv, depth, numbers)
          const result = new cv.Mat()
          cv.convertScaleAbs(source, result, scale, shift)
          const bytes = contents(result)
          for (const mat of [source, result]) mat.delete()
          return bytes
        })
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isEnough(numbers) ? 0 : 1)
      }),
      { numRuns: 800 },
    )
  })
})
