import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWide, resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('medianBlur')

describe('the SIMD kernel for medianBlur', () => {
  it.each([3, 5, 7])('gives OpenCV’s pixels for %i pixels', (size) => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3, 4), (samples) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => library.medianBlur(source, result, size)),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(size < 7 && isWide(samples) ? 0 : 1)
      }),
      { numRuns: 300 },
    )
  })
})
