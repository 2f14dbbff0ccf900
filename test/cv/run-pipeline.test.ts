import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../src/base/errors.ts'
import { pixelDigest } from '../../src/cv/codec/pixel-digest.ts'
import type { OpenCv } from '../../src/cv/opencv.ts'
import { parsePipeline } from '../../src/cv/pipeline/parse-pipeline.ts'
import type { Pixels } from '../../src/cv/pixels.ts'
import { runPipeline } from '../../src/cv/run-pipeline.ts'
import { Scope } from '../../src/cv/scope.ts'
import { testOpenCv } from '../support/opencv-instance.ts'
import { rejectionOf } from '../support/rejection.ts'
import { gradient, sampleAt } from '../support/sample-images.ts'
import { pipelineOf } from '../support/test-operation.ts'

const digestOf = (pixels: Pixels): string => Buffer.from(pixelDigest(pixels)).toString('hex')
/** The mission's own; operations/every-operation.test.ts runs all. */
const names = ['edges', 'crop', 'noise', 'gray', 'grayscale']

describe('runPipeline', () => {
  it.each(names)('gives the same pixels for the same image, pipeline and seed: %s', async (name) => {
    const openCv = await testOpenCv()
    const image = gradient(90, 70, 3)
    const [one, other] = [1, 2].map(() => digestOf(runPipeline(openCv, image, parsePipeline(name), 42n)))
    expect(one).toBe(other)
  })

  it('cuts alpha with the same square as the colours', async () => {
    const image = gradient(64, 64, 4)
    // alpha names the pixel's own column, colour is only there
    for (let index = 3; index < image.data.length; index += 4) image.data[index] = ((index - 3) / 4) % 64
    const result = runPipeline(await testOpenCv(), image, parsePipeline('crop:rounds=0'), 5n)
    const left = sampleAt(result, 0, 0, 3)
    for (let x = 0; x < result.widthPx; x++) {
      expect(sampleAt(result, x, 7, 3)).toBe(left + x)
      expect(sampleAt(result, x, 0)).toBe(sampleAt(image, left + x, topOf(image, result, left)))
    }
  })

  it('runs operations in their order, each on the result of the one before', async () => {
    const openCv = await testOpenCv()
    const image = gradient(80, 60, 3)
    const both = runPipeline(openCv, image, parsePipeline('grayscale | edges'), 1n)
    const gray = runPipeline(openCv, image, parsePipeline('grayscale'), 1n)
    expect(gray.channels).toBe(1)
    expect(digestOf(both)).toBe(digestOf(runPipeline(openCv, gray, parsePipeline('edges'), 1n)))
    expect(digestOf(both)).not.toBe(digestOf(runPipeline(openCv, image, parsePipeline('edges | grayscale'), 1n)))
  })

  it('gives two steps of one operation different random numbers', async () => {
    const openCv = await testOpenCv()
    const image = gradient(64, 64, 1)
    const text = 'noise:layers=1,salt=0,pepper=0'
    const noiseOf = (before: Pixels, after: Pixels) =>
      after.data.map((value, index) => value - (before.data[index] ?? 0))
    const once = runPipeline(openCv, image, parsePipeline(text), 1n)
    const twice = runPipeline(openCv, image, parsePipeline(`${text} | ${text}`), 1n)
    expect(Buffer.compare(noiseOf(image, once), noiseOf(once, twice))).not.toBe(0)
  })

  it('frees every Mat, run after run, also of runs that fail', async () => {
    const openCv = await testOpenCv()
    const image = gradient(1000, 700, 4)
    const failing = pipelineOf((_image, { scope, openCv: { cv } }) => {
      scope.matOf(2000, 2000, cv.CV_8UC3)
      throw new MurmurationError('ERR_UNSUPPORTED_IMAGE', 'this operation expects nothing and got an image')
    })
    const runAll = async (): Promise<void> => {
      for (const name of names) runPipeline(openCv, image, parsePipeline(`${name} | ${name}`), 1n)
      const error = await rejectionOf(() => runPipeline(openCv, image, failing, 1n))
      expect(error.code).toBe('ERR_UNSUPPORTED_IMAGE')
    }
    await runAll()
    const before = usedHeapBytes(openCv)
    for (let round = 0; round < 4; round++) await runAll()
    // one Mat of this image that is lost in each round is 8 MB
    expect(usedHeapBytes(openCv) - before).toBeLessThan(5_000_000)
    expect(openCv.liveObjects).toBe(0)
    expect(openCv.isSpent).toBe(false)
  })

  it('names the operation and the reason when OpenCV throws, and gives up the instance', async () => {
    const openCv = await testOpenCv()
    const throwing = pipelineOf((image, { scope, openCv: { cv } }) => {
      const result = scope.mat()
      cv.medianBlur(image, result, 4)
      return result
    })
    const error = await rejectionOf(() => runPipeline(openCv, gradient(20, 20, 3), throwing, 1n))
    expect(error.code).toBe('ERR_OPERATION')
    expect(error.message).toMatch(/^operation "test" failed in OpenCV: .*ksize % 2 == 1.*medianBlur/)
    expect(openCv.isSpent).toBe(true)
    expect(openCv.liveObjects).toBe(0)
  })

  it('refuses the result of an operation that breaks the rules', async () => {
    const wrongType = pipelineOf((image, { scope }) => {
      const result = scope.mat()
      image.convertTo(result, 5)
      return result
    })
    expect(
      (await rejectionOf(async () => runPipeline(await testOpenCv(), gradient(9, 9, 3), wrongType, 1n))).code,
    ).toBe('ERR_INTERNAL')
    const wrongSize = pipelineOf((_image, { scope, openCv: { cv } }) => scope.matOf(3, 3, cv.CV_8UC3))
    expect(
      (await rejectionOf(async () => runPipeline(await testOpenCv(), gradient(9, 9, 4), wrongSize, 1n))).code,
    ).toBe('ERR_INTERNAL')
  })
})

/** What is allocated in the wasm heap, to about 1 MB: its size less what still fits in without growing it. */
function usedHeapBytes(openCv: OpenCv): number {
  const { cv, heapBytes } = openCv
  using probes = new Scope(openCv)
  let freeBytes = 0
  while (true) {
    probes.matOf(1000, 1000, cv.CV_8UC1)
    if (openCv.heapBytes > heapBytes) return heapBytes - freeBytes
    freeBytes += 1_000_000
  }
}

/** The row of `image` that is the first of its crop, whose first column is `left`. */
function topOf(image: Pixels, crop: Pixels, left: number): number {
  for (let top = 0; top + crop.heightPx <= image.heightPx; top++) {
    const isSame = Array.from({ length: crop.widthPx }, (_, x) => x).every(
      (x) =>
        sampleAt(image, left + x, top) === sampleAt(crop, x, 0) &&
        sampleAt(image, left + x, top + 1) === sampleAt(crop, x, 1),
    )
    if (isSame) return top
  }
  throw new Error('the crop is no part of the image')
}
