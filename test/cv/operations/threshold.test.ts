import { describe, expect, it } from 'vitest'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import { reachOf } from '../../../src/cv/pipeline/pipeline.ts'
import { grayOf, grayRows, hexOf, hexRows, ran } from '../../support/pixel-rows.ts'
import { flat } from '../../support/sample-images.ts'

describe('threshold', () => {
  const levels = grayRows([0, 99, 100, 101, 255])

  it.each<[text: string, after: number[]]>([
    ['threshold:100', [0, 0, 0, 255, 255]],
    ['threshold:100,type=binary-inv', [255, 255, 255, 0, 0]],
    ['threshold:100,type=trunc', [0, 99, 100, 100, 100]],
    ['threshold:100,type=tozero', [0, 0, 0, 101, 255]],
    ['threshold:100,type=tozero-inv', [0, 99, 100, 0, 0]],
    ['threshold:255', [0, 0, 0, 0, 0]],
    ['threshold:0', [0, 255, 255, 255, 255]],
    ['threshold', [0, 0, 0, 0, 255]],
  ])('%s', async (text, after) => {
    expect(grayOf(await ran(text, levels))).toEqual([after])
  })

  it('finds the gap between two groups by Otsu, whatever value is given', async () => {
    const image = grayRows([10, 12, 14, 200, 205, 210])
    for (const text of ['threshold:method=otsu', 'threshold:255,otsu']) {
      expect(grayOf(await ran(text, image))).toEqual([[0, 0, 0, 255, 255, 255]])
    }
  })

  it('finds the foot of a peak by the triangle algorithm', async () => {
    // a peak at 20 that falls to 30, and a few far away
    const peak = Array.from({ length: 11 }, (_, index) => Array.from({ length: 50 - 5 * index }, () => 20 + index))
    const image = grayRows([...peak.flat(), 200, 210, 220])
    const [row = []] = grayOf(await ran('threshold:method=triangle', image))
    expect(row.slice(-3)).toEqual([255, 255, 255])
    expect(row.slice(0, 200).every((level) => level === 0)).toBe(true)
  })

  it('works on the luma of a color image, by a conversion that is seen', async () => {
    expect(parsePipeline('threshold:100').text).toBe('grayscale | threshold:value=100')
    // 76, 150 and 29
    expect(hexOf(await ran('threshold:100', hexRows('ff0000 00ff00 0000ff')))).toEqual(['00 ff 00'])
  })

  it('looks at the whole image only to find a value', () => {
    const reach = (text: string) => parsePipeline(text).steps.map(reachOf).at(-1)
    expect([reach('threshold'), reach('threshold:method=otsu'), reach('threshold:method=triangle')]).toEqual([
      0,
      'whole image',
      'whole image',
    ])
  })
})

describe('adaptive-threshold', () => {
  it('compares each pixel with the mean around it', async () => {
    const image = grayRows([0, 0, 0, 0, 0], [0, 0, 90, 0, 0], [0, 0, 0, 0, 0])
    // the mean is 10 wherever the bright pixel is seen, and a pixel is white above mean - offset
    expect(grayOf(await ran('adaptive-threshold:3,0,box', image))).toEqual([
      [0, 0, 0, 0, 0],
      [0, 0, 255, 0, 0],
      [0, 0, 0, 0, 0],
    ])
    expect(grayOf(await ran('adaptive-threshold:3,5,box', image))).toEqual([
      [255, 0, 0, 0, 255],
      [255, 0, 255, 0, 255],
      [255, 0, 0, 0, 255],
    ])
    expect(grayOf(await ran('adaptive-threshold:3,5,box,binary-inv', image))).toEqual([
      [0, 255, 255, 255, 0],
      [0, 255, 0, 255, 0],
      [0, 255, 255, 255, 0],
    ])
  })

  it('is white all over on a flat image with a positive offset, black with a negative one', async () => {
    for (const mean of ['box', 'gaussian']) {
      const run = async (offset: number) =>
        new Set((await ran(`adaptive-threshold:5,${offset},${mean}`, flat(9, 9, 1, 70))).data)
      expect([await run(1), await run(-1)]).toEqual([new Set([255]), new Set([0])])
    }
  })
})

describe('in-range', () => {
  it('includes both ends of every channel', async () => {
    const image = hexRows('102030 405060 0f2030 405061 203040')
    expect(hexOf(await ran('in-range:#102030,#405060', image))).toEqual(['ff ff 00 00 ff'])
    expect(grayOf(await ran('in-range:#646464,#c8c8c8', grayRows([99, 100, 200, 201])))).toEqual([[0, 255, 255, 0]])
  })

  it('refuses a range that nothing lies in', () => {
    expect(() => parsePipeline('in-range:#100000,#0fffff')).toThrow(
      'operation "in-range" expects no channel of low above that of high, got #100000 and #0fffff at character 10',
    )
  })
})
