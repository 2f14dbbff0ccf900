import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OpenCv } from '../../../src/cv/opencv.ts'
import { chooseSquare } from '../../../src/cv/operations/geometry/crop.ts'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { runPipeline } from '../../../src/cv/run-pipeline.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'
import { cutOut, decodeSample, gradient } from '../../support/sample-images.ts'
import { pipelineOf } from '../../support/test-operation.ts'

/** The whole image smoothed: what the operation avoids. */
function smoothWhole(openCv: OpenCv, image: Pixels): Pixels {
  const smooth = pipelineOf((source, { scope, openCv: { cv } }) => {
    const result = scope.mat()
    const spare = scope.mat()
    source.copyTo(result)
    for (let round = 0; round < 3; round++) {
      cv.GaussianBlur(result, spare, new cv.Size(5, 5), 0)
      cv.medianBlur(spare, result, 5)
    }
    return result
  })
  return runPipeline(openCv, image, smooth, 1n)
}

describe('crop', () => {
  it('gives a square of half the shorter side, rounded down', async () => {
    const openCv = await testOpenCv()
    for (const [widthPx, heightPx, side] of [
      [101, 60, 30],
      [60, 101, 30],
      [33, 33, 16],
      [1, 9, 1],
    ] as const) {
      const result = runPipeline(openCv, gradient(widthPx, heightPx, 3), parsePipeline('crop'), 4n)
      expect([result.widthPx, result.heightPx]).toEqual([side, side])
    }
  })

  it('gives the pixels of the wholly smoothed image, wherever the square lies', async () => {
    const openCv = await testOpenCv()
    const image = cutOut(await decodeSample('chelsea.png'), 100, 50, 120, 90)
    const whole = smoothWhole(openCv, image)
    const corners = new Set<string>()
    for (let seed = 0n; seed < 60n; seed++) {
      const result = runPipeline(openCv, image, parsePipeline('crop'), seed)
      const place = placeOf(whole, result)
      expect(place).toBeDefined()
      corners.add(String(place))
    }
    expect(corners.size).toBeGreaterThan(50)
  })

  it('reaches every place where the square fits, the borders too', () => {
    const seen = new Set<string>()
    for (let seed = 0n; seed < 4_000n; seed++) {
      const { x, y, side } = chooseSquare(20, 12, 50, seed)
      expect(side).toBe(6)
      seen.add(`${x},${y}`)
    }
    expect(seen.size).toBe(15 * 7)
  })

  it('never leaves the image', () => {
    const sidePx = fc.integer({ min: 1, max: 20_000 })
    fc.assert(
      fc.property(
        sidePx,
        sidePx,
        fc.double({ min: 1, max: 100, noNaN: true }),
        fc.bigInt(0n, 2n ** 64n - 1n),
        (widthPx, heightPx, percent, seed) => {
          const { x, y, side } = chooseSquare(widthPx, heightPx, percent, seed)
          expect(x >= 0 && y >= 0 && side >= 1 && x + side <= widthPx && y + side <= heightPx).toBe(true)
        },
      ),
    )
  })
})

/** Where `part` lies in `whole`; undefined where it is no part of it. */
function placeOf(whole: Pixels, part: Pixels): [number, number] | undefined {
  for (let y = 0; y + part.heightPx <= whole.heightPx; y++) {
    for (let x = 0; x + part.widthPx <= whole.widthPx; x++) {
      if (Buffer.compare(cutOut(whole, x, y, part.widthPx, part.heightPx).data, part.data) === 0) return [x, y]
    }
  }
  return undefined
}
