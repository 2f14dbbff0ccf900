import { describe, expect, it } from 'vitest'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { grayOf, ran } from '../../support/pixel-rows.ts'
import { decodeSample, flat, gradient, sampleAt } from '../../support/sample-images.ts'

/** Samples of ax + by + 10. */
function slope(a: number, b: number): Pixels {
  const image = flat(9, 9, 1, 0)
  return { ...image, data: image.data.map((_, at) => 10 + a * (at % 9) + b * Math.floor(at / 9)) }
}

describe('sobel and scharr', () => {
  it.each([
    ['sobel:x', 10, 0, 80],
    ['sobel:y', 10, 0, 0],
    ['sobel:y', 0, 5, 40],
    ['sobel', 3, 4, 40],
    ['sobel:x,size=1', 10, 0, 20],
    ['sobel:x,size=5,scale=0.1', 10, 0, 128],
    ['sobel:x', -5, 0, 40],
    ['scharr:x', 10, 0, 80],
    ['scharr:x,scale=1', 10, 0, 255],
    ['scharr', 3, 4, 40],
  ])('%s of a slope of %d and %d is %d', async (text, a, b, expected) => {
    const image = a < 0 ? { ...slope(0, 0), data: slope(-a, 0).data.map((value) => 200 - value) } : slope(a, b)
    expect(sampleAt(await ran(text, image), 4, 4)).toBe(expected)
  })

  it.each(['sobel', 'scharr', 'laplacian'])('find nothing in a flat image: %s', async (text) => {
    expect(new Set((await ran(text, flat(9, 5, 3, 77))).data)).toEqual(new Set([0]))
  })

  it('treat the channels of rgb one by one', async () => {
    const image = gradient(30, 20, 3)
    const { data } = await ran('sobel:both,5,0.05', image)
    for (const channel of [0, 1, 2]) {
      const isOfChannel = (_: number, at: number): boolean => at % 3 === channel
      const plane: Pixels = { ...image, channels: 1, data: image.data.filter(isOfChannel) }
      expect(Buffer.compare((await ran('sobel:both,5,0.05', plane)).data, data.filter(isOfChannel))).toBe(0)
    }
  })
})

describe('laplacian', () => {
  const dot = flat(5, 5, 1, 0)
  dot.data[12] = 10

  it('is the difference to four neighbours with size 1', async () => {
    expect(grayOf(await ran('laplacian:1', dot))).toEqual([
      [0, 0, 0, 0, 0],
      [0, 0, 10, 0, 0],
      [0, 10, 40, 10, 0],
      [0, 0, 10, 0, 0],
      [0, 0, 0, 0, 0],
    ])
  })

  it("is OpenCV's 3x3 kernel with size 3, scaled", async () => {
    expect(grayOf(await ran('laplacian:3,scale=0.5', dot)).slice(1, 4)).toEqual([
      [0, 10, 0, 10, 0],
      [0, 0, 40, 0, 0],
      [0, 10, 0, 10, 0],
    ])
  })
})

describe('canny', () => {
  const halves = flat(20, 20, 1, 40)
  for (let y = 0; y < 20; y++) halves.data.fill(200, y * 20 + 10, (y + 1) * 20)

  it('draws the border between two halves as one white line of one pixel', async () => {
    const result = grayOf(await ran('canny', halves))
    for (const row of result.slice(1, 19)) {
      expect(row.filter((value) => value !== 0)).toEqual([255])
      expect([9, 10]).toContain(row.indexOf(255))
    }
  })

  it('measures gradients as sums or as lengths', async () => {
    // a gradient of 4 x 160 = 640 along one axis is the same either way
    const whiteOf = async (text: string) => (await ran(text, halves)).data.filter((value) => value === 255).length
    expect(await whiteOf('canny:600,639')).toBeGreaterThan(0)
    expect(await whiteOf('canny:600,641')).toBe(0)
    expect(await whiteOf('canny:600,639,l2=true')).toBeGreaterThan(0)
    const photo = await decodeSample('camera.png')
    const sums = (await ran('canny', photo)).data.filter((value) => value === 255).length
    const lengths = (await ran('canny:l2=true', photo)).data.filter((value) => value === 255).length
    expect(lengths).toBeLessThan(sums)
    expect(lengths).toBeGreaterThan(0)
  })

  it('converts rgb to gray first, visibly', async () => {
    const image = gradient(40, 30, 3)
    expect((await ran('canny', image)).data).toEqual((await ran('grayscale | canny', image)).data)
  })
})
