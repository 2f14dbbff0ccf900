/** Tasks with a model on real threads: whence it is read, how often, and what a broken one costs. */

import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { ImageTask } from '../../../src/cv/image-runner.ts'
import { createWorkerPool } from '../../../src/cv/worker/pool.ts'
import { AVERAGE_MODEL, digestOf } from '../../support/analyze.ts'
import { CLASSIFIER } from '../../support/classifier.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { flat, sharpOf } from '../../support/sample-images.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const image = await sharpOf(flat(4, 4, 3, 8))
  .png()
  .toBuffer()

async function setUp() {
  const pool = createWorkerPool({ slots: 1, taskTimeoutMs: 30_000 })
  onTestFinished(() => pool.close())
  const file = join(await temporaryFolder(), 'net.onnx')
  const run = async (text: string, modelFile?: string): Promise<unknown> => {
    const task: ImageTask = {
      bytes: new Uint8Array(image),
      pipeline: text,
      seed: 1n,
      format: 'keep',
      quality: 90,
      maxPixels: 100,
    }
    const { bytes } = await pool.run(modelFile === undefined ? task : { ...task, modelFile })
    return JSON.parse(new TextDecoder().decode(bytes))
  }
  return { file, run }
}

const naming = (model: Uint8Array, values = ''): string => `dnn:w=2,h=2,${values}model=${digestOf(model)}`

it('a worker reads a model once, and again when its OpenCV had to be replaced', async () => {
  const { file, run } = await setUp()
  await writeFile(file, AVERAGE_MODEL)
  const expected = { outputs: [{ name: 'mean', shape: [1, 3, 1, 1], values: [8, 8, 8] }] }
  expect(await run(naming(AVERAGE_MODEL), file)).toEqual(expected)
  await rm(file)
  expect(await run(naming(AVERAGE_MODEL), file)).toEqual(expected)
  // a model that cannot be loaded spends the instance, and all that it had loaded goes with it
  const broken = new TextEncoder().encode('no model')
  await writeFile(file, broken)
  expect((await rejectionOf(run(naming(broken), file))).code).toBe('ERR_MODEL')
  await rm(file)
  expect(await rejectionOf(run(naming(AVERAGE_MODEL), file))).toMatchObject({
    code: 'ERR_MODEL_FETCH',
    message: "the model's file cannot be read any more",
  })
  await writeFile(file, AVERAGE_MODEL)
  expect(await run(naming(AVERAGE_MODEL), file)).toEqual(expected)
})

it('a worker keeps several models', async () => {
  const { file, run } = await setUp()
  await writeFile(file, AVERAGE_MODEL)
  await run(naming(AVERAGE_MODEL), file)
  await writeFile(file, CLASSIFIER)
  expect(await run(naming(CLASSIFIER), file)).toMatchObject({ outputs: [{ values: [56.5, -9] }] })
  expect(await run(naming(AVERAGE_MODEL), file)).toMatchObject({ outputs: [{ values: [8, 8, 8] }] })
})

it('another file than the pipeline names is not run', async () => {
  const { file, run } = await setUp()
  await writeFile(file, AVERAGE_MODEL)
  expect(await rejectionOf(run(naming(CLASSIFIER), file))).toMatchObject({
    code: 'ERR_MODEL_FETCH',
    message: "the model's file is expected to be what the pipeline names, and is not",
  })
  expect(await rejectionOf(run('dnn', file))).toMatchObject({ code: 'ERR_OPERATION' })
  expect(await rejectionOf(run(naming(AVERAGE_MODEL)))).toMatchObject({ code: 'ERR_OPERATION' })
})
