import { describe, expect, it } from 'vitest'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { ran } from '../../support/pixel-rows.ts'
import { cutOut, decodeSample, flat, gradient, sampleAt } from '../../support/sample-images.ts'

/** Paints a rectangle (ends included) in place. */
function paint(image: Pixels, [x1, y1, x2, y2]: readonly [number, number, number, number], ...color: number[]): void {
  for (let y = y1; y <= y2; y++) {
    for (let x = x1; x <= x2; x++) image.data.set(color, (y * image.widthPx + x) * image.channels)
  }
}

describe('inpaint', () => {
  it.each(['telea', 'navier-stokes'])('fills what is painted from its surroundings: %s', async (method) => {
    const image = flat(40, 30, 3, 120)
    paint(image, [10, 10, 20, 18], 255, 0, 255)
    const { data } = await ran(`inpaint:method=${method}`, image)
    // OpenCV's fast marching is off by a level or two even here
    for (const value of new Set(data)) expect(Math.abs(value - 120)).toBeLessThanOrEqual(2)
  })

  it('changes only what is painted and what was asked to grow around it', async () => {
    const image = cutOut(await decodeSample('chelsea.png'), 100, 80, 60, 50)
    paint(image, [20, 20, 22, 21], 255, 0, 0)
    const { data } = await ran('inpaint:red,grow=2', image)
    const changed = [...data.keys()].filter((at) => data[at] !== image.data[at]).map((at) => Math.floor(at / 3))
    expect(changed.length).toBeGreaterThan(30)
    for (const at of changed) {
      const [x, y] = [at % 60, Math.floor(at / 60)]
      expect(x >= 18 && x <= 24 && y >= 18 && y <= 23).toBe(true)
    }
  })

  it('takes what is within the tolerance for painted, in every channel', async () => {
    const image = flat(20, 20, 3, 100)
    paint(image, [5, 5, 6, 6], 245, 10, 250)
    paint(image, [12, 12, 13, 13], 245, 10, 244)
    const result = await ran('inpaint:magenta,tolerance=10,grow=0', image)
    expect(sampleAt(result, 5, 5)).toBe(100)
    expect(sampleAt(result, 12, 12)).toBe(245)
  })

  it('fills a gray colour in a gray image', async () => {
    const image = flat(20, 20, 1, 100)
    paint(image, [5, 5, 9, 9], 255)
    for (const value of new Set((await ran('inpaint:white', image)).data)) {
      expect(Math.abs(value - 100)).toBeLessThanOrEqual(2)
    }
    expect(new Set((await ran('inpaint:red', image)).data)).toEqual(new Set([100, 255]))
  })

  it('leaves an image as it is that has nothing of the colour, or nothing else', async () => {
    const image = gradient(30, 20, 3)
    expect(Buffer.compare((await ran('inpaint:#ff00ff,tolerance=0', image)).data, image.data)).toBe(0)
    const white = flat(9, 9, 3, 255)
    expect(Buffer.compare((await ran('inpaint:white', white)).data, white.data)).toBe(0)
  })
})

describe('cartoon', () => {
  it('leaves flat colours, evens out small differences and draws dark lines black', async () => {
    const image = flat(60, 40, 3, 180)
    for (let at = 0; at < image.data.length; at += 6) image.data[at] = 186
    paint(image, [28, 0, 31, 39], 90, 90, 90)
    const result = await ran('cartoon', image)
    expect(sampleAt(result, 29, 20)).toBe(0)
    const red = Array.from({ length: 15 }, (_, x) => sampleAt(result, x + 3, 20))
    expect(Math.max(...red) - Math.min(...red)).toBeLessThanOrEqual(1)
    expect(sampleAt(result, 10, 20, 1)).toBe(180)
  })

  it('draws fewer outlines with a larger offset', async () => {
    const image = cutOut(await decodeSample('chelsea.png'), 100, 80, 120, 90)
    const outlines = async (text: string) => {
      const { data } = await ran(text, image)
      return data.filter((value, at) => at % 3 === 0 && value === 0 && data[at + 1] === 0 && data[at + 2] === 0).length
    }
    const [few, many] = [await outlines('cartoon:offset=10'), await outlines('cartoon')]
    expect(few).toBeGreaterThan(0)
    expect(few).toBeLessThan(many / 2)
  })
})

describe('sketch', () => {
  it('is white where nothing differs, and black where all is', async () => {
    expect(new Set((await ran('sketch', flat(20, 9, 1, 30))).data)).toEqual(new Set([255]))
    expect(new Set((await ran('sketch', flat(20, 9, 1, 0))).data)).toEqual(new Set([0]))
  })

  it('is the image divided by its gaussian', async () => {
    const image = cutOut(await decodeSample('camera.png'), 200, 80, 90, 70)
    const [{ data }, blurred] = [await ran('sketch:2', image), await ran('gaussian:13,sigma=2', image)]
    for (const [at, value] of data.entries()) {
      const divisor = blurred.data[at] ?? 0
      const exact = divisor === 0 ? 0 : Math.min(255, (255 * (image.data[at] ?? 0)) / divisor)
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(0.5001)
    }
  })
})
