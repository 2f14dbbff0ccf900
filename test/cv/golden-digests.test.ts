/** The pixels of known photos, fixed: whoever changes them must mean to, and raise the operation's version. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { pixelDigest } from '../../src/cv/codec/pixel-digest.ts'
import { parsePipeline } from '../../src/cv/pipeline/parse-pipeline.ts'
import { runPipeline } from '../../src/cv/run-pipeline.ts'
import { testOpenCv } from '../support/opencv-instance.ts'
import { decodeSample } from '../support/sample-images.ts'

const schema = z.object({ seed: z.number(), digests: z.record(z.string(), z.record(z.string(), z.string())) })
const path = join(import.meta.dirname, '../fixtures/opencv/pixel-digests.json')
const { seed, digests } = schema.parse(JSON.parse(readFileSync(path, 'utf8')))

describe('known pixel digests', () => {
  for (const [name, expected] of Object.entries(digests)) {
    it.each(Object.entries(expected))(`of ${name} after %s are what they were`, async (text, digest) => {
      const result = runPipeline(await testOpenCv(), await decodeSample(name), parsePipeline(text), BigInt(seed))
      expect(Buffer.from(pixelDigest(result)).toString('hex')).toBe(digest)
    })
  }
})
