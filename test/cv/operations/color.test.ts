import { describe, expect, it } from 'vitest'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { runPipeline } from '../../../src/cv/run-pipeline.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'
import { grayOf, grayRows, hexOf, hexRows, ran } from '../../support/pixel-rows.ts'
import { decodeSample, flat, gradient, sampleAt } from '../../support/sample-images.ts'

/** Every level once. */
const ramp = grayRows([...new Uint8Array(256).keys()])

describe('levels of a gray image', () => {
  const levels = grayRows([0, 1, 64, 127, 128, 200, 255])

  it.each<[text: string, after: number[]]>([
    ['invert', [255, 254, 191, 128, 127, 55, 0]],
    ['brightness-contrast', [0, 1, 64, 127, 128, 200, 255]],
    ['brightness-contrast:10', [10, 11, 74, 137, 138, 210, 255]],
    ['brightness-contrast:-100', [0, 0, 0, 27, 28, 100, 155]],
    ['brightness-contrast:0,200', [0, 0, 0, 126, 128, 255, 255]],
    ['brightness-contrast:0,50', [64, 65, 96, 128, 128, 164, 192]],
    ['brightness-contrast:0,0', [128, 128, 128, 128, 128, 128, 128]],
    ['gamma:1', [0, 1, 64, 127, 128, 200, 255]],
    // 255 sqrt(v / 255), and 255 (v / 255) ^ 2
    ['gamma:2', [0, 16, 128, 180, 181, 226, 255]],
    ['gamma:0.5', [0, 0, 16, 63, 64, 157, 255]],
    ['levels', [0, 1, 64, 127, 128, 200, 255]],
    ['levels:64,200', [0, 0, 0, 118, 120, 255, 255]],
    ['levels:low=255,high=0', [255, 254, 191, 128, 127, 55, 0]],
    ['levels:low=100,high=100', [100, 100, 100, 100, 100, 100, 100]],
    ['levels:127,128', [0, 0, 0, 0, 255, 255, 255]],
    ['levels:gamma=2', [0, 16, 128, 180, 181, 226, 255]],
    ['posterize:2', [0, 0, 0, 0, 255, 255, 255]],
    ['posterize:3', [0, 0, 128, 128, 128, 255, 255]],
    ['posterize:256', [0, 1, 64, 127, 128, 200, 255]],
    ['solarize', [0, 1, 64, 127, 127, 55, 0]],
    ['solarize:256', [0, 1, 64, 127, 128, 200, 255]],
    ['solarize:0', [255, 254, 191, 128, 127, 55, 0]],
    ['hue-saturation:90,500', [0, 1, 64, 127, 128, 200, 255]],
    ['hue-saturation:value=50', [0, 1, 32, 64, 64, 100, 128]],
    ['white-balance', [0, 1, 64, 127, 128, 200, 255]],
    ['swap-channels', [0, 1, 64, 127, 128, 200, 255]],
    ['extract-channel:blue', [0, 1, 64, 127, 128, 200, 255]],
  ])('%s', async (text, after) => {
    expect(grayOf(await ran(text, levels))).toEqual([after])
  })

  it('are the same in each channel of an image of three', async () => {
    for (const text of ['invert', 'brightness-contrast:5,80', 'gamma', 'levels:20,200', 'posterize', 'solarize']) {
      const image = gradient(31, 17, 3)
      const result = await ran(text, image)
      const table = grayOf(await ran(text, ramp))[0] ?? []
      expect([text, ...result.data]).toEqual([text, ...[...image.data].map((level) => table[level])])
    }
  })
})

describe('colors', () => {
  const image = hexRows('ff0000 00ff00 0000ff ffffff 000000 c08040')

  it.each<[text: string, row: string]>([
    ['invert', '00ffff ff00ff ffff00 000000 ffffff 3f7fbf'],
    ['swap-channels', '0000ff 00ff00 ff0000 ffffff 000000 4080c0'],
    ['swap-channels:gbr', '0000ff ff0000 00ff00 ffffff 000000 8040c0'],
    ['extract-channel', 'ff 00 00 ff 00 c0'],
    ['extract-channel:green', '00 ff 00 ff 00 80'],
    ['extract-channel:blue', '00 00 ff ff 00 40'],
    // 0.393 of 255 is 100.2, 0.349 of it 89.0, 0.272 of it 69.4
    ['sepia:0', 'ff0000 00ff00 0000ff ffffff 000000 c08040'],
    ['tint:red,0', 'ff0000 00ff00 0000ff ffffff 000000 c08040'],
    ['tint:red,100', 'ff0000 ff0000 ff0000 ff0000 ff0000 ff0000'],
    ['tint:#646464,50', 'b23232 32b232 3232b2 b2b2b2 323232 927252'],
    ['hue-saturation:saturation=100', 'ff0000 00ff00 0000ff ffffff 000000 c08040'],
    ['hue-saturation:120,100', '00ff00 0000ff ff0000 ffffff 000000 40c080'],
    ['hue-saturation:-120,100', '0000ff ff0000 00ff00 ffffff 000000 8040c0'],
    ['hue-saturation:180,100', '00ffff ff00ff ffff00 ffffff 000000 4080c0'],
    // without saturation a color is as bright as its brightest channel
    ['hue-saturation:saturation=0', 'ffffff ffffff ffffff ffffff 000000 c0c0c0'],
    ['hue-saturation:saturation=100,value=50', '800000 008000 000080 808080 000000 604020'],
    ['rgb', 'ff0000 00ff00 0000ff ffffff 000000 c08040'],
  ])('%s', async (text, row) => {
    expect(hexOf(await ran(text, image))).toEqual([row])
  })

  it('are toned by the weights of sepia, and clipped', async () => {
    expect(hexOf(await ran('sepia', hexRows('ff0000 00ff00 0000ff 000000 ffffff')))).toEqual([
      '645945 c4af88 302b21 000000 ffffef',
    ])
  })

  it('come to a gray image by rgb, sepia, tint and colormap', async () => {
    const gray = grayRows([0, 128, 255])
    expect(hexOf(await ran('rgb', gray))).toEqual(['000000 808080 ffffff'])
    expect(hexOf(await ran('sepia', gray))).toEqual(['000000 ad9a78 ffffef'])
    expect(hexOf(await ran('tint:blue,50', gray))).toEqual(['000080 4040c0 8080ff'])
    expect(hexOf(await ran('colormap', gray))).toEqual(['440154 21918c fde725'])
    expect(hexOf(await ran('colormap:jet', gray))).toEqual(['000080 82ff7e 800000'])
  })

  it('survive hue-saturation that changes nothing, all sixteen million of them in steps', async () => {
    const data = new Uint8Array(64 * 64 * 64 * 3)
    for (let index = 0; index < data.length / 3; index++) {
      data.set([(index >> 12) * 4 + 3, ((index >> 6) & 63) * 4, (index & 63) * 4 + 1], index * 3)
    }
    const colors: Pixels = { widthPx: 512, heightPx: 512, channels: 3, data }
    expect(Buffer.compare((await ran('hue-saturation:saturation=100', colors)).data, data)).toBe(0)
  })

  it('are the same whether an image is worked on in one band or in several', async () => {
    const wide = gradient(700, 1600, 3)
    const whole = await ran('hue-saturation:30', wide)
    const image = gradient(700, 1600, 3)
    for (const [from, to] of [
      [0, 500],
      [500, 1600],
    ] as const) {
      const part = { ...image, heightPx: to - from, data: image.data.slice(from * 2100, to * 2100) }
      const result = await ran('hue-saturation:30', part)
      expect(Buffer.compare(result.data, whole.data.subarray(from * 2100, to * 2100))).toBe(0)
    }
  })
})

