/** Models written by the tests, so that every number that comes out can be computed here, in 32-bit floats. */

import { describe, expect, it } from 'vitest'
import { MAX_TENSOR_VALUES } from '../../../../src/base/limits.ts'
import type { JsonValue } from '../../../../src/cv/canonical-json.ts'
import type { Pixels } from '../../../../src/cv/pixels.ts'
import { analyzeWith } from '../../../support/analyze.ts'
import { type OnnxGraph, onnxModel } from '../../../support/onnx-model.ts'
import { testOpenCv } from '../../../support/opencv-instance.ts'
import { flat, gradient, sampleAt } from '../../../support/sample-images.ts'

const IMAGE = { name: 'image', dims: [1, 3, 'height', 'width'] }

/** Gives back what it gets: the blob. */
const BLOB = onnxModel({
  nodes: [{ operator: 'Identity', inputs: ['image'], outputs: ['blob'] }],
  inputs: [IMAGE],
  outputs: [{ name: 'blob', dims: IMAGE.dims }],
})

const oneNode = (operator: string, rest: Partial<OnnxGraph> = {}, attributes = {}): Uint8Array =>
  onnxModel({
    nodes: [
      { operator, inputs: ['image', ...(rest.weights ?? []).map(({ name }) => name)], outputs: ['out'], attributes },
    ],
    inputs: [IMAGE],
    outputs: [{ name: 'out', dims: [] }],
    ...rest,
  })

/** Relu over the whole image, and a classifier of two classes over the means of the channels. */
const TWO_HEADS = onnxModel({
  nodes: [
    { operator: 'Relu', inputs: ['image'], outputs: ['bright'] },
    { operator: 'GlobalAveragePool', inputs: ['image'], outputs: ['means'] },
    { operator: 'Flatten', inputs: ['means'], outputs: ['flat'], attributes: { axis: 1 } },
    { operator: 'Gemm', inputs: ['flat', 'weights', 'bias'], outputs: ['score'], attributes: { transB: 1 } },
  ],
  weights: [
    { name: 'weights', dims: [2, 3], values: [1, 2, 4, -0.5, 0.25, 0.125] },
    { name: 'bias', dims: [2], values: [0.5, -8] },
  ],
  inputs: [IMAGE],
  outputs: [
    { name: 'score', dims: [1, 2] },
    { name: 'bright', dims: IMAGE.dims },
  ],
})

const rgb = (red: number, green: number, blue: number, side = 2): Pixels => ({
  widthPx: side,
  heightPx: side,
  channels: 3,
  data: Uint8Array.from({ length: side * side * 3 }, (_, index) => [red, green, blue][index % 3] ?? 0),
})

const run = async (text: string, image: Pixels, model: Uint8Array): Promise<JsonValue> =>
  analyzeWith(await testOpenCv(), image, text, model).data

/** The first number of each channel of what the model gets. */
async function channelsOf(text: string, image: Pixels): Promise<unknown[]> {
  const { outputs } = Object(await run(text, image, BLOB))
  const { shape, values } = outputs[0]
  return Array.from({ length: shape[1] }, (_, channel) => values[channel * shape[2] * shape[3]])
}

