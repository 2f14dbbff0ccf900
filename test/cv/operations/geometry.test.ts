import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { regionOf } from '../../../src/cv/operations/geometry/crop-region.ts'
import { resizedSize } from '../../../src/cv/operations/geometry/resize.ts'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { grayOf, grayRows, hexOf, hexRows, ran } from '../../support/pixel-rows.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { flat, gradient, sampleAt } from '../../support/sample-images.ts'

const six = grayRows([1, 2, 3], [4, 5, 6])

describe('geometry of six known pixels', () => {
  it.each<[text: string, rows: number[][]]>([
    [
      'flip',
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ],
    [
      'flip:vertical',
      [
        [4, 5, 6],
        [1, 2, 3],
      ],
    ],
    [
      'flip:both',
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ],
    [
      'rotate',
      [
        [4, 1],
        [5, 2],
        [6, 3],
      ],
    ],
    [
      'rotate:-270',
      [
        [4, 1],
        [5, 2],
        [6, 3],
      ],
    ],
    [
      'rotate:180',
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ],
    [
      'rotate:270',
      [
        [3, 6],
        [2, 5],
        [1, 4],
      ],
    ],
    [
      'rotate:-90',
      [
        [3, 6],
        [2, 5],
        [1, 4],
      ],
    ],
    [
      'rotate:360',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    // two of three rows of the turned image fit, and its two columns in three; half a pixel goes up and left
    [
      'rotate:90,keep,border=#090909',
      [
        [5, 2, 9],
        [6, 3, 9],
      ],
    ],
    [
      'rotate:180,keep',
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ],
    [
      'pad:1,color=#070707',
      [
        [7, 7, 7, 7, 7],
        [7, 1, 2, 3, 7],
        [7, 4, 5, 6, 7],
        [7, 7, 7, 7, 7],
      ],
    ],
    [
      'pad:0,left=1,bottom=1,color=white',
      [
        [255, 1, 2, 3],
        [255, 4, 5, 6],
        [255, 255, 255, 255],
      ],
    ],
    [
      'pad:0,top=1,right=2,border=replicate',
      [
        [1, 2, 3, 3, 3],
        [1, 2, 3, 3, 3],
        [4, 5, 6, 6, 6],
      ],
    ],
    [
      'pad:0,right=2,border=reflect',
      [
        [1, 2, 3, 3, 2],
        [4, 5, 6, 6, 5],
      ],
    ],
    [
      'pad:0,right=2,border=reflect101',
      [
        [1, 2, 3, 2, 1],
        [4, 5, 6, 5, 4],
      ],
    ],
    [
      'pad:0,left=1,right=1,border=wrap',
      [
        [3, 1, 2, 3, 1],
        [6, 4, 5, 6, 4],
      ],
    ],
    ['crop-region:1,0,2,1', [[2, 3]]],
    ['crop-region:w=1,h=1,anchor=bottom-right', [[6]]],
    ['crop-region:x=1,w=1,anchor=right', [[2], [5]]],
    ['crop-region:y=1,h=1,anchor=bottom', [[1, 2, 3]]],
    [
      'crop-region:aspect=1:1,anchor=center',
      [
        [1, 2],
        [4, 5],
      ],
    ],
    [
      'crop-region:aspect=1:1,anchor=right',
      [
        [2, 3],
        [5, 6],
      ],
    ],
    ['crop-region:w=34,unit=%', [[1], [4]]],
    ['crop-region:x=-1,w=2', [[1], [4]]],
    [
      'crop-region',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      'resize:w=6,h=2,fit=fill,method=nearest',
      [
        [1, 1, 2, 2, 3, 3],
        [4, 4, 5, 5, 6, 6],
      ],
    ],
    ['resize:w=1,h=2,fit=fill', [[2], [5]]],
    // halves go to the even level
    ['resize:w=3,h=1,fit=fill', [[2, 4, 4]]],
    [
      'resize:w=30,fit=inside',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      'resize:scale=100',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      'affine',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      'affine:xx=-1',
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ],
    [
      'affine:dx=1,border=#080808',
      [
        [8, 1, 2],
        [8, 4, 5],
      ],
    ],
    [
      'affine:dy=-1',
      [
        [4, 5, 6],
        [0, 0, 0],
      ],
    ],
    [
      'warp-perspective',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    [
      'warp-perspective:100,0,0,0,0,100,100,100',
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ],
    [
      'warp-perspective:1,0,3,0,3,2,1,2,unit=px,w=2',
      [
        [2, 3],
        [5, 6],
      ],
    ],
    [
      'warp-perspective:-1,0,2,0,2,2,-1,2,unit=px,border=#090909',
      [
        [9, 1, 2],
        [9, 4, 5],
      ],
    ],
  ])('%s', async (text, rows) => {
    expect(grayOf(await ran(text, six))).toEqual(rows)
    expect(planesOf(await ran(text, rgbOfGray(six)))).toEqual([rows.flat(), rows.flat(), rows.flat()])
  })

  it('turns by any other angle around the centre, and grows to hold the corners', async () => {
    const image = flat(40, 20, 1, 200)
    const grown = await ran('rotate:45', image)
    // (40 + 20) / sqrt 2 = 42.4
    expect([grown.widthPx, grown.heightPx]).toEqual([43, 43])
    const rows = grayOf(grown)
    expect(rows[21]?.[21]).toBe(200)
    expect([rows[0]?.[0], rows[0]?.[42], rows[42]?.[0], rows[42]?.[42]]).toEqual([0, 0, 0, 0])
    const kept = await ran('rotate:45,keep', image)
    expect([kept.widthPx, kept.heightPx]).toEqual([40, 20])
  })

  it('turns clockwise', async () => {
    const image = flat(41, 41, 1, 0)
    image.data[20 * 41 + 35] = 255 // right of the centre
    const { data } = await ran('rotate:45,keep', image)
    const brightest = data.indexOf(Math.max(...data))
    // 15 px at 45 degrees below the horizontal
    expect([brightest % 41, Math.floor(brightest / 41)]).toEqual([31, 31])
  })

  it('comes back after a turn there and back, within interpolation', async () => {
    const image = gradient(60, 60, 1)
    const smooth = await ran('resize:60,60 | rotate:30 | rotate:-30 | crop-region:w=30,h=30,anchor=center', {
      ...image,
      data: image.data.map((_, index) => (index % 60) * 4),
    })
    for (const row of grayOf(smooth)) {
      for (const [x, value] of row.entries()) expect(Math.abs(value - (x + 15) * 4)).toBeLessThanOrEqual(5)
    }
  })

  it('stretches a part to the whole when it straightens a perspective', async () => {
    const image = grayRows([0, 0, 0, 0], [0, 50, 60, 0], [0, 70, 80, 0], [0, 0, 0, 0])
    expect(grayOf(await ran('warp-perspective:25,25,75,25,75,75,25,75,w=2,h=2', image))).toEqual([
      [50, 60],
      [70, 80],
    ])
  })
})

describe('geometry with alpha', () => {
  const image = hexRows('102030ff 40506080')

  it.each([
    ['flip', ['40506080 102030ff']],
    ['rotate', ['102030ff', '40506080']],
    // where nothing of the image comes to lie, it is transparent
    ['affine:dx=1,border=red', ['ff000000 102030ff']],
    ['rotate:90,keep,border=red', ['40506080 ff000000']],
    ['warp-perspective:-1,0,1,0,1,1,-1,1,unit=px,border=red', ['ff000000 102030ff']],
    ['pad:0,left=1,color=red', ['ff0000ff 102030ff 40506080']],
    ['pad:0,right=1,border=replicate', ['102030ff 40506080 40506080']],
    ['crop-region:1', ['40506080']],
    ['resize:4,1,fill,nearest', ['102030ff 102030ff 40506080 40506080']],
  ])('%s', async (text, rows) => {
    expect(hexOf(await ran(text, image))).toEqual(rows)
  })
})

describe('colours that geometry mixes', () => {
  /** A red disk whose alpha falls off over some pixels; all around it is transparent black. */
  const disk = (channels: 2 | 4): Pixels => {
    const sidePx = 64
    const data = new Uint8Array(sidePx * sidePx * channels)
    for (let pixel = 0; pixel < sidePx * sidePx; pixel++) {
      const distance = Math.hypot((pixel % sidePx) - 31.5, Math.floor(pixel / sidePx) - 31.5)
      const alpha = Math.max(0, Math.min(255, Math.round((24 - distance) * 90)))
      if (alpha > 0) data.set(channels === 4 ? [250, 40, 60, alpha] : [200, alpha], pixel * channels)
    }
    return { widthPx: sidePx, heightPx: sidePx, channels, data }
  }
  /** Colours of the pixels whose alpha is at least `from`. */
  const seen = ({ data, channels }: Pixels, from: number): number[][] =>
    Array.from({ length: data.length / channels }, (_, pixel) => [
      ...data.subarray(pixel * channels, (pixel + 1) * channels),
    ]).filter((samples) => (samples.at(-1) ?? 0) >= from)

  const texts = [
    ...['area', 'linear', 'cubic', 'lanczos'].flatMap((method) => [
      `resize:scale=37,method=${method}`,
      `resize:scale=230,method=${method}`,
    ]),
    'rotate:30',
    'rotate:30,method=cubic',
    'affine:xy=0.3,dx=5.5',
    'warp-perspective:10,5,90,0,100,95,0,100',
  ]

  it.each(texts)('have no fringe of what is transparent around them: %s', async (text) => {
    for (const [channels, colour] of [
      [4, [250, 40, 60]],
      [2, [200]],
    ] as const) {
      const result = await ran(text, disk(channels))
      const samples = seen(result, 8)
      expect(samples.some((pixel) => (pixel.at(-1) ?? 0) < 250)).toBe(true)
      for (const pixel of samples) {
        for (const [channel, value] of colour.entries()) {
          expect(Math.abs((pixel[channel] ?? 0) - value)).toBeLessThanOrEqual(1)
        }
      }
    }
  })

  it('are those of the border nowhere where the image has alpha, even if all of it is opaque', async () => {
    const opaque = {
      ...flat(40, 30, 4, 255),
      data: flat(40, 30, 4, 255).data.map((_, at) => [9, 200, 90, 255][at % 4] ?? 0),
    }
    for (const text of [
      'rotate:30,border=white',
      'affine:xy=0.3,border=white',
      'warp-perspective:-10,5,90,0,100,95,0,100',
    ]) {
      const edge = seen(await ran(text, opaque), 1)
      expect(edge.some((pixel) => (pixel[3] ?? 0) < 255)).toBe(true)
      for (const pixel of edge.filter((samples) => (samples[3] ?? 0) >= 8)) {
        for (const [channel, value] of [9, 200, 90].entries()) {
          expect(Math.abs((pixel[channel] ?? 0) - value)).toBeLessThanOrEqual(1)
        }
      }
    }
  })

  it('stay those of the image without alpha where nothing is transparent, and where all is', async () => {
    const image = gradient(60, 40, 4)
    for (let pixel = 0; pixel < 2400; pixel++) image.data[pixel * 4 + 3] = pixel % 60 < 30 ? 255 : 0
    const plain = { ...image, channels: 3 as const, data: image.data.filter((_, at) => at % 4 !== 3) }
    const [weighed, straight] = [await ran('resize:scale=50', image), await ran('resize:scale=50', plain)]
    for (let x = 0; x < 30; x++) {
      for (let channel = 0; channel < 3; channel++) {
        expect(sampleAt(weighed, x, 10, channel)).toBe(sampleAt(straight, x, 10, channel))
      }
    }
  })

  it('count each by its alpha', async () => {
    // 200 with alpha 255, and 80 with alpha 85: (200 * 3 + 80) / 4
    const image: Pixels = {
      widthPx: 2,
      heightPx: 2,
      channels: 2,
      data: Uint8Array.from([200, 255, 200, 255, 80, 85, 80, 85]),
    }
    expect([...(await ran('resize:scale=50', image)).data]).toEqual([170, 170])
  })
})

describe('resize', () => {
  const sizes = (widthPx: number, heightPx: number, w: number, h: number, fit: 'fit' | 'fill' | 'inside') => {
    const size = resizedSize({ widthPx, heightPx }, { w, h, fit, scale: 50 })
    return `${size.widthPx}x${size.heightPx}`
  }

  it('derives the size from what is given', () => {
    expect(sizes(400, 300, 0, 0, 'fit')).toBe('200x150')
    expect(sizes(401, 301, 0, 0, 'fit')).toBe('201x151')
    expect(sizes(400, 300, 100, 0, 'fit')).toBe('100x75')
    expect(sizes(400, 300, 0, 100, 'fit')).toBe('133x100')
    expect(sizes(400, 300, 100, 100, 'fit')).toBe('100x75')
    expect(sizes(300, 400, 100, 100, 'fit')).toBe('75x100')
    expect(sizes(400, 300, 800, 800, 'fit')).toBe('800x600')
    expect(sizes(400, 300, 800, 800, 'inside')).toBe('400x300')
    expect(sizes(400, 300, 800, 100, 'inside')).toBe('133x100')
    expect(sizes(400, 300, 0, 800, 'inside')).toBe('400x300')
    expect(sizes(400, 300, 800, 100, 'fill')).toBe('800x100')
    expect(sizes(400, 300, 800, 0, 'fill')).toBe('800x600')
    expect(sizes(4_000, 3, 10, 0, 'fit')).toBe('10x1')
  })

  it('never leaves the box that it fits into, and touches one of its sides', () => {
    const sidePx = fc.integer({ min: 1, max: 5_000 })
    fc.assert(
      fc.property(sidePx, sidePx, sidePx, sidePx, (widthPx, heightPx, w, h) => {
        const fitted = resizedSize({ widthPx, heightPx }, { w, h, fit: 'fit', scale: 50 })
        expect(fitted.widthPx <= w && fitted.heightPx <= h).toBe(true)
        expect(fitted.widthPx === w || fitted.heightPx === h).toBe(true)
        expect(fitted.widthPx >= 1 && fitted.heightPx >= 1).toBe(true)
      }),
    )
  })

  it('averages over areas when it halves, as no other method does', async () => {
    const image = grayRows([0, 100, 7, 7], [20, 40, 7, 8])
    expect(grayOf(await ran('resize', image))).toEqual([[40, 7]])
    expect(grayOf(await ran('resize:method=nearest', image))).not.toEqual([[40, 7]])
  })

  it.each(['area', 'linear', 'cubic', 'lanczos', 'nearest'])('keeps a flat image flat by %s', async (method) => {
    for (const scale of [30, 170]) {
      const { data } = await ran(`resize:method=${method},scale=${scale}`, flat(30, 20, 3, 77))
      expect(new Set(data)).toEqual(new Set([77]))
    }
  })
})

describe('crop-region', () => {
  const region = { x: 0, y: 0, w: 0, h: 0, unit: 'px', anchor: 'top-left', aspect: 'any' } as const

  it('never leaves the image', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 1, max: 3_000 }),
        fc.double({ min: -4_000, max: 4_000, noNaN: true }),
        fc.double({ min: 0, max: 4_000, noNaN: true }),
        fc.constantFrom('top-left', 'center', 'bottom-right', 'top', 'right'),
        fc.constantFrom('any', '1:1', '16:9', '9:16'),
        fc.constantFrom('px', '%'),
        (widthPx, heightPx, offset, size, anchor, aspect, unit) => {
          const chosen = { ...region, x: offset, y: -offset, w: size, anchor, aspect, unit }
          const { x, y, widthPx: w, heightPx: h } = regionOf(widthPx, heightPx, chosen)
          if (w === 0 || h === 0) return
          expect(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= widthPx && y + h <= heightPx).toBe(true)
          expect([x, y, w, h].every(Number.isInteger)).toBe(true)
        },
      ),
    )
  })

  it('takes the largest rectangle of a ratio', () => {
    expect(regionOf(1920, 1200, { ...region, aspect: '16:9', anchor: 'center' })).toEqual({
      x: 0,
      y: 60,
      widthPx: 1920,
      heightPx: 1080,
    })
    expect(regionOf(1920, 1200, { ...region, aspect: '9:16', anchor: 'center' })).toMatchObject({
      widthPx: 675,
      heightPx: 1200,
    })
    expect(regionOf(1, 1, { ...region, aspect: '21:9' })).toMatchObject({ widthPx: 1, heightPx: 1 })
  })

  it('refuses a region outside of the image by name', async () => {
    const error = await rejectionOf(ran('crop-region:x=3', six))
    expect([error.code, error.message]).toEqual([
      'ERR_OPERATION',
      'operation "crop-region" expects a region within the image, and got one outside of its 3 x 2 pixels',
    ])
  })
})

