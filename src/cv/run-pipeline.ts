/**
 * Pixels through a pipeline, to pixels or to data: a pure function of pixels, pipeline and seed. Samples enter the wasm heap once, or are decoded
 * there (heap-samples.ts), and leave it at most once; each step's intermediates are freed before the next step begins, so the peak is one step's.
 *
 * Alpha is taken off before the first step and put back after the last: operations see colour only. Those that move or
 * cut pixels do the same to the alpha plane; under all others it stays as it was.
 */

import { MurmurationError } from '../base/errors.ts'
import { hashToSeed } from '../base/random.ts'
import type { JsonValue } from './canonical-json.ts'
import { loadPlanes, type Planes, readPlanes, viewPlanes } from './colour-planes.ts'
import type { OpenCv } from './opencv.ts'
import type { DataPipeline, ImagePipeline, Pipeline } from './pipeline/pipeline.ts'
import type { Pixels } from './pixels.ts'
import { inStep, runStep } from './run-step.ts'
import { Scope } from './scope.ts'

/** Every step draws from a seed of its own, wherever it runs. */
export const stepSeed = (seed: bigint, index: number): bigint => hashToSeed(seed, 'step', index)

/** Puts an image into OpenCV's heap, owned by `images`. */
export type LoadImage = (images: Scope) => Planes

/**
 * The pixels after all steps, in a buffer of their own.
 * @throws MurmurationError ERR_OPERATION, ERR_WORKER_CRASHED (OpenCV's heap ended); `openCv.isSpent` is then true.
 *   ERR_INTERNAL for a pipeline that gives data.
 */
export function runPipeline(openCv: OpenCv, pixels: Pixels, pipeline: Pipeline, seed: bigint): Pixels {
  if (pipeline.kind !== 'image') {
    throw new MurmurationError('ERR_INTERNAL', `a pipeline that gives an image is expected, got "${pipeline.text}"`)
  }
  using images = new Scope(openCv)
  const planes = runSteps(images, openCv, () => loadPlanes(images, openCv, pixels), pipeline, seed)
  return moving(openCv, () => readPlanes(openCv, planes))
}

/**
 * The pixels after all steps, where OpenCV has them: valid until `images` ends, or anything else runs in this instance.
 * @throws as runPipeline
 */
export function runInHeap(
  images: Scope,
  openCv: OpenCv,
  load: LoadImage,
  pipeline: ImagePipeline,
  seed: bigint,
): Pixels {
  const planes = runSteps(images, openCv, load, pipeline, seed)
  return moving(openCv, () => viewPlanes(openCv, planes))
}

/** What a data operation found, and the size of the image that it saw: places are in its pixels. */
export interface Finding {
  readonly widthPx: number
  readonly heightPx: number
  readonly data: JsonValue
}

/** What the pipeline's last operation finds in the image after its other steps. @throws as runPipeline */
export function analyzeImage(openCv: OpenCv, pixels: Pixels, pipeline: DataPipeline, seed: bigint): Finding {
  using images = new Scope(openCv)
  return analyzeInHeap(images, openCv, () => loadPlanes(images, openCv, pixels), pipeline, seed)
}

/** As analyzeImage, of an image that may be in the heap already. @throws as runPipeline */
export function analyzeInHeap(
  images: Scope,
  openCv: OpenCv,
  load: LoadImage,
  pipeline: DataPipeline,
  seed: bigint,
): Finding {
  const { operation, values } = pipeline.analysis
  const { colour } = runSteps(images, openCv, load, pipeline, seed)
  return moving(openCv, () => {
    const step = { name: operation.name, seed: stepSeed(seed, pipeline.steps.length) }
    const data = inStep(openCv, step, (context) => operation.analyze(colour, values, context))
    return { widthPx: colour.cols, heightPx: colour.rows, data }
  })
}

function runSteps(
  images: Scope,
  openCv: OpenCv,
  load: LoadImage,
  { steps }: ImagePipeline | DataPipeline,
  seed: bigint,
): Planes {
  return moving(openCv, () => {
    let planes = load(images)
    for (const [index, step] of steps.entries()) {
      planes = runStep(images, openCv, planes, { step, seed: stepSeed(seed, index) })
    }
    return planes
  })
}

function moving<Result>(openCv: OpenCv, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw openCv.toError(error, 'moving the image into or out of OpenCV')
  }
}
