import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileSimd, instantiateSimd } from '../../../src/cv/simd/simd-code.ts'
import type { WasmMemory } from '../../../src/cv/web-assembly.ts'
import { resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('Canny')

const level = fc.oneof(
  fc.integer({ min: 0, max: 400 }),
  fc.double({ min: -5, max: 1200, noNaN: true }),
  fc.constantFrom(0, 40_000),
)

describe('the SIMD kernel for Canny', () => {
  it.each([
    [3, false],
    [3, true],
    [5, false],
    [5, true],
  ])('gives OpenCV’s edges for all thresholds, with derivatives of %i pixels, squared: %s', (aperture, isSquared) => {
    const most = aperture === 3 ? 1 : 12
    fc.assert(
      fc.property(samplesArbitrary(1), level, level, (samples, one, other) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) =>
            library.Canny(source, result, one * most, other * most, aperture, isSquared),
          ),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(samples.widthPx >= 16 ? 0 : 1)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    [3, 3],
    [3, 5],
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

  it('finds the same edges with a stack for a single pixel', async () => {
    const [widthPx, heightPx] = [300, 200]
    const pixels = widthPx * heightPx
    // rings, whose edges lead back above where they were found, and noise that joins them
    const image = Uint8Array.from({ length: pixels }, (_, index) => {
      const radius = Math.hypot((index % widthPx) - 150, Math.floor(index / widthPx) - 100)
      return 128 + 90 * Math.sin(radius / 3) + ((index * 2654435761) >>> 28)
    })
    const Memory: new (limits: { initial: number }) => WasmMemory = Reflect.get(globalThis, 'WebAssembly').Memory
    const memory = new Memory({ initial: 64 })
    const module = await compileSimd()
    if (module === undefined) throw new Error('WebAssembly has SIMD where this test runs')
    const functions = await instantiateSimd(module, memory)
    const scratch = 2 * pixels
    // where the stack begins: behind the map and 12 rows
    const stack = scratch + (((widthPx + 2) * (heightPx + 2) + 31) & ~15) + 32 + 24 * (widthPx + 18)
    const edgesWith = (stackBytes: number): Uint8Array => {
      new Uint8Array(memory.buffer).set(image)
      functions.canny(0, pixels, widthPx, heightPx, 1, 250, 3, 0, scratch, stack + stackBytes)
      return Uint8Array.from(new Uint8Array(memory.buffer, pixels, pixels))
    }
    const edges = edgesWith(4 * pixels)
    expect(edges.filter((value) => value === 255).length).toBeGreaterThan(1000)
    expect(edgesWith(8)).toEqual(edges)
  })
})
