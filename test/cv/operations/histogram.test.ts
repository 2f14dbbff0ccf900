import { describe, expect, it } from 'vitest'
import { grayOf, grayRows, hexOf, hexRows, ran } from '../../support/pixel-rows.ts'
import { decodeSample, flat, gradient } from '../../support/sample-images.ts'

describe('normalize', () => {
  it.each<[text: string, before: number[], after: number[]]>([
    ['normalize', [50, 100, 150], [0, 128, 255]],
    ['normalize', [0, 7, 255], [0, 7, 255]],
    ['normalize', [80, 80, 80], [80, 80, 80]],
    ['normalize:low=100,high=200', [50, 100, 150], [100, 150, 200]],
    ['normalize:low=200,high=100', [50, 100, 150], [200, 150, 100]],
    // a quarter of four samples may be clipped at each end
    ['normalize:25', [0, 50, 150, 255], [0, 0, 255, 255]],
    ['normalize:24', [0, 50, 150, 255], [0, 50, 150, 255]],
  ])('%s of %j', async (text, before, after) => {
    expect(grayOf(await ran(text, grayRows(before)))).toEqual([after])
  })

  it('keeps the hues with one stretch, and removes a cast with one for each channel', async () => {
    const image = hexRows('203040 406080')
    // 0x20 to 0x80 over all, or each channel from its least to its most
    expect(hexOf(await ran('normalize', image))).toEqual(['002b55 55aaff'])
    expect(hexOf(await ran('normalize:per=channel', image))).toEqual(['000000 ffffff'])
  })
})

describe('equalize', () => {
  it('spreads the levels by how many samples lie below them', async () => {
    // OpenCV: (samples up to a level - those of the lowest) / (all - those of the lowest)
    expect(grayOf(await ran('equalize', grayRows([10, 11, 12, 13])))).toEqual([[0, 85, 170, 255]])
    expect(grayOf(await ran('equalize', grayRows([10, 10, 11, 200])))).toEqual([[0, 0, 128, 255]])
    expect(grayOf(await ran('equalize', flat(2, 1, 1, 9)))).toEqual([[9, 9]])
  })

  it('equalises each channel on its own when asked to', async () => {
    expect(hexOf(await ran('equalize:channels', hexRows('0a5000 0b6000')))).toEqual(['000000 ffff00'])
  })

  it('keeps gray pixels of an rgb image gray, with the levels of a gray image', async () => {
    const gray = grayRows([10, 11, 12, 13], [13, 90, 91, 200])
    const rgb = { ...gray, channels: 3 as const, data: Uint8Array.from([...gray.data].flatMap((v) => [v, v, v])) }
    const expected = [...(await ran('equalize', gray)).data].flatMap((v) => [v, v, v])
    expect([...(await ran('equalize', rgb)).data]).toEqual(expected)
  })
})

describe('clahe', () => {
  it('raises the contrast of a dull photo, and more with a higher limit', async () => {
    const dull = await ran('grayscale | levels:low=110,high=140', await decodeSample('chelsea.png'))
    const spread = ({ data }: { data: Uint8Array }) => {
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length
      return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
    }
    const [before, low, high] = [dull, await ran('clahe:1.5', dull), await ran('clahe:6', dull)].map(spread)
    expect(low).toBeGreaterThan((before ?? 0) * 1.1)
    expect(high).toBeGreaterThan((low ?? 0) * 1.5)
  })

  it('without a limit and with one cell is equalisation', async () => {
    const image = gradient(64, 64, 1)
    const [one, other] = [await ran('clahe:0,1,1', image), await ran('equalize', image)]
    const largest = one.data.reduce(
      (most, value, index) => Math.max(most, Math.abs(value - (other.data[index] ?? 0))),
      0,
    )
    // equalizeHist leaves the lowest level's samples out of account
    expect(largest).toBeLessThanOrEqual(3)
  })

  it('leaves the hue of a color image', async () => {
    const { data } = await ran('clahe', flat(32, 32, 3, 77))
    expect(data.every((value, index) => Math.abs(value - (data[index - (index % 3)] ?? 0)) <= 1)).toBe(true)
  })
})