describe('geometry that cannot be', () => {
  it.each([
    ['warp-perspective:50,50,60,60,70,70,80,80', 'corners of a convex quadrilateral'],
    ['warp-perspective:0,0,100,100,100,0,0,100', 'corners of a convex quadrilateral'],
    ['affine:xx=0', 'a map that can be undone'],
    ['affine:1,2,2,4', 'a map that can be undone'],
  ])('%s is refused by the parser', (text, reason) => {
    expect(() => parsePipeline(text)).toThrow(expect.objectContaining({ code: 'ERR_PIPELINE' }))
    expect(() => parsePipeline(text)).toThrow(reason)
  })

  it.each([
    ['resize:w=100000,h=100000,fit=fill', 'at most 100 megapixels, and would make 100000 x 100000 pixels'],
    ['pad:20000', 'at most 100 megapixels, and would make 40003 x 40002 pixels'],
    ['warp-perspective:w=30000,h=30000', 'at most 100 megapixels, and would make 30000 x 30000 pixels'],
  ])('%s is refused before OpenCV runs out of memory', async (text, reason) => {
    const error = await rejectionOf(ran(text, six))
    expect(error.code).toBe('ERR_OPERATION')
    expect(error.message).toContain(reason)
  })

  it('is told before OpenCV counts beyond 16 bits', async () => {
    const error = await rejectionOf(ran('rotate:1', flat(40_000, 1, 1, 0)))
    expect(error.message).toMatch(
      /^operation "rotate" expects sides of at most 32766 px, and got or would make one of 4/,
    )
  })
})

/** The same value in three channels. */
const rgbOfGray = (image: Pixels): Pixels => ({
  ...image,
  channels: 3,
  data: Uint8Array.from([...image.data].flatMap((value) => [value, value, value])),
})

/** The samples of each channel. */
const planesOf = ({ channels, data }: Pixels): number[][] =>
  Array.from({ length: channels }, (_, channel) => [...data.filter((_, index) => index % channels === channel)])
