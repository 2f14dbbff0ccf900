import { expect, it } from 'vitest'
import { z } from 'zod'
import { dataOf } from '../../../support/analyze.ts'
import { cutOut, decodeSample, flat } from '../../../support/sample-images.ts'

const schema = z.object({
  keypoints: z.array(
    z.object({
      x: z.number(),
      y: z.number(),
      size: z.number(),
      angle: z.number().min(0).max(360),
      response: z.number(),
      octave: z.int().min(0),
      descriptor: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
})

it('gives keypoints with descriptors, strongest first, no more than asked for', async () => {
  const photo = await decodeSample('camera.png')
  const { keypoints } = schema.parse(await dataOf('orb:50', photo))
  expect(keypoints).toHaveLength(50)
  const responses = keypoints.map(({ response }) => response)
  expect(responses).toEqual(responses.toSorted((a, b) => b - a))
  expect(new Set(keypoints.map(({ descriptor }) => descriptor)).size).toBeGreaterThan(40)
})

it('describes a place the same wherever it is in the image', async () => {
  const photo = await decodeSample('camera.png')
  const [whole, part] = await Promise.all(
    [photo, cutOut(photo, 40, 60, 400, 400)].map(async (image) =>
      schema.parse(await dataOf('orb:2000,levels=1', image)),
    ),
  )
  const places = new Map(whole?.keypoints.map(({ x, y, descriptor }) => [`${x},${y}`, descriptor]))
  const again = part?.keypoints.filter(({ x, y, descriptor }) => places.get(`${x + 40},${y + 60}`) === descriptor) ?? []
  expect(again.length).toBeGreaterThan(300)
})

it('finds nothing in a flat image', async () => {
  expect(await dataOf('orb', flat(100, 100, 1, 50))).toEqual({ keypoints: [] })
})
