/** What must hold for every data operation of the registry: nothing here has to change when one is added. */

import { beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../../src/cv/canonical-json.ts'
import { loadOpenCv } from '../../../../src/cv/opencv.ts'
import { dataOperations } from '../../../../src/cv/operations/registry.ts'
import type { Pixels } from '../../../../src/cv/pixels.ts'
import { Scope } from '../../../../src/cv/scope.ts'
import { analyzeWith, dataOf, dataPipeline, findingOf } from '../../../support/analyze.ts'
import { eanImage, qrImage } from '../../../support/drawn-codes.ts'
import { testOpenCv } from '../../../support/opencv-instance.ts'
import { cutOut, decodeSample, gradient } from '../../../support/sample-images.ts'

const texts = dataOperations.flatMap(({ name, example }) => [...new Set([name, example])])

describe('every data operation', () => {
  const images: Pixels[] = []

  beforeAll(async () => {
    const photo = cutOut(await decodeSample('chelsea.png'), 100, 50, 180, 120)
    images.push(photo, gradient(61, 47, 1), gradient(64, 32, 4), qrImage('a'), eanImage('4006381333931'))
  })

  it('gives the same bytes on another instance, whatever ran there before', async () => {
    const first = await testOpenCv()
    const second = await loadOpenCv({ module: first.module })
    const runs = texts.flatMap((text) => images.map((image) => ({ text, image })))
    const bytesOf = (openCv: typeof first, { text, image }: (typeof runs)[number]): string =>
      canonicalJson(analyzeWith(openCv, image, text).data)
    const forwards = runs.map((run) => bytesOf(first, run))
    const backwards = runs.toReversed().map((run) => bytesOf(second, run))
    expect(backwards.toReversed()).toEqual(forwards)
  })

  it.each(texts)('takes images of one pixel, one row and one column: %s', async (text) => {
    for (const [widthPx, heightPx] of [
      [1, 1],
      [50, 1],
      [1, 50],
      [2, 3],
      [21, 21],
    ] as const) {
      for (const channels of [1, 2, 3, 4] as const) {
        const { data, ...size } = await findingOf(text, gradient(widthPx, heightPx, channels))
        expect(size).toEqual({ widthPx, heightPx })
        expect(canonicalJson(data).length).toBeGreaterThan(2)
      }
    }
  })

  it.each(texts)('does not look at alpha: %s', async (text) => {
    const withAlpha = gradient(61, 47, 4)
    const colourOnly: Pixels = { ...withAlpha, channels: 3, data: withAlpha.data.filter((_, index) => index % 4 !== 3) }
    expect(await dataOf(text, withAlpha)).toEqual(await dataOf(text, colourOnly))
  })

  it.each(texts)('never writes to the Mat that it is given: %s', async (text) => {
    const openCv = await testOpenCv()
    const { operation, values } = dataPipeline(text).analysis
    await dataOf(text, gradient(1, 1, 1)) // its model is loaded from now on
    for (const image of images.filter(({ channels }) => channels === 1)) {
      using scope = new Scope(openCv)
      const mat = scope.matOf(image.heightPx, image.widthPx, openCv.cv.CV_8UC1)
      mat.data.set(image.data)
      operation.analyze(mat, values, { openCv, scope, seed: 1n })
      expect(Buffer.compare(mat.data, image.data)).toBe(0)
    }
  })

  it('frees what it made, and leaves its instance usable', async () => {
    const openCv = await testOpenCv()
    for (const text of texts) {
      for (const image of images) analyzeWith(openCv, image, text)
      expect([text, openCv.liveObjects, openCv.isSpent]).toEqual([text, 0, false])
    }
  })
})

it('numbers that JSON does not have are an error, not null', () => {
  expect(() => canonicalJson({ a: [1, Number.NaN] })).toThrow('finite')
})
