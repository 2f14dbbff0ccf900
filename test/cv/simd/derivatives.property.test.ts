import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWide, resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('Sobel', 'Scharr', 'Laplacian')

const SHORTS = 3
const FLOATS = 5
const BORDERS = [0, 1, 2, 4, 16 + 1, 16 + 4]

const depth = fc.constantFrom(SHORTS, FLOATS)
const border = fc.constantFrom(undefined, ...BORDERS)
/** What goes behind the parameters of a call: none, or scale 1, delta 0 and a border. */
const rest = (kind: number | undefined): readonly number[] => (kind === undefined ? [] : [1, 0, kind])

describe('the SIMD kernels for derivatives', () => {
  it('give OpenCV’s numbers: Sobel', () => {
    fc.assert(
      fc.property(
        samplesArbitrary(1, 3),
        fc.constantFrom(1, 3, 5),
        fc.boolean(),
        depth,
        border,
        (samples, size, isAcross, kind, edge) => {
          const [expected, got] = [plain, fast].map((cv) =>
            resultOf(cv, samples, (library, source, result) => {
              const direction = isAcross ? [1, 0] : [0, 1]
              Reflect.apply(library.Sobel, undefined, [source, result, kind, ...direction, size, ...rest(edge)])
            }),
          )
          expect(got).toEqual(expected)
          expect(handedOn()).toBe(isWide(samples) ? 0 : 1)
        },
      ),
      { numRuns: 800 },
    )
  })

  it('give OpenCV’s numbers: Scharr', () => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3), fc.boolean(), depth, border, (samples, isAcross, kind, edge) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            const direction = isAcross ? [1, 0] : [0, 1]
            Reflect.apply(library.Scharr, undefined, [source, result, kind, ...direction, ...rest(edge)])
          }),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isWide(samples) ? 0 : 1)
      }),
      { numRuns: 400 },
    )
  })

  it('give OpenCV’s numbers: Laplacian', () => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3), fc.constantFrom(1, 3, 5), depth, border, (samples, size, kind, edge) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            Reflect.apply(library.Laplacian, undefined, [source, result, kind, size, ...rest(edge)])
          }),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isWide(samples) ? 0 : 1)
      }),
      { numRuns: 800 },
    )
  })

  it.each([
    ['seven pixels, whose sums 16 bits do not hold', [FLOATS, 1, 0, 7]],
    ['second derivatives', [SHORTS, 2, 0, 3]],
    ['derivatives along both', [SHORTS, 1, 1, 3]],
    ['8-bit results', [0, 1, 0, 3]],
    ['a factor', [SHORTS, 1, 0, 3, 0.5]],
    ['an offset', [SHORTS, 1, 0, 3, 1, 7]],
  ] as const)('hand on %s', (_name, parameters) => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3), (samples) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            Reflect.apply(library.Sobel, undefined, [source, result, ...parameters])
          }),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(1)
      }),
      { numRuns: 20 },
    )
  })
})
