/**
 * Pixels through a pipeline, to pixels or to data: a pure function of pixels, pipeline and seed. Samples enter the wasm heap once and leave it
 * once; each step's intermediates are freed before the next step begins, so the peak is one step's.
 *
 * Alpha is taken off before the first step and put back after the last: operations see colour only. Those that move or
 * cut pixels do the same to the alpha plane; under all others it stays as it was.
 */

import { MurmurationError } from '../base/errors.ts'
import { hashToSeed } from '../base/random.ts'
import type { JsonValue } from './canonical-json.ts'
import { loadPlanes, type Planes, readPlanes } from './colour-planes.ts'
import type { OpenCv } from './opencv.ts'
import type { DataPipeline, ImagePipeline, Pipeline } from './pipeline/pipeline.ts'
import type { Pixels } from './pixels.ts'
import { inStep, runStep } from './run-step.ts'
import { freshMemory } from './sample-memory.ts'
import { Scope } from './scope.ts'

/** Every step draws from a seed of its own, wherever it runs. */
export const stepSeed = (seed: bigint, index: number): bigint => hashToSeed(seed, 'step', index)

/**
 * The pixels after all steps, in memory of `memoryFor`; default: in a buffer of their own.
 * @throws MurmurationError ERR_OPERATION, ERR_WORKER_CRASHED (OpenCV's heap ended); `openCv.isSpent` is then true.
 *   ERR_INTERNAL for a pipeline that gives data.
 */
export function runPipeline(
  openCv: OpenCv,
  pixels: Pixels,
  pipeline: Pipeline,
  seed: bigint,
  memoryFor = freshMemory,
): Pixels {
  if (pipeline.kind === 'image') {
    return through(openCv, pixels, pipeline, seed, (planes) => readPlanes(openCv, planes, memoryFor))
  }
  throw new MurmurationError('ERR_INTERNAL', `a pipeline that gives an image is expected, got "${pipeline.text}"`)
}

/** What a data operation found, and the size of the image that it saw: places are in its pixels. */
export interface Finding {
  readonly widthPx: number
  readonly heightPx: number
  readonly data: JsonValue
}

/** What the pipeline's last operation finds in the image after its other steps. @throws as runPipeline */
export function analyzeImage(openCv: OpenCv, pixels: Pixels, pipeline: DataPipeline, seed: bigint): Finding {
  const { steps, analysis } = pipeline
  const { operation, values } = analysis
  return through(openCv, pixels, pipeline, seed, ({ colour }) => {
    const data = inStep(openCv, { name: operation.name, seed: stepSeed(seed, steps.length) }, (context) =>
      operation.analyze(colour, values, context),
    )
    return { widthPx: colour.cols, heightPx: colour.rows, data }
  })
}

function through<Result>(
  openCv: OpenCv,
  pixels: Pixels,
  { steps }: ImagePipeline | DataPipeline,
  seed: bigint,
  end: (planes: Planes) => Result,
): Result {
  using images = new Scope(openCv)
  try {
    let planes = loadPlanes(images, openCv, pixels)
    for (const [index, step] of steps.entries()) {
      planes = runStep(images, openCv, planes, { step, seed: stepSeed(seed, index) })
    }
    return end(planes)
  } catch (error) {
    throw openCv.toError(error, 'moving the image into or out of OpenCV')
  }
}