describe('colormap', () => {
  it('has a map of its own for every name', async () => {
    const operation = parsePipeline('colormap').steps.at(-1)?.operation
    const parameter = operation?.parameters['map']
    const choices = parameter?.type === 'choice' ? parameter.choices : []
    expect(choices).toHaveLength(22)
    const results = await Promise.all(choices.map(async (map) => hexOf(await ran(`colormap:${map}`, ramp))[0]))
    expect(new Set(results).size).toBe(22)
  })
})

describe('white-balance', () => {
  it('makes the means equal, or the brightest white', async () => {
    const image = hexRows('102040 306080')
    // means 32, 64, 96: factors 2, 1, 2/3
    expect(hexOf(await ran('white-balance', image))).toEqual(['20202b 606055'])
    expect(hexOf(await ran('white-balance:white-patch', image))).toEqual(['555580 ffffff'])
  })

  it('leaves a black channel black', async () => {
    expect(hexOf(await ran('white-balance', hexRows('001000 003000')))).toEqual(['000500 001000'])
    expect(hexOf(await ran('white-balance:white-patch', hexRows('001000 003000')))).toEqual(['005500 00ff00'])
  })

  it('leaves an image without a cast as it is', async () => {
    const image = flat(9, 9, 3, 90)
    expect(Buffer.compare((await ran('white-balance', image)).data, image.data)).toBe(0)
  })
})

describe('quantize', () => {
  it('keeps an image that has no more colors', async () => {
    const image = hexRows('ff0000 00ff00 0000ff', 'ffffff 000000 ff0000')
    expect(hexOf(await ran('quantize', image))).toEqual(hexOf(image))
    expect(hexOf(await ran('quantize:2', hexRows('0a0a0a 0a0a0a c8c8c8')))).toEqual(['0a0a0a 0a0a0a c8c8c8'])
  })

  it('gives each cluster its mean', async () => {
    expect(grayOf(await ran('quantize:2', grayRows([10, 12, 14, 200, 202, 204])))).toEqual([
      [12, 12, 12, 202, 202, 202],
    ])
  })

  it('gives every pixel of a photo the nearest of so many colors', async () => {
    const image = await decodeSample('chelsea.png')
    const result = await ran('quantize:6', image)
    const colors = [...new Set(hexOf(result).flatMap((row) => row.split(' ')))].map((hex) => [
      ...Buffer.from(hex, 'hex'),
    ])
    expect(colors).toHaveLength(6)
    const distance = (x: number, y: number, color: readonly number[]) =>
      color.reduce((sum, level, channel) => sum + (level - sampleAt(image, x, y, channel)) ** 2, 0)
    for (let y = 0; y < image.heightPx; y += 7) {
      for (let x = 0; x < image.widthPx; x += 7) {
        const taken = [0, 1, 2].map((channel) => sampleAt(result, x, y, channel))
        expect(distance(x, y, taken)).toBe(Math.min(...colors.map((color) => distance(x, y, color))))
      }
    }
  })

  it('depends on its seed and on nothing else', async () => {
    const image = await decodeSample('coffee.png')
    const openCv = await testOpenCv()
    const [one, other] = [1, 2].map(() => runPipeline(openCv, image, parsePipeline('quantize:3'), 5n))
    expect(Buffer.compare(one?.data ?? Buffer.of(1), other?.data ?? Buffer.of(2))).toBe(0)
  })
})

describe('values that contradict each other', () => {
  it.each([
    ['levels:200,100', 'operation "levels" expects black to be below white, got 200 and 100 at character 8'],
    ['levels:100,100', 'operation "levels" expects black to be below white, got 100 and 100 at character 8'],
  ])('%s', (text, sentence) => {
    expect(() => parsePipeline(text)).toThrow(sentence)
  })
})
