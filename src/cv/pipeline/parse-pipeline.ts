import { MurmurationError } from '../../base/errors.ts'
import type { Pipeline } from './pipeline.ts'

export function parsePipeline(_text: string): Pipeline {
  throw new MurmurationError('ERR_INTERNAL', 'not written yet')
}
