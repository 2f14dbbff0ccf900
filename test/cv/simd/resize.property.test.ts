import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('resize')

const METHODS = ['INTER_AREA', 'INTER_LINEAR', 'INTER_CUBIC', 'INTER_NEAREST'] as const

describe('the SIMD kernel for resize', () => {
  it.each(METHODS)('gives OpenCV’s pixels at half the size, and hands on all others: %s', (method) => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3, 4), fc.boolean(), (samples, isOther) => {
        const width = Math.ceil(samples.widthPx / 2)
        const height = isOther ? samples.heightPx : Math.ceil(samples.heightPx / 2)
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) =>
            library.resize(source, result, new library.Size(width, height), 0, 0, Number(library[method])),
          ),
        )
        expect(got).toEqual(expected)
        const isHalf = samples.widthPx === 2 * width && samples.heightPx === 2 * height
        const isKnown = method === 'INTER_AREA' || method === 'INTER_LINEAR'
        expect(handedOn()).toBe(isHalf && isKnown && width * samples.channels >= 16 ? 0 : 1)
      }),
      { numRuns: 300 },
    )
  })
})
