/**
 * Our operations against native OpenCV, on the same samples: equal to the last bit on every sample image. The native side
 * is test/fixtures/opencv/native.json, written by scripts/make-opencv-fixtures.py.
 */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parsePipeline } from '../../src/cv/pipeline/parse-pipeline.ts'
import type { Pixels } from '../../src/cv/pixels.ts'
import { runPipeline } from '../../src/cv/run-pipeline.ts'
import { testOpenCv } from '../support/opencv-instance.ts'
import { decodeSample } from '../support/sample-images.ts'
import { pipelineOf } from '../support/test-operation.ts'

const resultSchema = z.object({ shape: z.array(z.number()), sha256: z.string() })
const nativeSchema = z.object({
  opencv: z.string(),
  images: z.record(
    z.string(),
    z.object({
      inputShape: z.array(z.number()),
      inputSha256: z.string(),
      /** By pipeline text, and `smooth`. */
      results: z.record(z.string(), resultSchema),
    }),
  ),
})

const FIXTURES = join(import.meta.dirname, '../fixtures/opencv')
const native = nativeSchema.parse(JSON.parse(readFileSync(join(FIXTURES, 'native.json'), 'utf8')))

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const shapeOf = ({ heightPx, widthPx, channels }: Pixels): number[] =>
  channels === 1 ? [heightPx, widthPx] : [heightPx, widthPx, channels]

/** What `crop` does to the whole image before it cuts. */
const smooth = pipelineOf((image, { scope, openCv: { cv } }) => {
  const result = scope.mat()
  const spare = scope.mat()
  image.copyTo(result)
  for (let round = 0; round < 3; round++) {
    cv.GaussianBlur(result, spare, new cv.Size(5, 5), 0)
    cv.medianBlur(spare, result, 5)
  }
  return result
})

describe(`native OpenCV ${native.opencv}`, () => {
  it('was asked about every sample image', () => {
    expect(Object.keys(native.images)).toHaveLength(11)
  })

  it('was asked about every operation that is one call of its own', () => {
    expect(Object.keys(native.images['chelsea.png']?.results ?? {})).toHaveLength(22)
  })

  for (const [name, image] of Object.entries(native.images)) {
    it(`gives the same pixels as ours: ${name}`, async () => {
      const openCv = await testOpenCv()
      const pixels = await decodeSample(name)
      expect([shapeOf(pixels), sha256(pixels.data)]).toEqual([image.inputShape, image.inputSha256])
      const ours = Object.keys(image.results).map((text) => {
        const pipeline = text === 'smooth' ? smooth : parsePipeline(text)
        const result = runPipeline(openCv, pixels, pipeline, 1n)
        return [text, { shape: shapeOf(result), sha256: sha256(result.data) }]
      })
      expect(Object.fromEntries(ours)).toEqual(image.results)
    })
  }
})
