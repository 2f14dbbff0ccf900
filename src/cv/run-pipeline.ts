/**
 * Pixels through a pipeline: a pure function of pixels, pipeline and seed. Samples enter the wasm heap once and leave it
 * once; each step's intermediates are freed before the next step begins, so the peak is one step's.
 *
 * Alpha is taken off before the first step and put back after the last: operations see colour only. Those that move or
 * cut pixels do the same to the alpha plane; under all others it stays as it was.
 */

import { hashToSeed } from '../base/random.ts'
import { loadPlanes, readPlanes } from './colour-planes.ts'
import type { OpenCv } from './opencv.ts'
import type { Pipeline } from './pipeline/pipeline.ts'
import type { Pixels } from './pixels.ts'
import { runStep } from './run-step.ts'
import { Scope } from './scope.ts'

/** Every step draws from a seed of its own, wherever it runs. */
export const stepSeed = (seed: bigint, index: number): bigint => hashToSeed(seed, 'step', index)

/**
 * The pixels after all steps, in a buffer of their own.
 * @throws MurmurationError ERR_OPERATION, ERR_WORKER_CRASHED (OpenCV's heap ended); `openCv.isSpent` is then true
 */
export function runPipeline(openCv: OpenCv, pixels: Pixels, pipeline: Pipeline, seed: bigint): Pixels {
  using images = new Scope(openCv)
  try {
    let planes = loadPlanes(images, openCv, pixels)
    for (const [index, step] of pipeline.steps.entries()) {
      planes = runStep(images, openCv, planes, { step, seed: stepSeed(seed, index) })
    }
    return readPlanes(planes)
  } catch (error) {
    throw openCv.toError(error, 'moving the image into or out of OpenCV')
  }
}
