import { expect, it } from 'vitest'
import type { Pixels } from '../../../../src/cv/pixels.ts'
import { dataOf } from '../../../support/analyze.ts'
import { decodeSample, flat } from '../../../support/sample-images.ts'

/** Six parts red, three blue, one white, in rows. */
function flag(): Pixels {
  const image = flat(10, 10, 3, 255)
  for (let pixel = 0; pixel < 90; pixel++) image.data.set(pixel < 60 ? [255, 0, 0] : [0, 0, 255], 3 * pixel)
  return image
}

it('sorts colors by their share', async () => {
  expect(await dataOf('dominant-colors:3', flag())).toEqual({
    colors: [
      { color: '#ff0000', share: 0.6 },
      { color: '#0000ff', share: 0.3 },
      { color: '#ffffff', share: 0.1 },
    ],
  })
})

it('gives no color twice where there are fewer than asked for', async () => {
  expect(await dataOf('dominant-colors:20', flat(30, 30, 1, 128))).toEqual({ colors: [{ color: '#808080', share: 1 }] })
})

it('gives the same colors for the same seed', async () => {
  const photo = await decodeSample('chelsea.png')
  expect(await dataOf('dominant-colors:8', photo, 5n)).toEqual(await dataOf('dominant-colors:8', photo, 5n))
})
