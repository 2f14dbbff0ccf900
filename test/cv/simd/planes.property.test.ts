import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CvLibrary } from '../../../src/cv/opencv.ts'
import {
  contents,
  matOf,
  resultOf,
  type Samples,
  samplesArbitrary,
  simdInstances,
} from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('split', 'merge', 'inRange')

const isLarge = ({ widthPx, heightPx, channels }: Samples): boolean =>
  widthPx * heightPx >= 16 && widthPx * channels >= 16

function planesOf(cv: CvLibrary, samples: Samples, vector = new cv.MatVector()) {
  const source = matOf(cv, samples)
  cv.split(source, vector)
  const planes = Array.from({ length: vector.size() }, (_, index) => {
    const plane = vector.get(index)
    if (plane === undefined) throw new Error('a vector has what it counts')
    const copy = contents(plane)
    plane.delete()
    return copy
  })
  for (const each of [source, vector]) each.delete()
  return planes
}

describe('the SIMD kernels for planes', () => {
  it('give OpenCV’s planes: split', () => {
    fc.assert(
      fc.property(samplesArbitrary(1, 2, 3, 4), (samples) => {
        expect(planesOf(fast, samples)).toEqual(planesOf(plain, samples))
        expect(handedOn()).toBe(samples.channels === 3 && isLarge(samples) ? 0 : 1)
      }),
      { numRuns: 300 },
    )
  })

  it('leave to OpenCV a vector that holds images already', () => {
    const samples: Samples = {
      widthPx: 20,
      heightPx: 4,
      channels: 3,
      data: Uint8Array.from({ length: 240 }, (_, i) => i),
    }
    const [expected, got] = [plain, fast].map((cv) => {
      const vector = new cv.MatVector()
      const held = new cv.Mat(1, 1, cv.CV_8UC1)
      vector.push_back(held)
      held.delete()
      return planesOf(cv, samples, vector)
    })
    expect(got).toEqual(expected)
    expect(handedOn()).toBe(1)
  })

  it('give OpenCV’s image: merge', () => {
    fc.assert(
      fc.property(samplesArbitrary(1), fc.constantFrom(1, 2, 3, 4), (samples, count) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            const vector = new library.MatVector()
            for (let index = 0; index < count; index++) {
              const data = samples.data.map((value, at) => (value * (index + 1) + at) & 255)
              const plane = matOf(library, { ...samples, data })
              vector.push_back(plane)
              plane.delete()
            }
            library.merge(vector, result)
            for (const each of [vector]) each.delete()
            expect(source.rows).toBe(samples.heightPx)
          }),
        )
        expect(got).toEqual(expected)
        expect(handedOn()).toBe(count === 3 && isLarge(samples) ? 0 : 1)
      }),
      { numRuns: 300 },
    )
  })

  it('hand on planes that are not alike, which OpenCV refuses', () => {
    const run = (cv: CvLibrary): void => {
      const vector = new cv.MatVector()
      for (const rows of [4, 4, 5]) {
        const plane = new cv.Mat(rows, 20, cv.CV_8UC1)
        vector.push_back(plane)
        plane.delete()
      }
      cv.merge(vector, new cv.Mat())
    }
    expect(() => run(plain)).toThrow()
    expect(() => run(fast)).toThrow()
    expect(handedOn()).toBe(1)
  })

  it('give OpenCV’s mask: inRange', () => {
    const bound = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 255 }) },
      { weight: 1, arbitrary: fc.constantFrom(-3, 256, 12.5, 300) },
    )
    const bounds = fc.array(bound, { minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(samplesArbitrary(1, 2, 3), bounds, (samples, values) => {
        const { channels } = samples
        const [low, high] = [values.slice(0, channels), values.slice(3, 3 + channels)]
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) => {
            const mats = [low, high].map((list) => library.matFromArray(channels, 1, library.CV_64FC1, list))
            const [from = source, to = source] = mats
            library.inRange(source, from, to, result)
            for (const mat of mats) mat.delete()
          }),
        )
        expect(got).toEqual(expected)
        const isByte = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 255
        const isTaken = channels !== 2 && isLarge(samples) && [...low, ...high].every(isByte)
        expect(handedOn()).toBe(isTaken ? 0 : 1)
      }),
      { numRuns: 600 },
    )
  })
})
