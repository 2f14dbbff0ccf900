import { describe, expect, it } from 'vitest'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { runPipeline } from '../../../src/cv/run-pipeline.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'
import { decodeSample, flat, gradient } from '../../support/sample-images.ts'

const run = async (text: string, image: Pixels): Promise<Pixels> =>
  runPipeline(await testOpenCv(), image, parsePipeline(text), 1n)

const isGreen = (pixel: Uint8Array): boolean => pixel[0] === 0 && pixel[1] === 255 && pixel[2] === 0

const pixelsOf = ({ data }: Pixels): Uint8Array[] =>
  Array.from({ length: data.length / 3 }, (_, index) => data.subarray(index * 3, index * 3 + 3))

describe('edges', () => {
  it('leaves a flat image without edges, at half brightness rounded to even', async () => {
    for (const [value, half] of [
      [200, 100],
      [201, 100],
      [203, 102],
      [255, 128],
      [1, 0],
      [0, 0],
    ] as const) {
      const { data } = await run('edges', flat(30, 20, 3, value))
      expect(new Set(data)).toEqual(new Set([half]))
    }
  })

  it('draws the border between two halves as one thin green line', async () => {
    const image = flat(40, 40, 3, 40)
    for (let y = 0; y < 40; y++) image.data.fill(220, (y * 40 + 20) * 3, (y + 1) * 120)
    const result = pixelsOf(await run('edges', image))
    for (let y = 2; y < 38; y++) {
      const green = result.slice(y * 40, (y + 1) * 40).flatMap((pixel, x) => (isGreen(pixel) ? [x] : []))
      expect(green.length).toBeGreaterThanOrEqual(1)
      expect(green.every((x) => x >= 18 && x <= 21)).toBe(true)
    }
  })

  it('gives nothing but green and halves of the original on a photo', async () => {
    const image = await decodeSample('chelsea.png')
    const before = pixelsOf(image)
    const after = pixelsOf(await run('edges', image))
    let edges = 0
    for (const [index, pixel] of after.entries()) {
      if (isGreen(pixel)) edges++
      else
        for (const [channel, value] of pixel.entries())
          expect(Math.abs(2 * value - (before[index]?.[channel] ?? 0))).toBeLessThanOrEqual(1)
    }
    expect(edges / after.length).toBeGreaterThan(0.1)
    expect(edges / after.length).toBeLessThan(0.6)
  })

  it('turns a gray image into rgb, because green needs colour', async () => {
    const gray = gradient(50, 40, 1)
    const result = await run('edges', gray)
    expect(result.channels).toBe(3)
    const rgb: Pixels = {
      ...gray,
      channels: 3,
      data: gray.data.reduce(repeatThrice, new Uint8Array(gray.data.length * 3)),
    }
    expect(Buffer.compare(result.data, (await run('edges', rgb)).data)).toBe(0)
  })

  it('finds less with higher thresholds', async () => {
    const image = await decodeSample('chelsea.png')
    const count = async (text: string) => pixelsOf(await run(text, image)).filter(isGreen).length
    const [default_, high] = [await count('edges'), await count('edges:low=1000,high=3000')]
    expect(high).toBeGreaterThan(0)
    expect(high).toBeLessThan(default_ / 3)
  })
})

function repeatThrice(result: Uint8Array<ArrayBuffer>, value: number, index: number): Uint8Array<ArrayBuffer> {
  result.fill(value, index * 3, index * 3 + 3)
  return result
}
