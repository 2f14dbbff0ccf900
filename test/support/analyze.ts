/** What a data pipeline finds in an image of a test. Pipelines that run a model get a small one that takes any image. */

import { hash } from 'node:crypto'
import type { JsonValue } from '../../src/cv/canonical-json.ts'
import type { OpenCv } from '../../src/cv/opencv.ts'
import { parsePipeline } from '../../src/cv/pipeline/parse-pipeline.ts'
import { type DataPipeline, modelOf, withModel } from '../../src/cv/pipeline/pipeline.ts'
import type { Pixels } from '../../src/cv/pixels.ts'
import { analyzeImage, type Finding } from '../../src/cv/run-pipeline.ts'
import { onnxModel } from './onnx-model.ts'
import { testOpenCv } from './opencv-instance.ts'

/** The mean of each channel. */
export const AVERAGE_MODEL = onnxModel({
  nodes: [{ operator: 'GlobalAveragePool', inputs: ['image'], outputs: ['mean'] }],
  inputs: [{ name: 'image', dims: [1, 'channels', 'height', 'width'] }],
  outputs: [{ name: 'mean', dims: [1, 'channels', 1, 1] }],
})

export const digestOf = (model: Uint8Array): string => hash('sha256', model)

export function dataPipeline(text: string, model = AVERAGE_MODEL): DataPipeline {
  const parsed = parsePipeline(text)
  const pipeline = modelOf(parsed) === undefined ? parsed : withModel(parsed, digestOf(model))
  if (pipeline.kind === 'data') return pipeline
  throw new Error(`"${text}" gives no data`)
}

/** As a worker does it: the model of a pipeline is in the instance before the pipeline runs. */
export function analyzeWith(openCv: OpenCv, image: Pixels, text: string, model = AVERAGE_MODEL, seed = 42n): Finding {
  const pipeline = dataPipeline(text, model)
  const digest = modelOf(pipeline)
  if (digest !== undefined) openCv.models.load(digest, model)
  return analyzeImage(openCv, image, pipeline, seed)
}

export const findingOf = async (text: string, image: Pixels, seed?: bigint): Promise<Finding> =>
  analyzeWith(await testOpenCv(), image, text, AVERAGE_MODEL, seed)

export const dataOf = async (text: string, image: Pixels, seed?: bigint): Promise<JsonValue> =>
  (await findingOf(text, image, seed)).data
