/** What a data pipeline finds in an image of a test. */

import type { JsonValue } from '../../src/cv/canonical-json.ts'
import { parsePipeline } from '../../src/cv/pipeline/parse-pipeline.ts'
import type { DataPipeline } from '../../src/cv/pipeline/pipeline.ts'
import type { Pixels } from '../../src/cv/pixels.ts'
import { analyzeImage, type Finding } from '../../src/cv/run-pipeline.ts'
import { testOpenCv } from './opencv-instance.ts'

export function dataPipeline(text: string): DataPipeline {
  const pipeline = parsePipeline(text)
  if (pipeline.kind === 'data') return pipeline
  throw new Error(`"${text}" gives no data`)
}

export async function findingOf(text: string, image: Pixels, seed = 42n): Promise<Finding> {
  return analyzeImage(await testOpenCv(), image, dataPipeline(text), seed)
}

export const dataOf = async (text: string, image: Pixels, seed?: bigint): Promise<JsonValue> =>
  (await findingOf(text, image, seed)).data
