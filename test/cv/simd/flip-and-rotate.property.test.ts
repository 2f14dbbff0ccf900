import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('flip', 'rotate')

describe('the SIMD kernel for flip', () => {
  it.each([1, 0, -1])('gives OpenCV’s pixels: code %d', (code) => {
    fc.assert(
      fc.property(samplesArbitrary(1, 2, 3, 4), (samples) => {
        handedOn()
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => library.flip(source, result, code)),
        )
        expect(got).toEqual(expected)
        const isKnown = samples.channels === 1 || samples.channels === 3
        expect(handedOn()).toBe(isKnown && (code === 0 || samples.widthPx >= 16) ? 0 : 1)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the SIMD kernel for rotate', () => {
  it.each(['ROTATE_90_CLOCKWISE', 'ROTATE_180', 'ROTATE_90_COUNTERCLOCKWISE'] as const)(
    'gives OpenCV’s pixels: %s',
    (name) => {
      fc.assert(
        fc.property(samplesArbitrary(1, 2, 3, 4), (samples) => {
          handedOn()
          const [expected, got] = [plain, fast].map((cv) =>
            resultOf(cv, samples, (library, source, result) => library.rotate(source, result, Number(library[name]))),
          )
          expect(got).toEqual(expected)
          const { widthPx, heightPx, channels } = samples
          const isWide = name === 'ROTATE_180' ? widthPx >= 16 : Math.min(widthPx, heightPx) >= 8
          expect(handedOn()).toBe(isWide && (channels === 1 || channels === 3) ? 0 : 1)
        }),
        { numRuns: 200 },
      )
    },
  )

  it('turns what is left over behind blocks of rows', () => {
    for (const heightPx of [15, 16, 17, 18, 19, 20, 33, 63, 64, 65, 66, 67, 68, 71, 72, 129, 200]) {
      for (const channels of [1, 3]) {
        const data = Uint8Array.from({ length: 11 * heightPx * channels }, (_, at) => (at * 2654435761) >>> 24)
        const samples = { widthPx: 11, heightPx, channels, data }
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => library.rotate(source, result, 0)),
        )
        expect(got).toEqual(expected)
      }
    }
  })
})
