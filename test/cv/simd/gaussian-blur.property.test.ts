import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadOpenCv } from '../../../src/cv/opencv.ts'
import { SIMD_MODULE } from '../../../src/cv/simd/generated/simd-module.ts'
import { webAssembly } from '../../../src/cv/web-assembly.ts'
import { isWide, resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('GaussianBlur')
// Node has relaxed SIMD: what a runtime without it would load
const { cv: strict } = await loadOpenCv({ simdModule: await webAssembly.compile(Buffer.from(SIMD_MODULE, 'base64')) })

const oddSize = fc.integer({ min: 0, max: 15 }).map((half) => 2 * half + 1)
const sigma = fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 9, noNaN: true }))

describe('the SIMD kernel for GaussianBlur', () => {
  it('gives OpenCV’s pixels for every size, sigma and border', () => {
    const cases = fc.record({
      samples: samplesArbitrary(1, 2, 3, 4),
      width: oddSize,
      height: oddSize,
      sigmaX: sigma,
      sigmaY: sigma,
      border: fc.constantFrom(0, 1, 2, 4, 17, 20),
    })
    fc.assert(
      fc.property(cases, ({ samples, width, height, sigmaX, sigmaY, border }) => {
        const [expected, got, gotStrict] = [plain, fast, strict].map((cv) =>
          resultOf(cv, samples, (library, source, result) =>
            library.GaussianBlur(source, result, new library.Size(width, height), sigmaX, sigmaY, border),
          ),
        )
        expect(got).toEqual(expected)
        expect(gotStrict).toEqual(expected)
        const isTaken = isWide(samples) && (width > 1 || height > 1)
        expect(handedOn()).toBe(isTaken ? 0 : 1)
      }),
      { numRuns: 600 },
    )
  })

  it('gives OpenCV’s pixels where the size follows from sigma', () => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3), fc.double({ min: 0.3, max: 12, noNaN: true }), (samples, sigmaX) => {
        const [expected, got, gotStrict] = [plain, fast, strict].map((cv) =>
          resultOf(cv, samples, (library, source, result) =>
            library.GaussianBlur(source, result, new library.Size(0, 0), sigmaX),
          ),
        )
        expect(got).toEqual(expected)
        expect(gotStrict).toEqual(expected)
        expect(handedOn()).toBe(isWide(samples) ? 0 : 1)
      }),
      { numRuns: 200 },
    )
  })

  it('gives OpenCV’s pixels where an image is wide enough for several strips', () => {
    const cases = fc.record({
      widthPx: fc.integer({ min: 180, max: 1700 }),
      heightPx: fc.integer({ min: 1, max: 6 }),
      channels: fc.constantFrom(1, 2, 3, 4, 60),
      width: fc.constantFrom(1, 7, 15, 31, 101),
      height: fc.constantFrom(1, 7, 9),
      border: fc.constantFrom(0, 1, 2, 4),
    })
    fc.assert(
      fc.property(cases, ({ widthPx, heightPx, channels, width, height, border }) => {
        fc.pre(width > 1 || height > 1)
        const data = Uint8Array.from(
          { length: widthPx * heightPx * channels },
          (_, index) => Math.imul(index, 2654435761) >>> 24,
        )
        const samples = { widthPx, heightPx, channels, data }
        // digests: the difference of two arrays this long takes seconds to print
        const [expected, got, gotStrict] = [plain, fast, strict].map((cv) => {
          const { bytes } = resultOf(cv, samples, (library, source, result) =>
            library.GaussianBlur(source, result, new library.Size(width, height), 0, 0, border),
          )
          return createHash('sha256').update(bytes).digest('hex')
        })
        expect(got).toBe(expected)
        expect(gotStrict).toBe(expected)
        expect(handedOn()).toBe(0)
      }),
      { numRuns: 60 },
    )
  })
})
