/** A classifier small enough to be computed by hand, and images whose scores are known exactly. */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { digestOf } from './analyze.ts'
import { onnxModel } from './onnx-model.ts'

const WEIGHTS = [
  [1, 2, 4],
  [-0.5, 0.25, 0.125],
] as const
const BIAS = [0.5, -8] as const

/** Two scores out of the means of red, green and blue. */
export const CLASSIFIER = onnxModel({
  nodes: [
    { operator: 'GlobalAveragePool', inputs: ['image'], outputs: ['means'] },
    { operator: 'Flatten', inputs: ['means'], outputs: ['flat'], attributes: { axis: 1 } },
    { operator: 'Gemm', inputs: ['flat', 'weights', 'bias'], outputs: ['score'], attributes: { transB: 1 } },
  ],
  weights: [
    { name: 'weights', dims: [2, 3], values: WEIGHTS.flat() },
    { name: 'bias', dims: [2], values: BIAS },
  ],
  inputs: [{ name: 'image', dims: [1, 3, 'height', 'width'] }],
  outputs: [{ name: 'score', dims: [1, 2] }],
})

export const CLASSIFIER_DIGEST = digestOf(CLASSIFIER)

export interface ClassifiedImage {
  readonly path: string
  readonly score: readonly number[]
}

/** Images of one color each, by name. */
export async function makeClassifiedImages(folder: string, count: number): Promise<ClassifiedImage[]> {
  await mkdir(folder, { recursive: true })
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const path = `${String(index).padStart(3, '0')}.png`
      const color = [index % 256, (index * 3) % 256, (index * 5) % 256]
      const [r = 0, g = 0, b = 0] = color
      const image = sharp({ create: { width: 9, height: 7, channels: 3, background: { r, g, b } } })
      await writeFile(join(folder, path), await image.png().toBuffer())
      const score = WEIGHTS.map((weights, output) =>
        weights.reduce<number>((sum, weight, channel) => sum + weight * (color[channel] ?? 0), BIAS[output] ?? 0),
      )
      return { path, score }
    }),
  )
}
