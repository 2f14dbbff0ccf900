/**
 * What must hold for every operation of the registry: nothing here has to change when one is added. Each runs with its
 * defaults and as in its example, on gray and rgb images, with alpha and without.
 */

import { beforeAll, describe, expect, it } from 'vitest'
import { pixelDigest } from '../../../src/cv/codec/pixel-digest.ts'
import { loadOpenCv, type OpenCv } from '../../../src/cv/opencv.ts'
import type { Operation } from '../../../src/cv/operations/operation.ts'
import { allOperations, listOperations, operations } from '../../../src/cv/operations/registry.ts'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import { parseValue } from '../../../src/cv/pipeline/parse-value.ts'
import { type PipelineStep, reachOf } from '../../../src/cv/pipeline/pipeline.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { runPipeline } from '../../../src/cv/run-pipeline.ts'
import { Scope } from '../../../src/cv/scope.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'
import { cutOut, decodeSample, gradient } from '../../support/sample-images.ts'

const SEED = 42n
const ROUNDS = 4
const names = operations.map(({ name }) => name)
const digestOf = (pixels: Pixels): string => Buffer.from(pixelDigest(pixels)).toString('hex')

/** The operation with its defaults, and as in its example. */
const textsOf = ({ name, example }: Operation): string[] => [...new Set([name, example])]

function operationOf(name: string): Operation {
  const operation = operations.find((candidate) => candidate.name === name)
  if (operation === undefined) throw new Error(`no operation ${name}`)
  return operation
}

/** The step of a text that is the operation itself, not a conversion before it. */
function stepOf(text: string, operation: Operation): PipelineStep {
  const step = parsePipeline(text).steps.find((candidate) => candidate.operation === operation)
  if (step === undefined) throw new Error(`${text} does not use ${operation.name}`)
  return step
}

interface Run {
  readonly text: string
  readonly image: Pixels
}

/** The outcome of each run by text and image, in whatever order they were done; a failure's sentence is one too. */
function outcomesOf(openCv: OpenCv, runs: readonly Run[], images: readonly Pixels[]): Map<string, string> {
  return new Map(
    runs.map(({ text, image }) => {
      const key = `${text} on image ${images.indexOf(image)}`
      try {
        return [key, digestOf(runPipeline(openCv, image, parsePipeline(text), SEED))]
      } catch (error) {
        return [key, String(error)]
      }
    }),
  )
}

