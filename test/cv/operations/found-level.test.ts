/** Levels found in a histogram, compared with those that OpenCV finds in an image of it. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OpenCv } from '../../../src/cv/opencv.ts'
import { otsuLevel, triangleLevel } from '../../../src/cv/operations/threshold/found-level.ts'
import { Scope } from '../../../src/cv/scope.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'

function levelOfOpenCv({ cv }: OpenCv, scope: Scope, counts: readonly number[], search: number): number {
  const samples = counts.flatMap((count, level) => Array<number>(count).fill(level))
  const image = scope.matOf(1, samples.length, cv.CV_8UC1)
  image.data.set(samples)
  return cv.threshold(image, scope.mat(), 0, 255, search)
}

/** Peaks on a floor, from one level to all. */
const arbitraryCounts = fc
  .record({
    floor: fc.integer({ min: 0, max: 3 }),
    peaks: fc.array(
      fc.record({ at: fc.nat(255), width: fc.integer({ min: 1, max: 60 }), height: fc.integer({ min: 1, max: 60 }) }),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ floor, peaks }) =>
    Array.from({ length: 256 }, (_, level) =>
      peaks.reduce(
        (sum, { at, width, height }) => sum + Math.max(0, Math.round(height * (1 - Math.abs(level - at) / width))),
        floor,
      ),
    ),
  )

describe.each([
  ['Otsu', otsuLevel, 'THRESH_OTSU'],
  ['the triangle algorithm', triangleLevel, 'THRESH_TRIANGLE'],
] as const)('the level of %s', (_name, levelOf, flag) => {
  it('is the one that OpenCV finds', async () => {
    const openCv = await testOpenCv()
    fc.assert(
      fc.property(arbitraryCounts, (counts) => {
        using scope = new Scope(openCv)
        const expected = levelOfOpenCv(openCv, scope, counts, openCv.cv[flag])
        expect(levelOf(Float64Array.from(counts))).toBe(expected)
      }),
      { numRuns: 400 },
    )
  })

  it('is found where all samples have one level, at either end too', async () => {
    const openCv = await testOpenCv()
    for (const level of [0, 1, 77, 254, 255]) {
      using scope = new Scope(openCv)
      const counts = Array.from({ length: 256 }, (_, at) => (at === level ? 12 : 0))
      const expected = levelOfOpenCv(openCv, scope, counts, openCv.cv[flag])
      expect([level, levelOf(Float64Array.from(counts))]).toEqual([level, expected])
    }
  })
})
