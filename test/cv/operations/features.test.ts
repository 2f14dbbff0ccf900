import { describe, expect, it } from 'vitest'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { hexOf, ran } from '../../support/pixel-rows.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { decodeSample, flat, gradient, sampleAt } from '../../support/sample-images.ts'

type Place = readonly [x: number, y: number]

/** A gray image with filled rectangles (ends included) of one value. */
function withRectangles(
  widthPx: number,
  heightPx: number,
  background: number,
  value: number,
  ...rectangles: readonly (readonly [x1: number, y1: number, x2: number, y2: number])[]
): Pixels {
  const image = flat(widthPx, heightPx, 1, background)
  for (const [x1, y1, x2, y2] of rectangles) {
    for (let y = y1; y <= y2; y++) image.data.fill(value, y * widthPx + x1, y * widthPx + x2 + 1)
  }
  return image
}

/** A gray image with filled discs of one value. */
function withDiscs(
  sidePx: number,
  background: number,
  value: number,
  ...discs: readonly (readonly [x: number, y: number, radius: number])[]
): Pixels {
  const image = flat(sidePx, sidePx, 1, background)
  for (const at of image.data.keys()) {
    const [x, y] = [at % sidePx, Math.floor(at / sidePx)]
    if (discs.some(([cx, cy, radius]) => (x - cx) ** 2 + (y - cy) ** 2 <= radius ** 2)) image.data[at] = value
  }
  return image
}

/** Where an rgb image has exactly this colour. */
const placesOf = (image: Pixels, color: string): Place[] =>
  hexOf(image).flatMap((row, y) => row.split(' ').flatMap((pixel, x): Place[] => (pixel === color ? [[x, y]] : [])))

const GREEN = '00ff00'

describe('contours', () => {
  const image = withRectangles(30, 20, 10, 200, [3, 4, 12, 11], [20, 4, 22, 6])

  it('outlines light things along their outermost pixels', async () => {
    const places = placesOf(await ran('contours:area=0,width=1', image), GREEN)
    const isOutline = ([x, y]: Place, [x1, y1, x2, y2]: readonly [number, number, number, number]): boolean =>
      x >= x1 && x <= x2 && y >= y1 && y <= y2 && (x === x1 || x === x2 || y === y1 || y === y2)
    expect(places).toHaveLength(2 * (10 + 8) - 4 + 8)
    for (const place of places) {
      expect(isOutline(place, [3, 4, 12, 11]) || isOutline(place, [20, 4, 22, 6])).toBe(true)
    }
  })

  it('leaves out what is smaller than asked', async () => {
    // inside its outermost pixels the small one has an area of 2 x 2
    expect(placesOf(await ran('contours:area=4,width=1', image), GREEN)).toHaveLength(40)
    expect(placesOf(await ran('contours:area=5,width=1', image), GREEN)).toHaveLength(32)
    expect(placesOf(await ran('contours:area=64,width=1', image), GREEN)).toHaveLength(0)
  })

  it('finds the same things dark on light, or by a level', async () => {
    const expected = placesOf(await ran('contours:area=0', image), GREEN)
    const negative = { ...image, data: image.data.map((value) => 255 - value) }
    expect(placesOf(await ran('contours:area=0,dark=true', negative), GREEN)).toEqual(expected)
    expect(placesOf(await ran('contours:area=0,level=199', image), GREEN)).toEqual(expected)
    expect(placesOf(await ran('contours:area=0,level=200', image), GREEN)).toEqual([])
  })

  it('outlines holes when asked', async () => {
    const ring = withRectangles(30, 30, 0, 255, [5, 5, 24, 24])
    for (let y = 10; y < 20; y++) ring.data.fill(0, y * 30 + 10, y * 30 + 20)
    const outer = placesOf(await ran('contours:width=1', ring), GREEN).length
    expect(outer).toBe(76)
    expect(placesOf(await ran('contours:width=1,holes=true', ring), GREEN).length).toBeGreaterThan(outer + 30)
  })
})