describe('every operation', () => {
  const images: Pixels[] = []

  beforeAll(async () => {
    const photo = cutOut(await decodeSample('chelsea.png'), 100, 50, 120, 90)
    images.push(photo, gradient(61, 47, 1), gradient(61, 47, 2), gradient(61, 47, 3), gradient(64, 32, 4))
  })

  it('gives the same pixels on another instance, whatever ran there before', async () => {
    const runs = operations.flatMap((operation) =>
      textsOf(operation).flatMap((text) => images.map((image) => ({ text, image }))),
    )
    const first = await testOpenCv()
    const second = await loadOpenCv({ module: first.module })
    const forwards = outcomesOf(first, runs, images)
    const backwards = outcomesOf(second, runs.toReversed(), images)
    for (const outcome of forwards.values()) expect(outcome).toMatch(/^[0-9a-f]+$/)
    for (const [key, outcome] of forwards) expect([key, backwards.get(key)]).toEqual([key, outcome])
  })

  it.each(names)('leaves the image that it was given as it is: %s', async (name) => {
    const openCv = await testOpenCv()
    for (const text of textsOf(operationOf(name))) {
      for (const image of images) {
        const copy = { ...image, data: image.data.slice() }
        runPipeline(openCv, copy, parsePipeline(text), SEED)
        expect(Buffer.compare(copy.data, image.data)).toBe(0)
      }
    }
  })

  it.each(names)('never writes to the Mat that it is given: %s', async (name) => {
    const openCv = await testOpenCv()
    const operation = operationOf(name)
    for (const text of textsOf(operation)) {
      const { values } = stepOf(text, operation)
      for (const image of images.filter(({ channels }) => channels === 1 || channels === 3)) {
        if (operation.accepts === 'gray' && image.channels !== 1) continue
        using scope = new Scope(openCv)
        const mat = scope.matOf(
          image.heightPx,
          image.widthPx,
          image.channels === 1 ? openCv.cv.CV_8UC1 : openCv.cv.CV_8UC3,
        )
        mat.data.set(image.data)
        operation.apply(mat, values, { openCv, scope, seed: SEED })
        expect(Buffer.compare(mat.data, image.data)).toBe(0)
        if (image.channels !== 1) continue
        operation.applyToAlpha?.(mat, values, { openCv, scope, seed: SEED })
        expect(Buffer.compare(mat.data, image.data)).toBe(0)
      }
    }
  })

  it.each(names)('takes images of one pixel, one row and one column: %s', async (name) => {
    const openCv = await testOpenCv()
    for (const text of textsOf(operationOf(name))) {
      for (const [widthPx, heightPx] of [
        [1, 1],
        [50, 1],
        [1, 50],
        [2, 3],
      ] as const) {
        for (const channels of [1, 2, 3, 4] as const) {
          const result = runPipeline(openCv, gradient(widthPx, heightPx, channels), parsePipeline(text), SEED)
          expect(result.data.length).toBe(result.widthPx * result.heightPx * result.channels)
        }
      }
    }
  })

  it.each(names)('gives as many channels as it says: %s', async (name) => {
    const openCv = await testOpenCv()
    const operation = operationOf(name)
    for (const channels of [1, 3] as const) {
      if (operation.accepts === 'gray' && channels === 3) continue
      const { gives = 'same' } = operation
      const expected = gives === 'same' ? channels : gives === 'gray' ? 1 : 3
      for (const text of textsOf(operation)) {
        expect(runPipeline(openCv, gradient(40, 30, channels), parsePipeline(text), SEED).channels).toBe(expected)
      }
    }
  })

  it.each(names)('gives the same colours with alpha as without, and keeps the alpha: %s', async (name) => {
    const openCv = await testOpenCv()
    // colours that are mixed count by their alpha: geometry.test.ts
    const isMixing = operationOf(name).mixesPixels?.(stepOf(name, operationOf(name)).values) ?? false
    const withAlpha = gradient(61, 47, 4)
    if (isMixing) for (let at = 3; at < withAlpha.data.length; at += 4) withAlpha.data[at] = 255
    const colourOnly: Pixels = { ...withAlpha, channels: 3, data: withAlpha.data.filter((_, index) => index % 4 !== 3) }
    const result = runPipeline(openCv, withAlpha, parsePipeline(name), 3n)
    const plain = runPipeline(openCv, colourOnly, parsePipeline(name), 3n)
    expect(result.channels).toBe(plain.channels + 1)
    const colours = result.data.filter((_, index) => index % result.channels !== result.channels - 1)
    expect(Buffer.compare(colours, plain.data)).toBe(0)
    const alphas = new Set(result.data.filter((_, index) => index % result.channels === result.channels - 1))
    expect(alphas.size).toBeGreaterThan(isMixing ? 0 : 10)
  })

  it.each(names)('looks no further than it says, and keeps the size where it says how far: %s', async (name) => {
    const openCv = await testOpenCv()
    const operation = operationOf(name)
    for (const text of textsOf(operation)) {
      const reach = reachOf(stepOf(text, operation))
      if (reach === 'whole image') continue
      expect(Number.isInteger(reach) && reach >= 0).toBe(true)
      const sidePx = 2 * reach + 9
      for (const channels of [1, 3] as const) {
        if (operation.accepts === 'gray' && channels === 3) continue
        const image = gradient(sidePx, sidePx, channels)
        for (const value of [0, 255]) {
          const changed = { ...image, data: image.data.slice() }
          const centre = Math.floor(sidePx / 2)
          changed.data.fill(value, (centre * sidePx + centre) * channels, (centre * sidePx + centre + 1) * channels)
          const [one, other] = [image, changed].map((pixels) => runPipeline(openCv, pixels, parsePipeline(text), SEED))
          expect([one?.widthPx, one?.heightPx]).toEqual([sidePx, sidePx])
          expect(farthestDifference(one, other, centre)).toBeLessThanOrEqual(reach)
        }
      }
    }
  })

  it('frees every Mat, also inside OpenCV, run after run', async () => {
    const openCv = await testOpenCv()
    const image = gradient(420, 300, 4)
    const runAll = (): void => {
      for (const name of names) {
        runPipeline(openCv, image, parsePipeline(name), SEED)
        expect([name, openCv.liveObjects, openCv.isSpent]).toEqual([name, 0, false])
      }
    }
    runAll()
    const before = usedHeapBytes(openCv)
    for (let round = 0; round < ROUNDS; round++) runAll()
    // less than what one operation would lose with one channel of this image a round
    expect(usedHeapBytes(openCv) - before).toBeLessThan(ROUNDS * 420 * 300)
  })
})

describe('the table of every operation', () => {
  it.each(listOperations())('describes $name and its parameters in sentences, with an example that parses', (info) => {
    const { name, summary, example, parameters } = info
    expect(summary).toMatch(/^[A-Z].*\.$/)
    const pipeline = parsePipeline(example)
    const last = pipeline.kind === 'data' ? pipeline.analysis : pipeline.steps.at(-1)
    expect(last?.operation.name).toBe(name)
    for (const parameter of parameters) expect(parameter.summary).toMatch(/^[A-Z].*\.$/)
  })

  it.each(allOperations)('has defaults for $name that its own ranges allow', ({ parameters }) => {
    for (const parameter of Object.values(parameters)) {
      expect(parseValue(String(parameter.default), parameter)).toBe(parameter.default)
    }
  })

  it.each(allOperations)('refuses values for $name that are out of range', ({ name, parameters }) => {
    for (const [key, parameter] of Object.entries(parameters)) {
      if (parameter.type !== 'integer' && parameter.type !== 'number') continue
      for (const value of [parameter.min - 1, parameter.max + 1]) {
        expect(() => parsePipeline(`${name}:${key}=${value}`)).toThrow(`"${name}" expects ${key} `)
      }
    }
  })
})

/** The largest distance, along rows or columns, between (centre, centre) and a pixel that differs; -1 where none does. */
function farthestDifference(one: Pixels | undefined, other: Pixels | undefined, centre: number): number {
  if (one === undefined || other === undefined) throw new Error('two images are expected')
  let farthest = -1
  for (const [index, value] of one.data.entries()) {
    if (value === other.data[index]) continue
    const pixel = Math.floor(index / one.channels)
    const distance = Math.max(
      Math.abs((pixel % one.widthPx) - centre),
      Math.abs(Math.floor(pixel / one.widthPx) - centre),
    )
    farthest = Math.max(farthest, distance)
  }
  return farthest
}

/** What is allocated in the wasm heap, to about 100 kB: its size less what still fits in without growing it. */
function usedHeapBytes(openCv: OpenCv): number {
  const { cv, heapBytes } = openCv
  using probes = new Scope(openCv)
  let freeBytes = 0
  while (true) {
    probes.matOf(100, 1000, cv.CV_8UC1)
    if (openCv.heapBytes > heapBytes) return heapBytes - freeBytes
    freeBytes += 100_000
  }
}
