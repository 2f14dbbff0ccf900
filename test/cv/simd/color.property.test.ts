import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resultOf, type Samples, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('cvtColor', 'transform')

const CODES = [
  ['COLOR_RGB2GRAY', 3],
  ['COLOR_BGR2GRAY', 3],
  ['COLOR_RGBA2GRAY', 4],
  ['COLOR_BGRA2GRAY', 4],
  ['COLOR_RGB2BGR', 3],
  ['COLOR_RGB2RGBA', 3],
  ['COLOR_RGB2BGRA', 3],
  ['COLOR_RGBA2RGB', 4],
  ['COLOR_RGBA2BGR', 4],
  ['COLOR_RGBA2BGRA', 4],
  ['COLOR_GRAY2RGB', 1],
  ['COLOR_GRAY2RGBA', 1],
  ['COLOR_RGB2YCrCb', 3],
  ['COLOR_YCrCb2RGB', 3],
] as const

const isLarge = ({ widthPx, heightPx, channels }: Samples): boolean =>
  widthPx * heightPx >= 16 && widthPx * channels >= 16

describe('the SIMD kernels for colours', () => {
  it.each(CODES)('give OpenCV’s pixels: cvtColor with %s', (code, channels) => {
    fc.assert(
      fc.property(samplesArbitrary(channels), (samples) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => library.cvtColor(source, result, Number(library[code]))),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isLarge(samples) ? 0 : 1)
      }),
      { numRuns: 100 },
    )
  })

  it.each(['COLOR_RGB2HSV', 'COLOR_BGR2YCrCb'] as const)('hand on what they do not know: %s', (code) => {
    fc.assert(
      fc.property(samplesArbitrary(3), (samples) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => library.cvtColor(source, result, Number(library[code]))),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(1)
      }),
      { numRuns: 20 },
    )
  })

  it.each(['COLOR_RGB2GRAY', 'COLOR_RGB2YCrCb', 'COLOR_YCrCb2RGB'] as const)(
    'give OpenCV’s pixels for every first and second sample, with the third in steps: %s',
    (code) => {
      const data = new Uint8Array(256 * 256 * 3 * 6)
      for (let index = 0; index < data.length / 3; index++) {
        data.set([index & 255, (index >> 8) & 255, (index >> 16) * 51], 3 * index)
      }
      const samples = { widthPx: 256, heightPx: 256 * 6, channels: 3, data }
      const [expected, got] = [plain, fast].map((cv) =>
        resultOf(cv, samples, (library, source, result) => library.cvtColor(source, result, Number(library[code]))),
      )
      expect(got).toEqual(expected)
      expect(handedOn()).toBe(0)
    },
  )

  it('give OpenCV’s pixels: transform by whole 1024ths, in whole numbers', () => {
    const weight = fc.oneof(fc.integer({ min: -12_000, max: 12_000 }), fc.integer({ min: -1100, max: 1100 }))
    const rows = fc.record({
      weights: fc.array(weight, { minLength: 9, maxLength: 9 }),
      // even numbers of 2048ths leave ties: those go to the floats
      offsets: fc.array(fc.integer({ min: -4000, max: 4000 }), { minLength: 3, maxLength: 3 }),
      isOdd: fc.boolean(),
    })
    fc.assert(
      fc.property(samplesArbitrary(3), rows, (samples, { weights, offsets, isOdd }) => {
        const values = offsets.flatMap((offset, row) => [
          ...weights.slice(3 * row, 3 * row + 3).map((whole) => whole / 1024),
          (isOdd ? 2 * offset + 1 : offset) / 2048,
        ])
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            const matrix = library.matFromArray(3, 4, library.CV_32FC1, values)
            library.transform(source, result, matrix)
            matrix.delete()
          }),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isLarge(samples) ? 0 : 1)
      }),
      { numRuns: 400 },
    )
  })

  it('give OpenCV’s pixels: transform by any matrix', () => {
    const value = fc.float({ min: -3, max: 3, noNaN: true })
    const matrices = fc.constantFrom(9, 12).chain((count) => fc.array(value, { minLength: count, maxLength: count }))
    fc.assert(
      fc.property(samplesArbitrary(3), matrices, (samples, values) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            const matrix = library.matFromArray(3, values.length / 3, library.CV_32FC1, values)
            library.transform(source, result, matrix)
            matrix.delete()
          }),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isLarge(samples) ? 0 : 1)
      }),
      { numRuns: 400 },
    )
  })
})
