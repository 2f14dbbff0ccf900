import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../src/base/errors.ts'
import { MAX_LOADED_MODELS } from '../../src/base/limits.ts'
import { loadOpenCv } from '../../src/cv/opencv.ts'
import { analyzeImage } from '../../src/cv/run-pipeline.ts'
import { AVERAGE_MODEL, analyzeWith, dataPipeline, digestOf } from '../support/analyze.ts'
import { CLASSIFIER } from '../support/classifier.ts'
import { mutated } from '../support/hostile-bytes.ts'
import { onnxModel } from '../support/onnx-model.ts'
import { testOpenCv } from '../support/opencv-instance.ts'
import { flat } from '../support/sample-images.ts'

const image = flat(3, 3, 3, 5)

/** Adds `value`, beside weights of `sizeBytes` that make the file large. */
const adding = (value: number, sizeBytes = 0): Uint8Array =>
  onnxModel({
    nodes: [{ operator: 'Add', inputs: ['image', 'value'], outputs: ['sum'] }],
    weights: [
      { name: 'value', dims: [1], values: [value] },
      { name: 'unused', dims: [sizeBytes / 4], values: new Array<number>(sizeBytes / 4).fill(0) },
    ],
    inputs: [{ name: 'image', dims: [1, 3, 1, 1] }],
    outputs: [{ name: 'sum', dims: [1, 3, 1, 1] }],
  })

describe('the models of an OpenCV instance', () => {
  it('are each loaded once, and the least recently used make room', async () => {
    const { models } = await testOpenCv()
    const all = Array.from({ length: MAX_LOADED_MODELS + 1 }, (_, index) => adding(index))
    const digests = all.map(digestOf)
    for (const model of all.slice(0, -1)) models.load(digestOf(model), model)
    const net = models.get(digests[0] ?? '')
    models.load(digests[0] ?? '', all[0] ?? AVERAGE_MODEL)
    expect(models.get(digests[0] ?? '')).toBe(net)
    models.load(digests.at(-1) ?? '', all.at(-1) ?? AVERAGE_MODEL)
    expect(digests.map((digest) => models.has(digest))).toEqual([true, false, true, true, true])
    // the one that stayed still works, and the one that went comes back
    const openCv = await testOpenCv()
    expect(analyzeWith(openCv, image, 'dnn:1,1', all[0]).data).toMatchObject({ outputs: [{ values: [5, 5, 5] }] })
    expect(analyzeWith(openCv, image, 'dnn:1,1', all[1]).data).toMatchObject({ outputs: [{ values: [6, 6, 6] }] })
  })

  it('are not there before they were loaded: the operation says what is missing', async () => {
    const openCv = await testOpenCv()
    const pipeline = dataPipeline('dnn:1,1', adding(77))
    expect(() => analyzeImage(openCv, image, pipeline, 1n)).toThrow(
      'operation "dnn" expects a model, and none was given: --model FILE names it',
    )
    expect(openCv.isSpent).toBe(false)
  })

  const valid = adding(1)
  it.each([
    ['nothing', new Uint8Array(0)],
    ['a text', new TextEncoder().encode('hello, this is not a model')],
    ['random bytes', new Uint8Array(randomBytes(5000))],
    ['the first half of a model', valid.slice(0, valid.length / 2)],
    [
      'an unknown operator',
      onnxModel({
        nodes: [{ operator: 'Frobnicate', inputs: ['x'], outputs: ['y'] }],
        inputs: [{ name: 'x', dims: [1] }],
        outputs: [{ name: 'y', dims: [1] }],
      }),
    ],
    [
      'inputs from nowhere',
      onnxModel({
        nodes: [{ operator: 'Add', inputs: ['x', 'z'], outputs: ['y'] }],
        inputs: [{ name: 'x', dims: [1] }],
        outputs: [{ name: 'y', dims: [1] }],
      }),
    ],
  ])('are refused as no ONNX model where the file is %s', async (_what, bytes) => {
    const openCv = await testOpenCv()
    expect(() => openCv.models.load(digestOf(bytes), bytes)).toThrow(
      expect.objectContaining({
        code: 'ERR_MODEL',
        message: expect.stringMatching(
          /^the model is expected to be an ONNX file that OpenCV can load; loading the model failed in OpenCV: /,
        ),
      }),
    )
    expect(openCv.isSpent).toBe(true)
    expect((await testOpenCv()).isSpent).toBe(false)
  })

  it('of any bytes end in an answer or in an error of ours', async () => {
    const { module } = await testOpenCv()
    let openCv = await loadOpenCv({ module })
    const expected = ['ERR_MODEL', 'ERR_OPERATION', 'ERR_WORKER_CRASHED']
    await fc.assert(
      fc.asyncProperty(mutated(fc.constant(CLASSIFIER)), async (model) => {
        if (openCv.isSpent) openCv = await loadOpenCv({ module })
        try {
          analyzeWith(openCv, image, 'dnn:2,2', model)
        } catch (error) {
          expect(expected).toContain(error instanceof MurmurationError ? error.code : error)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('end their instance, and nothing else, where their weights do not fit into its heap', async () => {
    const huge = onnxModel({
      nodes: [{ operator: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
      weights: [{ name: 'w', dims: [1_000_000, 1_000_000], values: [1] }],
      inputs: [{ name: 'x', dims: [1] }],
      outputs: [{ name: 'y', dims: [1] }],
    })
    const openCv = await testOpenCv()
    expect(() => openCv.models.load(digestOf(huge), huge)).toThrow(
      expect.objectContaining({ code: 'ERR_WORKER_CRASHED' }),
    )
    expect(openCv.isSpent).toBe(true)
  })
})
