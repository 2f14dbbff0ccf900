import { expect, it } from 'vitest'
import { dataOf } from '../../../support/analyze.ts'
import { decodeSample, flat } from '../../../support/sample-images.ts'

it('gives 0 for a flat image', async () => {
  expect(await dataOf('sharpness', flat(9, 9, 1, 100))).toEqual({ laplacianVariance: 0 })
})

it('gives the variance of the second derivatives, known by hand', async () => {
  const image = flat(5, 5, 1, 0)
  image.data[12] = 10
  // the dot gives -40 in its place and 10 beside it, four times: mean 0, squares 1600 + 400 over 25
  expect(await dataOf('sharpness', image)).toEqual({ laplacianVariance: 80 })
})

it('gives less the more an image is blurred', async () => {
  const photo = await decodeSample('camera.png')
  const [sharp, soft, softest] = await Promise.all(
    ['sharpness', 'gaussian:5 | sharpness', 'gaussian:15 | sharpness'].map((text) => dataOf(text, photo)),
  )
  const variance = (data: unknown): number =>
    typeof data === 'object' && data !== null && 'laplacianVariance' in data
      ? Number(data.laplacianVariance)
      : Number.NaN
  expect(variance(sharp)).toBeGreaterThan(2 * variance(soft))
  expect(variance(soft)).toBeGreaterThan(2 * variance(softest))
})
