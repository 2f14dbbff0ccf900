import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('adaptiveThreshold')

const MEAN = 0
const GAUSSIAN = 1

describe('the SIMD kernel for adaptiveThreshold', () => {
  it.each([
    ['of boxes', MEAN],
    ['by a Gaussian', GAUSSIAN],
  ])('gives OpenCV’s black and white against means %s', (_name, method) => {
    const parameters = fc.record({
      half: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(40, 127)),
      offset: fc.oneof(fc.integer({ min: -10, max: 10 }), fc.double({ min: -300, max: 300, noNaN: true })),
      white: fc.constantFrom(255, 1, 0, 200),
      type: fc.constantFrom(0, 1),
    })
    fc.assert(
      fc.property(samplesArbitrary(1), parameters, (samples, { half, offset, white, type }) => {
        const size = 2 * half + 1
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) =>
            library.adaptiveThreshold(source, result, white, method, type, size, offset),
          ),
        )
        expect(got).toEqual(expected)
        const isTaken = samples.widthPx >= 16 && (method === MEAN || size >= 7)
        expect(handedOn()).toBe(isTaken ? 0 : 1)
      }),
      { numRuns: 600 },
    )
  })

  it('rounds means as OpenCV does where the last digit of a float decides: on chessboards of neighbouring levels', () => {
    const [widthPx, heightPx] = [48, 40]
    for (let level = 0; level < 255; level += 3) {
      const data = Uint8Array.from(
        { length: widthPx * heightPx },
        (_, at) => level + (((at % widthPx) + Math.floor(at / widthPx)) & 1),
      )
      for (const size of [7, 9, 11, 21, 31]) {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, { widthPx, heightPx, channels: 1, data }, (library, source, result) =>
            library.adaptiveThreshold(source, result, 255, GAUSSIAN, 0, size, 0),
          ),
        )
        expect(got).toEqual(expected)
      }
    }
    expect(handedOn()).toBe(0)
  })

  it.each([
    ['a white beyond a byte', [300, GAUSSIAN, 0, 11, 2]],
    ['an offset beyond all differences', [255, GAUSSIAN, 0, 11, 1000]],
    ['a block beyond the largest', [255, MEAN, 0, 257, 2]],
  ] as const)('hands on %s', (_name, [white, method, type, size, offset]) => {
    fc.assert(
      fc.property(samplesArbitrary(1), (samples) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) =>
            library.adaptiveThreshold(source, result, white, method, type, size, offset),
          ),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(1)
      }),
      { numRuns: 20 },
    )
  })
})