describe('corners', () => {
  const square = withRectangles(60, 60, 0, 255, [15, 20, 40, 45])

  it.each(['shi-tomasi', 'harris'])('marks the four corners of a square: %s', async (measure) => {
    const places = placesOf(await ran(`corners:measure=${measure},radius=0`, square), GREEN)
    expect(places).toEqual([
      [15, 20],
      [40, 20],
      [15, 45],
      [40, 45],
    ])
  })

  it('marks no more than asked, none closer than asked, and none weaker', async () => {
    expect(placesOf(await ran('corners:count=2,radius=0', square), GREEN)).toHaveLength(2)
    expect(placesOf(await ran('corners:distance=30,radius=0', square), GREEN)).toHaveLength(2)
    const photo = await decodeSample('camera.png')
    const countOf = async (text: string) => placesOf(await ran(text, photo), GREEN).length
    expect(await countOf('corners:1000,quality=50,radius=0')).toBeLessThan(await countOf('corners:1000,radius=0'))
  })

  it('draws dots of the radius that was asked for', async () => {
    expect(placesOf(await ran('corners:count=1,radius=2,color=red', square), 'ff0000').length).toBeGreaterThan(10)
  })
})

describe('lines', () => {
  it('draws the sides of a rectangle', async () => {
    const image = withRectangles(200, 150, 0, 255, [40, 30, 160, 120])
    const places = placesOf(await ran('lines:width=1', image), GREEN)
    expect(places.length).toBeGreaterThan(2 * (121 + 91) - 40)
    for (const [x, y] of places) {
      const offX = Math.min(Math.abs(x - 40), Math.abs(x - 160))
      const offY = Math.min(Math.abs(y - 30), Math.abs(y - 120))
      expect(Math.min(offX, offY)).toBeLessThanOrEqual(1)
    }
  })

  it('leaves out lines that are shorter than asked', async () => {
    const image = withRectangles(200, 150, 0, 255, [40, 30, 160, 120])
    const rows = placesOf(await ran('lines:length=100,width=1', image), GREEN).map(([, y]) => y)
    expect(new Set(rows.map((y) => Math.abs(y - 75) > 40))).toEqual(new Set([true]))
    expect(placesOf(await ran('lines:length=150', image), GREEN)).toEqual([])
  })
})

describe('circles', () => {
  const image = withDiscs(200, 40, 220, [100, 90, 50], [40, 160, 20])

  it('draws the outlines of discs', async () => {
    const places = placesOf(await ran('circles:width=1', image), GREEN)
    expect(places.length).toBeGreaterThan(2 * 3 * (50 + 20) - 80)
    for (const [x, y] of places) {
      const off = [[100, 90, 50] as const, [40, 160, 20] as const].map(([cx, cy, radius]) =>
        Math.abs(Math.hypot(x - cx, y - cy) - radius),
      )
      expect(Math.min(...off)).toBeLessThan(3)
    }
  })

  it('finds only radii that were asked for', async () => {
    const small = placesOf(await ran('circles:min=10,max=30,width=1', image), GREEN)
    expect(small.length).toBeGreaterThan(50)
    for (const [x, y] of small) expect(Math.hypot(x - 40, y - 160)).toBeLessThan(25)
    expect(placesOf(await ran('circles:min=60', image), GREEN)).toEqual([])
  })

  it('refuses a largest radius below the smallest', async () => {
    const error = await rejectionOf(() => ran('circles:min=30,max=20', image))
    expect(error.message).toMatch(/^operation "circles" expects max to be 0 or at least min \(30 px\), got 20/)
  })
})

