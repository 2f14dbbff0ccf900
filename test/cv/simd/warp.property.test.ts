import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contents, resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('warpAffine', 'warpPerspective')

const side = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { arbitrary: fc.constant(100), weight: 1 },
)
const size = fc.record({ width: side, height: side })
const color = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 255 })))
/** Not subnormal numbers, whose inverse is infinite: those are handed on. */
const thousandths = (most: number) => fc.integer({ min: -1000, max: 1000 }).map((share) => (share / 1000) * most)
const factor = fc.oneof(
  { weight: 4, arbitrary: thousandths(3) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, -1, 0.5, 1e-4, 100) },
)
const shift = fc.oneof(
  { weight: 4, arbitrary: thousandths(60) },
  { weight: 1, arbitrary: fc.constantFrom(0, 0.5, -7, 1e6, -1e12) },
)
/** Lines of depth 0 cross the image now and then: places there are infinite, or no numbers. */
const tilt = fc.oneof(
  { weight: 3, arbitrary: thousandths(0.02) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, -1, 0.125) },
)
const affineRows = fc.tuple(factor, factor, shift, factor, factor, shift)
const perspectiveRows = fc.tuple(factor, factor, shift, factor, factor, shift, tilt, tilt, fc.constantFrom(1, 0, -0.5))

describe.each([
  ['warpAffine', affineRows],
  ['warpPerspective', perspectiveRows],
] as const)('the SIMD kernel for %s', (name, rows) => {
  const isAffine = name === 'warpAffine'

  it.each([1, 3])('gives OpenCV’s pixels for images of %d channels', (channels) => {
    fc.assert(
      fc.property(
        samplesArbitrary(channels),
        rows,
        size,
        color,
        (samples, values, { width, height }, [red = 0, ...more]) => {
          handedOn()
          const [expected, got] = [plain, fast].map((cv) =>
            resultOf(cv, samples, (library, source, result) => {
              const matrix = library.matFromArray(isAffine ? 2 : 3, 3, library.CV_64FC1, [...values])
              const outside = new library.Scalar(red, more[0] ?? 0, more[1] ?? 0, 9)
              const target = new library.Size(width, height)
              library[name](source, result, matrix, target, library.INTER_LINEAR, library.BORDER_CONSTANT, outside)
              matrix.delete()
            }),
          )
          expect(got).toEqual(expected)
          expect(handedOn()).toBe(width >= 4 ? 0 : 1)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('gives OpenCV’s samples for gray of 16 bits', () => {
    fc.assert(
      fc.property(samplesArbitrary(2), rows, size, ({ widthPx, heightPx, data }, values, { width, height }) => {
        handedOn()
        const [expected, got] = [plain, fast].map((cv) => {
          const source = new cv.Mat(heightPx, widthPx, cv.CV_16UC1)
          source.data.set(data)
          const result = new cv.Mat()
          const matrix = cv.matFromArray(isAffine ? 2 : 3, 3, cv.CV_64FC1, [...values])
          const target = new cv.Size(width, height)
          cv[name](source, result, matrix, target, cv.INTER_LINEAR, cv.BORDER_CONSTANT, new cv.Scalar(200, 0, 0, 0))
          const made = contents(result)
          for (const mat of [source, result, matrix]) mat.delete()
          return made
        })
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(width >= 4 ? 0 : 1)
      }),
      { numRuns: 300 },
    )
  })

  it('hands on other interpolations, borders, colors and matrices', () => {
    const matrix = isAffine ? [1, 0.2, 3, 0, 1.1, 2] : [1, 0.2, 3, 0, 1.1, 2, 0.001, 0, 1]
    const samples = {
      widthPx: 30,
      heightPx: 20,
      channels: 3,
      data: Uint8Array.from({ length: 1800 }, (_, at) => at * 7),
    }
    const calls: readonly ((cv: typeof plain) => readonly [number, number, number, number])[] = [
      (cv) => [cv.INTER_CUBIC, cv.BORDER_CONSTANT, 0, cv.CV_64FC1],
      (cv) => [cv.INTER_NEAREST, cv.BORDER_CONSTANT, 0, cv.CV_64FC1],
      (cv) => [cv.INTER_LINEAR | cv.WARP_INVERSE_MAP, cv.BORDER_CONSTANT, 0, cv.CV_64FC1],
      (cv) => [cv.INTER_LINEAR, cv.BORDER_REPLICATE, 0, cv.CV_64FC1],
      (cv) => [cv.INTER_LINEAR, cv.BORDER_CONSTANT, 2.5, cv.CV_64FC1],
      (cv) => [cv.INTER_LINEAR, cv.BORDER_CONSTANT, 300, cv.CV_64FC1],
      (cv) => [cv.INTER_LINEAR, cv.BORDER_CONSTANT, 0, cv.CV_32FC1],
    ]
    for (const call of calls) {
      handedOn()
      const [expected, got] = [plain, fast].map((cv) =>
        resultOf(cv, samples, (library, source, result) => {
          const [flags, border, level, type] = call(library)
          const map = library.matFromArray(isAffine ? 2 : 3, 3, type, matrix)
          const outside = new library.Scalar(level, level, level, level)
          library[name](source, result, map, new library.Size(25, 24), flags, border, outside)
          map.delete()
        }),
      )
      expect(got).toEqual(expected)
      expect(handedOn()).toBe(1)
    }
  })
})