describe('dnn', () => {
  it('gives name, shape and values of every output of the model', async () => {
    // 10, 20, 30: 10 + 40 + 120 + 0.5 and -5 + 5 + 3.75 - 8
    const channel = (level: number) => [level, level, level, level]
    expect(await run('dnn:w=2,h=2', rgb(10, 20, 30), TWO_HEADS)).toEqual({
      outputs: [
        { name: 'score', shape: [1, 2], values: [170.5, -4.25] },
        { name: 'bright', shape: [1, 3, 2, 2], values: [...channel(10), ...channel(20), ...channel(30)] },
      ],
    })
  })

  it('gives one output where its name is asked for, and names those that there are', async () => {
    expect(await run('dnn:2,2,output=score', rgb(10, 20, 30), TWO_HEADS)).toEqual({
      outputs: [{ name: 'score', shape: [1, 2], values: [170.5, -4.25] }],
    })
    await expect(run('dnn:2,2,output=Score', rgb(1, 2, 3), TWO_HEADS)).rejects.toMatchObject({
      code: 'ERR_OPERATION',
      message: `operation "dnn" expects output to be one of the model's, "score", "bright", got "Score"`,
    })
  })

  it('convolves as its weights say', async () => {
    const kernel = [0, 1, 0, 2, -4, 1, 0, 0, 3]
    const model = oneNode(
      'Conv',
      {
        weights: [{ name: 'kernel', dims: [1, 1, 3, 3], values: kernel }],
        inputs: [{ name: 'image', dims: [1, 1, 5, 6] }],
      },
      { pads: [0, 0, 0, 0], kernel_shape: [3, 3] },
    )
    const image = gradient(6, 5, 1)
    const expected: number[] = []
    for (let y = 0; y < 3; y++) {
      for (let x = 0; x < 4; x++) {
        const sum = kernel.reduce(
          (all, weight, i) => all + weight * sampleAt(image, x + (i % 3), y + Math.floor(i / 3)),
          0,
        )
        expected.push(sum)
      }
    }
    const data = await run('dnn:w=6,h=5,channels=gray', image, model)
    expect(data).toEqual({ outputs: [{ name: 'out', shape: [1, 1, 3, 4], values: expected }] })
  })

  it('hands the model (level - mean) x scale / std, channel by channel in the order asked for', async () => {
    const image = rgb(100, 150, 200)
    expect(await channelsOf('dnn:2,2', image)).toEqual([100, 150, 200])
    expect(await channelsOf('dnn:2,2,channels=bgr', image)).toEqual([200, 150, 100])
    expect(await channelsOf('dnn:2,2,scale=0.5', image)).toEqual([50, 75, 100])
    const normal = 'scale=0.5,mean-red=10,mean-green=30,mean-blue=60,std-red=2,std-green=3,std-blue=4'
    expect(await channelsOf(`dnn:2,2,${normal}`, image)).toEqual([22.5, 20, 17.5])
    expect(await channelsOf(`dnn:2,2,channels=bgr,${normal}`, image)).toEqual([17.5, 20, 22.5])
    expect(await channelsOf(`dnn:2,2,channels=gray,${normal}`, flat(2, 2, 1, 90))).toEqual([20])
  })

  it('converts gray to color and color to gray, as the model needs', async () => {
    expect(await channelsOf('dnn:2,2', flat(2, 2, 1, 90))).toEqual([90, 90, 90])
    // 0.299 x 100 + 0.587 x 150 + 0.114 x 200
    expect(await channelsOf('dnn:2,2,channels=gray', rgb(100, 150, 200))).toEqual([141])
  })

  it('brings the image to the size by changing its shape, or by cutting its sides off', async () => {
    // left quarter 0, middle 100, right quarter 0
    const image = {
      ...flat(8, 4, 1, 100),
      data: Uint8Array.from({ length: 32 }, (_, i) => (i % 8 < 2 || i % 8 > 5 ? 0 : 100)),
    }
    const valuesOf = async (text: string) => Object(await run(text, image, BLOB)).outputs[0].values.slice(0, 4)
    expect(await valuesOf('dnn:4,4')).toEqual([0, 100, 100, 0])
    expect(await valuesOf('dnn:4,4,fit=crop')).toEqual([100, 100, 100, 100])
  })

  it('writes floats in the fewest digits, whole numbers and booleans as they are, and names what is no number', async () => {
    const first = async (text: string, image: Pixels, model: Uint8Array) =>
      Object(await run(text, image, model)).outputs[0]
    expect(
      (await first('dnn:2,2,scale=0.1', rgb(1, 2, 3), BLOB)).values.filter((_: number, i: number) => i % 4 === 0),
    ).toEqual([0.1, 0.2, 0.3])
    const argMax = oneNode('ArgMax', {}, { axis: 1, keepdims: 1 })
    expect(await first('dnn:2,2', rgb(1, 9, 3), argMax)).toEqual({
      name: 'out',
      shape: [1, 1, 2, 2],
      values: [1, 1, 1, 1],
    })
    const greater = oneNode('Greater', { weights: [{ name: 'five', dims: [1], values: [5] }] })
    expect((await first('dnn:1,1', rgb(4, 5, 6), greater)).values).toEqual([false, false, true])
    const log = oneNode('Log')
    expect((await first('dnn:1,1,mean-red=1', rgb(0, 0, 1), log)).values).toEqual(['NaN', '-Infinity', 0])
    const max = oneNode('ReduceMax', {}, { keepdims: 0 })
    expect(await first('dnn:2,2', rgb(4, 5, 6), max)).toEqual({ name: 'out', shape: [], values: [6] })
  })

  it('refuses outputs with more numbers than a line may have, by name', async () => {
    await expect(run('dnn:w=1000,h=334', rgb(1, 2, 3), BLOB)).rejects.toMatchObject({
      code: 'ERR_OPERATION',
      message: `operation "dnn" expects at most ${MAX_TENSOR_VALUES} values in what is written, got 1002000: "blob" has 1002000`,
    })
  })

  it.each([
    ['channels that it does not take', TWO_HEADS, 'dnn:2,2,channels=gray', 'operation "dnn" failed in OpenCV'],
    [
      'a second input',
      onnxModel({
        nodes: [{ operator: 'Add', inputs: ['image', 'other'], outputs: ['sum'] }],
        inputs: [IMAGE, { name: 'other', dims: [1, 3, 2, 2] }],
        outputs: [{ name: 'sum', dims: [1, 3, 2, 2] }],
      }),
      'dnn:2,2',
      'just one input',
    ],
  ])('fails with a sentence where a model gets %s', async (_what, model, text, sentence) => {
    const failure = run(text, rgb(1, 2, 3), model)
    await expect(failure).rejects.toMatchObject({ code: 'ERR_OPERATION' })
    await expect(failure).rejects.toThrow(sentence)
    // a new instance takes the next image
    expect(await channelsOf('dnn:2,2', rgb(7, 8, 9))).toEqual([7, 8, 9])
  })
})
