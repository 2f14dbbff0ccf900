import { describe, expect, it } from 'vitest'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { grayOf, grayRows, hexOf, hexRows, ran } from '../../support/pixel-rows.ts'
import { cutOut, decodeSample, flat, gradient, sampleAt } from '../../support/sample-images.ts'

/** Black but for one pixel in the middle. */
function impulse(sidePx: number, value: number): Pixels {
  const image = flat(sidePx, sidePx, 1, 0)
  image.data[(sidePx * sidePx - 1) / 2] = value
  return image
}

const clamped = (value: number): number => Math.max(0, Math.min(255, Math.round(value)))

/** What OpenCV rounds to: halves to the even number. */
const roundHalfEven = (value: number): number =>
  Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value)

describe('filters of one light pixel', () => {
  it.each<[text: string, value: number, rows: number[][]]>([
    [
      'box:3',
      90,
      [
        [0, 0, 0, 0, 0],
        [0, 10, 10, 10, 0],
        [0, 10, 10, 10, 0],
        [0, 10, 10, 10, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
    [
      'gaussian:3',
      160,
      [
        [0, 0, 0, 0, 0],
        [0, 10, 20, 10, 0],
        [0, 20, 40, 20, 0],
        [0, 10, 20, 10, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
    [
      'stack-blur:3',
      160,
      [
        [0, 0, 0, 0, 0],
        [0, 10, 20, 10, 0],
        [0, 20, 40, 20, 0],
        [0, 10, 20, 10, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
    [
      'sharpen',
      50,
      [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 250, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
    [
      'emboss:1',
      20,
      [
        [0, 0, 0, 0, 0],
        [0, 40, 20, 0, 0],
        [0, 20, 20, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
    [
      'motion-blur:3',
      90,
      [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 30, 30, 30, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
    [
      'motion-blur:3,angle=-90',
      90,
      [
        [0, 0, 0, 0, 0],
        [0, 0, 30, 0, 0],
        [0, 0, 30, 0, 0],
        [0, 0, 30, 0, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
    [
      'motion-blur:3,angle=45',
      90,
      [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 30, 0],
        [0, 0, 30, 0, 0],
        [0, 30, 0, 0, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
    ['median:3', 255, grayOf(flat(5, 5, 1, 0))],
  ])('%s of %d', async (text, value, rows) => {
    expect(grayOf(await ran(text, impulse(5, value)))).toEqual(rows)
  })

  it('treat the channels of rgb one by one', async () => {
    const black = '000000 000000 000000 000000 000000'
    const image = hexRows(black, black, '000000 000000 5a00b4 000000 000000', black, black)
    const rows = hexOf(await ran('box:3', image))
    expect(rows).toEqual([black, ...Array.from({ length: 3 }, () => '000000 0a0014 0a0014 0a0014 000000'), black])
  })
})

describe('filters', () => {
  it.each([
    'gaussian:1',
    'gaussian:1,sigma=5',
    'median:1',
    'box:1',
    'stack-blur:1',
    'sharpen:0',
    'unsharp:0',
    'emboss:0',
    'motion-blur:1,angle=77',
    'pixelate:1',
    'unsharp:2,threshold=255',
  ])('leave the image as it is where they say so: %s', async (text) => {
    for (const channels of [1, 3] as const) {
      const image = gradient(31, 17, channels)
      expect(Buffer.compare((await ran(text, image)).data, image.data)).toBe(0)
    }
  })

  it.each(['gaussian:31', 'median:31', 'box:31', 'stack-blur:31', 'bilateral', 'sharpen', 'unsharp', 'emboss'])(
    'leave a flat image as it is, at the borders too: %s',
    async (text) => {
      expect(new Set((await ran(text, flat(20, 9, 3, 201))).data)).toEqual(new Set([201]))
    },
  )

  it.each(['high-pass:3,gain=20', 'difference-of-gaussians:1,5,gain=20', 'difference-of-gaussians:2,2'])(
    'show middle gray where nothing differs: %s',
    async (text) => {
      const image = text.endsWith('2,2') ? gradient(20, 9, 3) : flat(20, 9, 3, 17)
      expect(new Set((await ran(text, image)).data)).toEqual(new Set([128]))
    },
  )
})

describe('median', () => {
  it('is the middle of nine numbers', async () => {
    const { data } = await ran('median:3', grayRows([9, 1, 8], [2, 7, 3], [6, 4, 5]))
    expect(data[4]).toBe(5)
  })
})

describe('bilateral', () => {
  const step = grayRows(...Array.from({ length: 9 }, () => [10, 12, 10, 12, 200, 202, 200, 202]))

  it('evens out small differences and keeps large ones', async () => {
    const { data } = await ran('bilateral:5,color=10', step)
    expect([...data].every((value) => value === 11 || value === 201)).toBe(true)
    expect([...data.subarray(0, 8)]).toEqual([11, 11, 11, 11, 201, 201, 201, 201])
  })

  it('blurs large ones too where the deviation in colour is large', async () => {
    const row = [...(await ran('bilateral:5,color=500', step)).data.subarray(0, 8)]
    expect(row[3]).toBeGreaterThan(50)
    expect(row[4]).toBeLessThan(160)
  })
})

describe('unsharp, high-pass and difference-of-gaussians', () => {
  it('are what their formulas say of the gaussian', async () => {
    const image = cutOut(await decodeSample('chelsea.png'), 90, 60, 80, 60)
    const [narrow, wide] = [await ran('gaussian:size=7,sigma=1', image), await ran('gaussian:size=13,sigma=2', image)]
    const expectEach = async (text: string, formula: (value: number, a: number, b: number) => number) => {
      const { data } = await ran(text, image)
      const expected = image.data.map((value, at) => {
        return clamped(roundHalfEven(formula(value, narrow.data[at] ?? 0, wide.data[at] ?? 0)))
      })
      expect(Buffer.compare(data, expected)).toBe(0)
    }
    await expectEach('unsharp:1.5,radius=2', (value, _, blurred) => value + 1.5 * (value - blurred))
    await expectEach('unsharp:1.5,radius=2,threshold=6', (value, _, blurred) =>
      Math.abs(value - blurred) >= 6 ? value + 1.5 * (value - blurred) : value,
    )
    await expectEach('high-pass:2,gain=3', (value, _, blurred) => 128 + 3 * (value - blurred))
    await expectEach('difference-of-gaussians:1,2,gain=4', (_, a, b) => 128 + 4 * (a - b))
  })
})

describe('motion-blur', () => {
  it.each([
    ['motion-blur:63,angle=30', 63],
    ['motion-blur:63,angle=-100', 63],
    ['motion-blur:9,angle=10', 9],
  ] as const)('is the exact mean over its line, rounded: %s', async (text, length) => {
    const image = gradient(150, 140, 1)
    const half = (length - 1) / 2
    // the line itself, from what one light pixel becomes
    const spread = await ran(text, impulse(2 * length + 1, 255))
    const offsets = [...spread.data.keys()]
      .filter((at) => spread.data[at] !== 0)
      .map((at) => [(at % spread.widthPx) - length, Math.floor(at / spread.widthPx) - length] as const)
    expect(offsets).toHaveLength(length)
    expect(Math.max(...offsets.flat().map(Math.abs))).toBe(half)
    const { data } = await ran(text, image)
    for (let y = half; y < 140 - half; y++) {
      for (let x = half; x < 150 - half; x++) {
        const sum = offsets.reduce((total, [dx, dy]) => total + sampleAt(image, x + dx, y + dy), 0)
        expect(data[y * 150 + x]).toBe(Math.round(sum / length))
      }
    }
  })
})

describe('pixelate', () => {
  it('fills blocks with their mean, smaller ones at the right and the bottom too', async () => {
    const image = grayRows([0, 10, 50], [20, 31, 70], [100, 110, 9])
    expect(grayOf(await ran('pixelate:2', image))).toEqual([
      [15, 15, 60],
      [15, 15, 60],
      [105, 105, 9],
    ])
  })

  it('keeps the colours of a block apart', async () => {
    expect(hexOf(await ran('pixelate:9', hexRows('ff0000 0000ff', '00ff00 000000')))).toEqual([
      '404040 404040',
      '404040 404040',
    ])
  })
})
