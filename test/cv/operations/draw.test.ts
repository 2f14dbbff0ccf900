import { describe, expect, it } from 'vitest'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { grayOf, hexOf, ran } from '../../support/pixel-rows.ts'
import { flat, gradient, sampleAt } from '../../support/sample-images.ts'

describe('vignette', () => {
  it('takes its share from the corners and nothing from the middle, evenly on all sides', async () => {
    const result = await ran('vignette:60,start=40', flat(41, 31, 1, 200))
    expect(sampleAt(result, 20, 15)).toBe(200)
    for (const [x, y] of [
      [0, 0],
      [40, 0],
      [0, 30],
      [40, 30],
    ] as const) {
      expect(sampleAt(result, x, y)).toBe(80)
    }
    expect(result.data).toEqual(result.data.toReversed())
  })

  it('darkens more and more from where it begins', async () => {
    // the way from the centre to a corner is 100 px, in one row
    const [row = []] = grayOf(await ran('vignette:100,start=50', flat(201, 1, 1, 255)))
    expect(new Set(row.slice(50, 151))).toEqual(new Set([255]))
    for (let x = 152; x < 201; x++) expect(row[x]).toBeLessThanOrEqual(row[x - 1] ?? 0)
    // half of the way: half of the brightness
    expect(row[175]).toBe(128)
    expect(row[200]).toBe(0)
  })

  it('leaves the image as it is with strength 0', async () => {
    const image = gradient(30, 20, 3)
    expect(Buffer.compare((await ran('vignette:0', image)).data, image.data)).toBe(0)
  })
})

describe('frame', () => {
  const signs = async (text: string, image = flat(6, 5, 1, 0)): Promise<string[]> =>
    grayOf(await ran(text, image)).map((row) => row.map((value) => (value === 255 ? '#' : '.')).join(''))

  it.each([
    ['frame:1', ['######', '#....#', '#....#', '#....#', '######']],
    ['frame:2', ['######', '######', '##..##', '######', '######']],
    ['frame:1,inset=1', ['......', '.####.', '.#..#.', '.####.', '......']],
    ['frame:9,inset=2', ['......', '......', '..##..', '......', '......']],
    ['frame:1,inset=3', ['......', '......', '......', '......', '......']],
    ['frame:10000', ['######', '######', '######', '######', '######']],
  ])('%s', async (text, rows) => {
    expect(await signs(text)).toEqual(rows)
  })

  it('has the colour that was asked for, and its luma on a gray image', async () => {
    expect(hexOf(await ran('frame:1,#1002f0', flat(3, 3, 3, 9)))).toEqual([
      '1002f0 1002f0 1002f0',
      '1002f0 090909 1002f0',
      '1002f0 1002f0 1002f0',
    ])
    expect(sampleAt(await ran('frame:1,red', flat(3, 3, 1, 9)), 0, 0)).toBe(76)
  })
})

describe('grid', () => {
  it('begins a line at every step, and none at the border', async () => {
    const rows = grayOf(await ran('grid:2,width=1', flat(5, 4, 1, 0))).map((row) =>
      row.map(Boolean).map(Number).join(''),
    )
    expect(rows).toEqual(['00101', '00101', '11111', '00101'])
  })

  it('draws wider lines to the right and below', async () => {
    const rows = grayOf(await ran('grid:4,width=2', flat(7, 6, 1, 0))).map((row) =>
      row.map(Boolean).map(Number).join(''),
    )
    expect(rows).toEqual(['0000110', '0000110', '0000110', '0000110', '1111111', '1111111'])
  })
})

