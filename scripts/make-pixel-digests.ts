/**
 * Writes the known pixel digests of test/cv/golden-digests.test.ts: run it only after a change of pixels that is meant,
 * together with a higher `version` of the operation. `node scripts/make-pixel-digests.ts`
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeImage } from '../src/cv/codec/decode.ts'
import { pixelDigest } from '../src/cv/codec/pixel-digest.ts'
import { loadOpenCv } from '../src/cv/opencv.ts'
import { parsePipeline } from '../src/cv/pipeline/parse-pipeline.ts'
import { runPipeline } from '../src/cv/run-pipeline.ts'

const ROOT = join(import.meta.dirname, '..')
const IMAGES = ['chelsea.png', 'camera.png', 'rocket.jpg']
const PIPELINES = [
  'edges',
  'crop',
  'noise',
  'gray',
  'grayscale',
  'crop:side=40 | noise:sigma=10 | edges:low=100,high=300',
]
const SEED = 42n

const openCv = await loadOpenCv()
const digests: Record<string, Record<string, string>> = {}
for (const name of IMAGES) {
  const bytes = readFileSync(join(ROOT, 'data/images', name))
  const { pixels } = await decodeImage(bytes, { maxPixels: 50_000_000, timeoutMs: 60_000 })
  const ofImage: Record<string, string> = {}
  for (const text of PIPELINES) {
    ofImage[text] = Buffer.from(pixelDigest(runPipeline(openCv, pixels, parsePipeline(text), SEED))).toString('hex')
  }
  digests[name] = ofImage
}
const facts = { seed: Number(SEED), digests }
writeFileSync(join(ROOT, 'test/fixtures/opencv/pixel-digests.json'), `${JSON.stringify(facts, undefined, 2)}\n`)
