import { MurmurationError } from '../base/errors.ts'
import type { OpenCv } from './opencv.ts'
import type { Pipeline } from './pipeline/pipeline.ts'
import type { Pixels } from './pixels.ts'

export function runPipeline(_openCv: OpenCv, _pixels: Pixels, _pipeline: Pipeline, _seed: bigint): Pixels {
  throw new MurmurationError('ERR_INTERNAL', 'not written yet')
}