const largestOf = (samples: Uint8Array): number => samples.reduce((one, other) => Math.max(one, other))

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Around all pixels that are not black. */
function inkOf({ data, widthPx, channels }: Pixels): Box {
  let box: Box = { left: Number.POSITIVE_INFINITY, top: Number.POSITIVE_INFINITY, right: -1, bottom: -1 }
  for (const [at, value] of data.entries()) {
    if (value === 0) continue
    const pixel = Math.floor(at / channels)
    const [x, y] = [pixel % widthPx, Math.floor(pixel / widthPx)]
    box = {
      left: Math.min(box.left, x),
      top: Math.min(box.top, y),
      right: Math.max(box.right, x),
      bottom: Math.max(box.bottom, y),
    }
  }
  return box
}

describe('text', () => {
  const black = flat(400, 200, 3, 0)

  it('writes capitals of the height that was asked for', async () => {
    for (const percent of [5, 10, 20, 40]) {
      const { top, bottom } = inkOf(await ran(`text:H,size=${percent},opacity=100`, black))
      expect(Math.abs(bottom - top + 1 - 2 * percent)).toBeLessThanOrEqual(2)
    }
  })

  it.each([
    ['top-left', { left: 20, top: 20 }],
    ['top-right', { right: 379, top: 20 }],
    ['bottom-left', { left: 20, bottom: 179 }],
    ['bottom-right', { right: 379, bottom: 179 }],
    ['left', { left: 20 }],
    ['bottom', { bottom: 179 }],
  ])('puts its ink to the margins: %s', async (position, expected) => {
    expect(inkOf(await ran(`text:'Hxg',${position},margin=10,opacity=100`, black))).toMatchObject(expected)
  })

  it('stands in the middle', async () => {
    const { left, right, top, bottom } = inkOf(await ran('text:Hxg,center,opacity=100', black))
    expect(Math.abs(left - (399 - right))).toBeLessThanOrEqual(1)
    expect(Math.abs(top - (199 - bottom))).toBeLessThanOrEqual(1)
  })

  it('is made smaller where it would not fit', async () => {
    for (const words of [1, 2, 3, 4, 6, 8, 10]) {
      const line = 'wide words '.repeat(words)
      const { left, right } = inkOf(await ran(`text:'${line}',bottom,size=50,margin=5,opacity=100`, black))
      expect(left).toBeGreaterThanOrEqual(10)
      expect(right).toBeLessThanOrEqual(389)
      expect(right - left).toBeGreaterThan(320)
    }
  })

  it('covers the image as much as its opacity says', async () => {
    const largest = async (text: string): Promise<number> => largestOf((await ran(text, black)).data)
    expect(await largest('text:H,size=40,opacity=100')).toBe(255)
    expect(await largest('text:H,size=40,opacity=50')).toBe(128)
    expect(await largest('text:H,size=40,opacity=0')).toBe(0)
  })

  it('has the colour that was asked for, and its luma on a gray image', async () => {
    const { data } = await ran('text:H,size=40,color=#ff8000,opacity=100', black)
    expect([0, 1, 2].map((channel) => largestOf(data.filter((_, at) => at % 3 === channel)))).toEqual([255, 128, 0])
    expect(largestOf((await ran('text:H,size=40,color=red,opacity=100', flat(400, 200, 1, 0))).data)).toBe(76)
  })

  it('writes letters of other scripts, accents and signs, and bold ones wider', async () => {
    const pictureOf = async (letters: string) => Buffer.from((await ran(`text:${letters},size=30`, black)).data)
    const question = await pictureOf('?')
    for (const letter of ['Ж', 'é', '©', 'ß']) expect((await pictureOf(letter)).equals(question)).toBe(false)
    expect((await pictureOf('日')).equals(question)).toBe(true)
    const thin = inkOf(await ran('text:mmm,size=20', black))
    const bold = inkOf(await ran('text:mmm,size=20,bold=true', black))
    expect(bold.right - bold.left).toBeGreaterThan(thin.right - thin.left)
  })

  it.each(["text:''", "text:'   '", 'text:x,size=0.5'])(
    'leaves the image as it is without a letter: %s',
    async (text) => {
      expect(Buffer.compare((await ran(text, black)).data, black.data)).toBe(0)
    },
  )
})
