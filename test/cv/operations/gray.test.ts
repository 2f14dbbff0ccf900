import { describe, expect, it } from 'vitest'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import { runPipeline } from '../../../src/cv/run-pipeline.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'
import { decodeSample, gradient } from '../../support/sample-images.ts'

describe('gray', () => {
  it('ends black and white in one channel', async () => {
    const result = runPipeline(await testOpenCv(), await decodeSample('coffee.png'), parsePipeline('gray'), 1n)
    expect(result.channels).toBe(1)
    expect([...new Set(result.data)].sort()).toEqual([0, 255])
  })

  it('leaves nothing smaller than its kernel', async () => {
    const openCv = await testOpenCv()
    const image = await decodeSample('coffee.png')
    const countChanges = (text: string): number => {
      const { data } = runPipeline(openCv, image, parsePipeline(text), 1n)
      return data.filter((value, index) => index > 0 && value !== data[index - 1]).length
    }
    expect(countChanges('gray')).toBeLessThan(countChanges('gray:kernel=1') / 2)
  })
})

describe('grayscale', () => {
  it('is the luma of OpenCV, within one level of the formula', async () => {
    const image = gradient(64, 64, 3)
    const { data, channels } = runPipeline(await testOpenCv(), image, parsePipeline('grayscale'), 1n)
    expect(channels).toBe(1)
    for (const [index, value] of data.entries()) {
      const [red = 0, green = 0, blue = 0] = image.data.subarray(index * 3, index * 3 + 3)
      expect(Math.abs(value - (0.299 * red + 0.587 * green + 0.114 * blue))).toBeLessThanOrEqual(0.51)
    }
  })

  it('leaves a gray image as it is', async () => {
    const image = gradient(20, 20, 1)
    const result = runPipeline(await testOpenCv(), image, parsePipeline('grayscale'), 1n)
    expect(Buffer.compare(result.data, image.data)).toBe(0)
  })
})