describe('connected-components', () => {
  const image = withRectangles(40, 20, 0, 255, [2, 2, 10, 10], [15, 3, 16, 4], [20, 8, 30, 18])

  it('gives each thing one colour of its own, on black', async () => {
    const result = await ran('connected-components', image)
    const colors = new Set(hexOf(result).flatMap((row) => row.split(' ')))
    expect(colors.size).toBe(4)
    expect(colors.has('000000')).toBe(true)
    for (const [at, value] of image.data.entries()) {
      const isColoured = [0, 1, 2].some((channel) => (result.data[3 * at + channel] ?? 0) > 0)
      expect(isColoured).toBe(value === 255)
    }
    expect(placesOf(result, hexOf(result)[5]?.split(' ')[5] ?? '')).toHaveLength(81)
  })

  it('leaves out what is smaller than asked', async () => {
    const result = await ran('connected-components:area=5', image)
    expect(new Set(hexOf(result).flatMap((row) => row.split(' '))).size).toBe(3)
    expect(sampleAt(result, 15, 3) + sampleAt(result, 15, 3, 1) + sampleAt(result, 15, 3, 2)).toBe(0)
  })

  it('gives hundreds of things different colours', async () => {
    const dots = flat(100, 100, 1, 0)
    for (let y = 1; y < 100; y += 5) for (let x = 1; x < 100; x += 5) dots.data[y * 100 + x] = 255
    const colors = new Set(hexOf(await ran('connected-components', dots)).flatMap((row) => row.split(' ')))
    expect(colors.size).toBe(401)
  })
})

describe('blobs', () => {
  const discs = [
    [50, 60, 12],
    [140, 130, 20],
  ] as const

  it.each([
    ['blobs', 230, 20],
    ['blobs:light=true', 20, 230],
  ] as const)('circles round spots: %s', async (text, background, value) => {
    const places = placesOf(
      await ran(`${text},width=1`.replace('blobs,', 'blobs:'), withDiscs(200, background, value, ...discs)),
      GREEN,
    )
    expect(places.length).toBeGreaterThan(150)
    for (const [x, y] of places) {
      expect(Math.min(...discs.map(([cx, cy, radius]) => Math.abs(Math.hypot(x - cx, y - cy) - radius)))).toBeLessThan(
        2.5,
      )
    }
  })

  it('leaves out spots that are too small, too large, not round, or of the other kind', async () => {
    const image = withDiscs(200, 230, 20, ...discs)
    const markedAt = async (text: string): Promise<number> => placesOf(await ran(text, image), GREEN).length
    const both = await markedAt('blobs')
    for (const text of ['blobs:min=800', 'blobs:max=800']) {
      expect(await markedAt(text)).toBeGreaterThan(0)
      expect(await markedAt(text)).toBeLessThan(both)
    }
    expect(await markedAt('blobs:light=true')).toBe(0)
    const bar = withRectangles(200, 200, 230, 20, [20, 80, 180, 100])
    expect(placesOf(await ran('blobs', bar), GREEN)).toEqual([])
    expect(placesOf(await ran('blobs:circularity=0', bar), GREEN)).not.toEqual([])
  })

  it('refuses a largest area below the smallest', async () => {
    const error = await rejectionOf(() => ran('blobs:min=30,max=20', flat(9, 9, 1, 0)))
    expect(error.message).toMatch(/^operation "blobs" expects max to be at least min \(30 px\), got 20/)
  })
})

describe('features', () => {
  it.each(['contours', 'corners', 'lines', 'circles', 'blobs'])(
    'leave an image without any as it is, in rgb: %s',
    async (text) => {
      const gray = flat(60, 50, 1, 0)
      const result = await ran(text, gray)
      expect([result.channels, new Set(result.data)]).toEqual([3, new Set([0])])
    },
  )

  it.each(['contours:area=0', 'corners', 'lines:10,length=5', 'blobs'])(
    'are found in rgb as in its luma, and drawn over the colours: %s',
    async (text) => {
      const image = gradient(80, 60, 3)
      const [over, gray] = [await ran(text, image), await ran(`grayscale | ${text}`, image)]
      expect(placesOf(over, GREEN)).toEqual(placesOf(gray, GREEN))
      const [before, after] = [hexOf(image).join(' ').split(' '), hexOf(over).join(' ').split(' ')]
      for (const [at, pixel] of after.entries()) if (pixel !== GREEN) expect(pixel).toBe(before[at])
    },
  )
})
