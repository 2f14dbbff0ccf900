import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWide, resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('GaussianBlur')

const oddSize = fc.integer({ min: 0, max: 15 }).map((half) => 2 * half + 1)
const sigma = fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 9, noNaN: true }))

describe('the SIMD kernel for GaussianBlur', () => {
  it('gives OpenCV’s pixels for every size, sigma and border', () => {
    const cases = fc.record({
      samples: samplesArbitrary(1, 2, 3, 4),
      width: oddSize,
      height: oddSize,
      sigmaX: sigma,
      sigmaY: sigma,
      border: fc.constantFrom(0, 1, 2, 4, 17, 20),
    })
    fc.assert(
      fc.property(cases, ({ samples, width, height, sigmaX, sigmaY, border }) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) =>
            library.GaussianBlur(source, result, new library.Size(width, height), sigmaX, sigmaY, border),
          ),
        )
        expect(got).toEqual(expected)
        const isTaken = isWide(samples) && (width > 1 || height > 1)
        expect(handedOn()).toBe(isTaken ? 0 : 1)
      }),
      { numRuns: 600 },
    )
  })

  it('gives OpenCV’s pixels where the size follows from sigma', () => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3), fc.double({ min: 0.3, max: 12, noNaN: true }), (samples, sigmaX) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) =>
            library.GaussianBlur(source, result, new library.Size(0, 0), sigmaX),
          ),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isWide(samples) ? 0 : 1)
      }),
      { numRuns: 200 },
    )
  })
})
