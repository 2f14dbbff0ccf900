/** The promise of tiles: for every operation that can be done in them, the stitched pixels are those of the whole image. */

import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/base/random.ts'
import type { OpenCv } from '../../../src/cv/opencv.ts'
import type { Operation } from '../../../src/cv/operations/operation.ts'
import type { Parameter, ParameterValue } from '../../../src/cv/operations/parameter.ts'
import { operations } from '../../../src/cv/operations/registry.ts'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import { createPipeline, type Pipeline, reachOf, twoPassOf } from '../../../src/cv/pipeline/pipeline.ts'
import type { ChannelCount, Pixels } from '../../../src/cv/pixels.ts'
import { runPipeline } from '../../../src/cv/run-pipeline.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'
import { runInTiles } from '../../support/tile-whole-image.ts'

/** Blobs of several sizes with some noise: edges that run over many tiles, flat parts, and every level. */
function testImage(widthPx: number, heightPx: number, channels: ChannelCount, seed: number): Pixels {
  const random = createRandom(seed)
  const draw = (scale: number) => random.next() * scale
  const waves = Array.from({ length: 4 }, () => ({ x: draw(0.4), y: draw(0.4), phase: draw(6.3), of: draw(70) }))
  // a prime number of them: no two rows have the same; drawn and waved sample by sample an image costs more than its run
  const noise = Float64Array.from({ length: 1021 }, () => 128 + draw(24))
  const columns = Array.from({ length: widthPx }, (_, x) => x)
  const along = waves.map((wave) => ({
    sin: Float64Array.from(columns, (x) => wave.of * Math.sin(x * wave.x)),
    cos: Float64Array.from(columns, (x) => wave.of * Math.cos(x * wave.x)),
  }))
  const data = new Uint8Array(widthPx * heightPx * channels)
  const levels = new Float64Array(widthPx)
  for (let y = 0, drawn = 0; y < heightPx; y++) {
    for (let channel = 0; channel < channels; channel++) {
      for (let x = 0; x < widthPx; x++) levels[x] = noise[drawn++ % noise.length] ?? 0
      for (const [index, { sin, cos }] of along.entries()) {
        const { y: perRow = 0, phase = 0 } = waves[index] ?? {}
        const down = y * perRow + phase + channel
        const [downSin, downCos] = [Math.sin(down), Math.cos(down)]
        for (let x = 0; x < widthPx; x++)
          levels[x] = (levels[x] ?? 0) + (sin[x] ?? 0) * downCos + (cos[x] ?? 0) * downSin
      }
      for (let x = 0, at = y * widthPx * channels + channel; x < widthPx; x++, at += channels) {
        data[at] = Math.max(0, Math.min(255, levels[x] ?? 0))
      }
    }
  }
  return { widthPx, heightPx, channels, data }
}

function arbitraryValue(parameter: Parameter): fc.Arbitrary<ParameterValue> {
  switch (parameter.type) {
    case 'integer': {
      const { min, max, default: usual, isOdd } = parameter
      // most of the range is far beyond an image of the test's size
      const near = Math.min(max, Math.max(usual * 2, min + 12))
      return fc.integer({ min, max: near }).map((value) => (isOdd && value % 2 === 0 ? value + 1 : value))
    }
    case 'number': {
      const { min, max, default: usual } = parameter
      const near = Math.min(max, Math.max(Math.abs(usual) * 2, min + 10))
      return fc.integer({ min: 0, max: 40 }).map((step) => min + ((near - min) * step) / 40)
    }
    case 'choice':
      return fc.constantFrom(...parameter.choices)
    case 'boolean':
      return fc.boolean()
    case 'color':
      return fc.integer({ min: 0, max: 0xffffff }).map((color) => `#${color.toString(16).padStart(6, '0')}`)
    case 'text':
    case 'model':
      return fc.constant(parameter.default)
  }
}

const arbitraryPipeline = (operation: Operation): fc.Arbitrary<Pipeline> =>
  fc
    .record(
      Object.fromEntries(
        Object.entries(operation.parameters).map(([name, parameter]) => [name, arbitraryValue(parameter)]),
      ),
    )
    .filter((values) => operation.conflict?.(values) === undefined)
    .map((values) => createPipeline([{ operation, values }]))
    .filter(({ steps }) => steps.every((step) => twoPassOf(step) || reachOf(step) !== 'whole image'))

const isTileable = ({ operation }: { operation: Operation }): boolean =>
  operation.twoPass !== undefined || operation.reach !== 'whole image'

const tileable = operations.filter((operation) => isTileable({ operation })).map(({ name }) => name)

const arbitraryRun = fc.record({
  widthPx: fc.integer({ min: 1, max: 150 }),
  heightPx: fc.integer({ min: 1, max: 110 }),
  channels: fc.constantFrom<ChannelCount>(1, 2, 3, 3, 4),
  sidePx: fc.integer({ min: 7, max: 80 }),
  seed: fc.integer({ min: 0, max: 1000 }),
})

describe('tiles', () => {
  let openCv: OpenCv

  beforeAll(async () => {
    openCv = await testOpenCv()
  })

  function expectSame(
    pipeline: Pipeline,
    run: { widthPx: number; heightPx: number; channels: ChannelCount; sidePx: number; seed: number },
  ) {
    const image = testImage(run.widthPx, run.heightPx, run.channels, run.seed)
    const seed = BigInt(run.seed)
    const whole = runPipeline(openCv, image, pipeline, seed)
    const stitched = runInTiles(openCv, image, pipeline, { sidePx: run.sidePx, seed })
    expect({ ...stitched, data: undefined }).toEqual({ ...whole, data: undefined })
    const first = stitched.data.findIndex((sample, at) => sample !== whole.data[at])
    expect(first, `${pipeline.text} at sample ${first}`).toBe(-1)
  }

  it.each(tileable)(
    'give the pixels of the whole image: %s',
    (name) => {
      const operation = operations.find((candidate) => candidate.name === name)
      if (operation === undefined) throw new Error(name)
      fc.assert(fc.property(arbitraryPipeline(operation), arbitraryRun, expectSame), { numRuns: 25 })
    },
    120_000,
  )

  const CHAINS = [
    'gaussian:5 | median:3 | sharpen',
    'noise | box:7 | erode:5',
    'gaussian:5 | edges | gaussian:9',
    'equalize | canny:60,160',
    'gray | dilate:3',
    'normalize | equalize:channels | sepia',
    'film-grain | edges | noise',
    'canny:40,80,5,l2=true | dilate',
    'threshold:method=otsu | pixelate:9 | gaussian:5',
    'pixelate:5 | threshold:100 | threshold:method=triangle,type=trunc',
    'vignette | grid:20,width=3 | frame:5,inset=3 | edges',
  ]

  it.each(CHAINS)(
    'give the pixels of the whole image: %s',
    (text) => {
      fc.assert(
        fc.property(arbitraryRun, (run) => expectSame(parsePipeline(text), run)),
        { numRuns: 15 },
      )
    },
    120_000,
  )

  it('take in the operations of which that is asked', () => {
    expect(tileable).toEqual(
      expect.arrayContaining(['grayscale', 'edges', 'gray', 'equalize', 'canny', 'noise', 'threshold', 'pixelate']),
    )
  })
})
