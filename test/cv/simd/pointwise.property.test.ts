import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWide, matOf, resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('bitwise_not', 'threshold', 'addWeighted')

const weight = fc.oneof(fc.constantFrom(0, 1, -1, 0.5), fc.double({ min: -8, max: 8, noNaN: true }))

describe('the SIMD kernels for single samples', () => {
  it('give OpenCV’s pixels: bitwise_not', () => {
    fc.assert(
      fc.property(samplesArbitrary(1, 2, 3, 4), (samples) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => library.bitwise_not(source, result)),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isWide(samples) ? 0 : 1)
      }),
      { numRuns: 200 },
    )
  })

  it('give OpenCV’s pixels and answer: threshold', () => {
    const parameters = fc.record({
      level: fc.oneof(fc.integer({ min: -2, max: 257 }), fc.double({ min: -1, max: 256, noNaN: true })),
      value: fc.oneof(fc.constant(255), fc.double({ min: -10, max: 300, noNaN: true })),
      type: fc.constantFrom(0, 1, 2, 3, 4, 8),
    })
    fc.assert(
      fc.property(samplesArbitrary(1, 3), parameters, (samples, { level, value, type }) => {
        fc.pre(type < 8 || samples.channels === 1)
        const answers: unknown[] = []
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            answers.push(library.threshold(source, result, level, value, type))
          }),
        )
        expect(got).toEqual(expected)
        expect(answers[1]).toBe(answers[0])
        const isTaken = isWide(samples) && type < 8 && Math.floor(level) >= 0 && Math.floor(level) < 255
        expect(handedOn()).toBe(isTaken ? 0 : 1)
      }),
      { numRuns: 500 },
    )
  })

  it('give OpenCV’s pixels: addWeighted', () => {
    const weights = fc.record({ alpha: weight, beta: weight, gamma: fc.double({ min: -300, max: 300, noNaN: true }) })
    fc.assert(
      fc.property(samplesArbitrary(1, 3), weights, (samples, { alpha, beta, gamma }) => {
        const other = { ...samples, data: Uint8Array.from(samples.data, (value, index) => (value * 7 + index) & 255) }
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            const second = matOf(library, other)
            library.addWeighted(source, alpha, second, beta, gamma, result)
            second.delete()
          }),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isWide(samples) ? 0 : 1)
      }),
      { numRuns: 500 },
    )
  })
})
