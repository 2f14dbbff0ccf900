import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWide, resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('blur', 'boxFilter')

const windows = fc.record({
  width: fc.integer({ min: 1, max: 24 }),
  height: fc.integer({ min: 1, max: 24 }),
  x: fc.integer({ min: -1, max: 23 }),
  y: fc.integer({ min: -1, max: 23 }),
  border: fc.constantFrom(0, 1, 2, 4, 20),
})

describe('the SIMD kernels for blur and boxFilter', () => {
  it('give OpenCV’s pixels for every window, anchor and border', () => {
    fc.assert(
      fc.property(
        samplesArbitrary(1, 3, 4),
        windows,
        fc.boolean(),
        (samples, { width, height, x, y, border }, isBlur) => {
          const [expected, got] = [plain, fast].map((cv) =>
            resultOf(cv, samples, (library, source, result) => {
              const size = new library.Size(width, height)
              // the window of a single row or column shrinks, and its anchor with it
              const anchor = new library.Point(
                samples.widthPx === 1 ? -1 : Math.min(x, width - 1),
                samples.heightPx === 1 ? -1 : Math.min(y, height - 1),
              )
              if (isBlur) library.blur(source, result, size, anchor, border)
              else library.boxFilter(source, result, -1, size, anchor, true, border)
            }),
          )
          expect(got).toEqual(expected)
          const count = handedOn()
          if (isWide(samples) && width > 1 && height > 1 && samples.heightPx > 1) expect(count).toBe(0)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('give OpenCV’s pixels for every sum that a window of 256 pixels or more can have', () => {
    // levels rise from 0 to 255: each window's sum differs a little from the one before
    const widthPx = 512
    const heightPx = 40
    const data = Uint8Array.from(
      { length: widthPx * heightPx },
      (_, index) => ((index % widthPx) + (index >> 9) * 7) >> 1,
    )
    for (const side of [2, 3, 4, 5, 6, 7, 11, 15, 16, 17, 31, 99]) {
      const [expected, got] = [plain, fast].map((cv) =>
        resultOf(cv, { widthPx, heightPx, channels: 1, data }, (library, source, result) =>
          library.blur(source, result, new library.Size(side, side)),
        ),
      )
      expect(got).toEqual(expected)
    }
    expect(handedOn()).toBe(0)
  })
})
