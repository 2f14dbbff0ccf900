import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lineOf } from '../../../src/cv/simd/table-line.ts'
import { isWide, matOf, resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('minMaxLoc', 'LUT')

const toByte = (value: number): number => Math.max(0, Math.min(255, value))

/** A line with rounding of one kind or another, which the operations' own tables are. */
const lines = fc
  .record({
    slope: fc.double({ min: -3.9, max: 3.9, noNaN: true }),
    through: fc.double({ min: -50, max: 300, noNaN: true }),
    at: fc.integer({ min: 0, max: 255 }),
    round: fc.constantFrom(Math.round, Math.floor, Math.ceil),
  })
  .map(({ slope, through, at, round }) =>
    Uint8Array.from({ length: 256 }, (_, level) => toByte(round((level - at) * slope + through))),
  )

const stretches = fc
  .record({ low: fc.integer({ min: 0, max: 180 }), range: fc.integer({ min: 66, max: 255 }) })
  .map(({ low, range }) =>
    Uint8Array.from({ length: 256 }, (_, level) => toByte(Math.round(((level - low) / range) * 255))),
  )

const tables = fc.oneof(
  lines,
  stretches,
  fc.uint8Array({ minLength: 256, maxLength: 256 }),
  fc
    .constantFrom(...[(v: number) => 255 * (v / 255) ** 0.5, (v: number) => (v > 127 ? 255 - v : v)])
    .map((curve) => Uint8Array.from({ length: 256 }, (_, level) => Math.round(curve(level)))),
)

describe('the SIMD kernels for levels', () => {
  it('give OpenCV’s ends and their places: minMaxLoc', () => {
    fc.assert(
      fc.property(samplesArbitrary(1), (samples) => {
        const [expected, got] = [plain, fast].map((cv) => {
          const source = matOf(cv, samples)
          const ends = cv.minMaxLoc(source)
          source.delete()
          return ends
        })
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isWide(samples) ? 0 : 1)
      }),
      { numRuns: 500 },
    )
  })

  it('give OpenCV’s pixels for every table, and take those that are lines: LUT', () => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3, 4), tables, (samples, table) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            const mat = library.matFromArray(1, 256, library.CV_8UC1, [...table])
            library.LUT(source, mat, result)
            mat.delete()
          }),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isWide(samples) && lineOf(table) !== undefined ? 0 : 1)
      }),
      { numRuns: 500 },
    )
  })

  it('hand on a table for each channel', () => {
    fc.assert(
      fc.property(samplesArbitrary(3), (samples) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            const levels = Array.from({ length: 768 }, (_, at) => Math.floor(at / 3) >> (at % 3))
            const mat = library.matFromArray(1, 256, library.CV_8UC3, levels)
            library.LUT(source, mat, result)
            mat.delete()
          }),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(1)
      }),
      { numRuns: 20 },
    )
  })
})

describe('a line through a table', () => {
  const levelOn = ({ factor, offset, shift }: NonNullable<ReturnType<typeof lineOf>>, level: number): number =>
    toByte((level * factor + offset) >> shift)

  it('gives every level of the table', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const line = lineOf(table)
        if (line !== undefined) expect(table.map((_, level) => levelOn(line, level))).toEqual(table)
      }),
      { numRuns: 1000 },
    )
  })

  it('is found for every stretch, whatever its ends', () => {
    fc.assert(
      fc.property(stretches, (table) => {
        expect(lineOf(table)).toBeDefined()
      }),
      { numRuns: 1000 },
    )
  })

  it('is none for a curve, for steps and for what turns round', () => {
    const curves = [
      (level: number) => Math.round(255 * Math.sqrt(level / 255)),
      (level: number) => Math.round(level / 85) * 85,
      (level: number) => (level > 127 ? 255 - level : level),
    ]
    for (const curve of curves) {
      expect(lineOf(Uint8Array.from({ length: 256 }, (_, level) => curve(level)))).toBeUndefined()
    }
  })
})
