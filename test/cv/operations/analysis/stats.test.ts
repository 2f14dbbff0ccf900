import { expect, it } from 'vitest'
import type { Pixels } from '../../../../src/cv/pixels.ts'
import { dataOf } from '../../../support/analyze.ts'
import { flat } from '../../../support/sample-images.ts'

const two: Pixels = { widthPx: 2, heightPx: 1, channels: 3, data: Uint8Array.of(10, 0, 255, 20, 0, 1) }

it('gives the figures of each channel', async () => {
  expect(await dataOf('stats:histogram=false', two)).toEqual({
    channels: [
      { channel: 'red', mean: 15, deviation: 5, min: 10, max: 20 },
      { channel: 'green', mean: 0, deviation: 0, min: 0, max: 0 },
      { channel: 'blue', mean: 128, deviation: 127, min: 1, max: 255 },
    ],
  })
})

it('counts all 256 levels of a gray image', async () => {
  const histogram = new Array(256).fill(0)
  histogram[7] = 12
  expect(await dataOf('stats', flat(4, 3, 1, 7))).toEqual({
    channels: [{ channel: 'gray', mean: 7, deviation: 0, min: 7, max: 7, histogram }],
  })
})
