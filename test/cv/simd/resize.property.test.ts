import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contents, resultOf, type Samples, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('resize')

type Method = 'INTER_AREA' | 'INTER_LINEAR' | 'INTER_CUBIC' | 'INTER_NEAREST'

/** Compares, and says whether a kernel did it. */
function isResizedAlike(samples: Samples, width: number, height: number, method: Method): boolean {
  handedOn()
  const [expected, got] = [plain, fast].map((cv) =>
    resultOf(cv, samples, (library, source, result) =>
      library.resize(source, result, new library.Size(width, height), 0, 0, Number(library[method])),
    ),
  )
  expect(got).toEqual(expected)
  return handedOn() === 0
}

const isRegister = (samples: Samples, width: number): boolean =>
  Math.min(width, samples.widthPx) * samples.channels >= 16 && samples.widthPx > 1

const side = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 60 }) },
  { weight: 1, arbitrary: fc.constantFrom(100, 150, 301) },
)

describe('the SIMD kernel for resize', () => {
  it.each(['INTER_AREA', 'INTER_LINEAR'] as const)('gives OpenCV’s pixels at any size: %s', (method) => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3), side, side, (samples, width, height) => {
        const isSame = width === samples.widthPx && height === samples.heightPx
        expect(isResizedAlike(samples, width, height, method)).toBe(!isSame && isRegister(samples, width))
      }),
      { numRuns: 500 },
    )
  })

  it.each(['INTER_AREA', 'INTER_LINEAR'] as const)('gives OpenCV’s pixels at half the size: %s', (method) => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3, 4), (samples) => {
        const [width, height] = [Math.ceil(samples.widthPx / 2), Math.ceil(samples.heightPx / 2)]
        const isHalf = samples.widthPx === 2 * width && samples.heightPx === 2 * height
        const isKernel = isResizedAlike(samples, width, height, method)
        if (isHalf) expect(isKernel).toBe(width * samples.channels >= 16)
      }),
      { numRuns: 300 },
    )
  })

  it('gives OpenCV’s pixels at whole parts of the size', () => {
    const part = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(
        fc.tuple(part, part),
        fc.constantFrom(1, 3),
        fc.infiniteStream(fc.nat(255)),
        ([x, y], channels, levels) => {
          const [width, height] = [17, 3]
          const data = Uint8Array.from({ length: width * x * height * y * channels }, () => levels.next().value)
          isResizedAlike({ widthPx: width * x, heightPx: height * y, channels, data }, width, height, 'INTER_AREA')
        },
      ),
      { numRuns: 200 },
    )
  })

  it('gives OpenCV’s samples of 16 bits, by area and smaller', () => {
    fc.assert(
      fc.property(samplesArbitrary(2), side, side, ({ widthPx, heightPx, data }, width, height) => {
        handedOn()
        const [expected, got] = [plain, fast].map((cv) => {
          const source = new cv.Mat(heightPx, widthPx, cv.CV_16UC1)
          source.data.set(data)
          const result = new cv.Mat()
          cv.resize(source, result, new cv.Size(width, height), 0, 0, cv.INTER_AREA)
          const made = contents(result)
          source.delete()
          result.delete()
          return made
        })
        expect(got).toEqual(expected)
        const isLarger = width > widthPx || height > heightPx
        if (width < 16 || isLarger) expect(handedOn()).toBe(1)
        else if (widthPx % width !== 0) expect(handedOn()).toBe(0)
      }),
      { numRuns: 500 },
    )
  })

  it('gives OpenCV’s pixels where a single one covers hundreds, all of them white', () => {
    for (const [widthPx, heightPx, width] of [
      [1600, 300, 16],
      [16, 257, 16],
      [16, 258, 16],
      [4096, 2000, 16],
      [1413, 1413, 471],
      [1414, 1000, 1024],
    ] as const) {
      for (const channels of [1, 3]) {
        const data = new Uint8Array(widthPx * heightPx * channels).fill(255)
        for (const height of [1, 7]) isResizedAlike({ widthPx, heightPx, channels, data }, width, height, 'INTER_AREA')
      }
    }
  })

  it('hands on two and four channels, and other interpolations', () => {
    const samples = {
      widthPx: 30,
      heightPx: 20,
      channels: 3,
      data: Uint8Array.from({ length: 1800 }, (_, at) => at * 7),
    }
    expect(isResizedAlike(samples, 20, 17, 'INTER_LINEAR')).toBe(true)
    for (const method of ['INTER_CUBIC', 'INTER_NEAREST'] as const) {
      expect(isResizedAlike(samples, 20, 17, method)).toBe(false)
    }
    for (const channels of [2, 4]) {
      const others = { widthPx: 30, heightPx: 15, channels, data: samples.data.subarray(0, 450 * channels) }
      expect(isResizedAlike(others, 20, 11, 'INTER_AREA')).toBe(false)
      expect(isResizedAlike(others, 20, 11, 'INTER_LINEAR')).toBe(false)
    }
  })
})
