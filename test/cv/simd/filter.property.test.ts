import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWide, resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('filter2D')

const weight = fc.oneof(fc.constant(0), fc.integer({ min: -9, max: 9 }), fc.float({ min: -2, max: 2, noNaN: true }))
const sides = fc
  .integer({ min: 1, max: 15 })
  .chain((width) =>
    fc.integer({ min: 1, max: Math.min(Math.floor(49 / width), 15) }).map((height) => ({ width, height })),
  )
const kernels = fc.boolean().chain((isWhole) =>
  sides.chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      values: fc.array(isWhole ? fc.integer({ min: -3, max: 5 }) : weight, {
        minLength: width * height,
        maxLength: width * height,
      }),
      x: fc.integer({ min: -1, max: width - 1 }),
      y: fc.integer({ min: -1, max: height - 1 }),
      delta: fc.oneof(
        fc.constant(0),
        fc.integer({ min: -300, max: 300 }),
        fc.double({ min: -90, max: 90, noNaN: true }),
      ),
      border: fc.constantFrom(0, 1, 2, 4),
    }),
  ),
)

describe('the SIMD kernel for filter2D', () => {
  it('gives OpenCV’s pixels for whole and other weights, every anchor, offset and border', () => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3, 4), kernels, (samples, { width, height, values, x, y, delta, border }) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            const kernel = library.matFromArray(height, width, library.CV_32FC1, values)
            library.filter2D(source, result, -1, kernel, new library.Point(x, y), delta, border)
            kernel.delete()
          }),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isWide(samples) && values.some((value) => value !== 0) ? 0 : 1)
      }),
      { numRuns: 1000 },
    )
  })

  it('gives OpenCV’s pixels for means of an odd number of samples, which OpenCV takes through its Fourier transform', () => {
    const means = fc
      .record({
        half: fc.integer({ min: 3, max: 15 }),
        slope: fc.double({ min: -1, max: 1, noNaN: true }),
        isFlat: fc.boolean(),
      })
      .map(({ half, slope, isFlat }) => {
        const side = 2 * half + 1
        const values = new Array<number>(side * side).fill(0)
        for (let step = -half; step <= half; step++) {
          const aside = half + Math.round(step * slope)
          values[isFlat ? aside * side + half + step : (half + step) * side + aside] = 1 / side
        }
        return { side, values }
      })
    fc.assert(
      fc.property(samplesArbitrary(1, 3), means, (samples, { side, values }) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            const kernel = library.matFromArray(side, side, library.CV_32FC1, values)
            library.filter2D(source, result, -1, kernel)
            kernel.delete()
          }),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(isWide(samples) ? 0 : 1)
      }),
      { numRuns: 300 },
    )
  })

  it('leaves to OpenCV the other kernels of its Fourier transform', () => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3), (samples) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            const kernel = library.matFromArray(1, 50, library.CV_32FC1, new Array(50).fill(0.02))
            library.filter2D(source, result, -1, kernel)
            kernel.delete()
          }),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(1)
      }),
      { numRuns: 20 },
    )
  })
})
