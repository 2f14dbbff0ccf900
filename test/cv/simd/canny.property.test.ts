import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('Canny')

const level = fc.oneof(
  fc.integer({ min: 0, max: 400 }),
  fc.double({ min: -5, max: 1200, noNaN: true }),
  fc.constantFrom(0, 40_000),
)

describe('the SIMD kernel for Canny', () => {
  it.each([false, true])('gives OpenCV’s edges for all thresholds, with squared gradients: %s', (isSquared) => {
    fc.assert(
      fc.property(samplesArbitrary(1), level, level, (samples, one, other) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => library.Canny(source, result, one, other, 3, isSquared)),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(samples.widthPx >= 16 ? 0 : 1)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    [3, 3],
    [1, 5],
    [1, 7],
  ])('hands on %i channels with derivatives of %i pixels', (channels, aperture) => {
    fc.assert(
      fc.property(samplesArbitrary(channels), (samples) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => library.Canny(source, result, 50, 150, aperture)),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(1)
      }),
      { numRuns: 20 },
    )
  })

  it('follows an edge that is longer than its stack', () => {
    // stripes: long edges side by side, and noise that joins them
    const widthPx = 900
    const heightPx = 700
    let state = 7
    const data = Uint8Array.from({ length: widthPx * heightPx }, (_, index) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
      return ((index % widthPx) & 4) * 40 + ((state >> 16) & 63)
    })
    for (const isSquared of [false, true]) {
      const [expected, got] = [plain, fast].map((cv) =>
        resultOf(cv, { widthPx, heightPx, channels: 1, data }, (library, source, result) =>
          library.Canny(source, result, 0, 700, 3, isSquared),
        ),
      )
      expect(got).toEqual(expected)
    }
    expect(handedOn()).toBe(0)
  })
})
