/** Operations that exist in tests only: they do what a test needs and are in no registry. */

import type { OperationContext } from '../../src/cv/operations/operation.ts'
import { defineOperation } from '../../src/cv/operations/operation.ts'
import { createPipeline, type Pipeline } from '../../src/cv/pipeline/pipeline.ts'
import type { Mat } from '../../src/cv/scope.ts'

/** A pipeline of one step that does `apply`. */
export function pipelineOf(apply: (image: Mat, context: OperationContext) => Mat): Pipeline {
  const operation = defineOperation({
    name: 'test',
    summary: 'Does what a test says.',
    suffix: '',
    reach: 'whole image',
    parameters: {},
    example: 'test',
    version: 1,
    apply: (image, _values, context) => apply(image, context),
  })
  return createPipeline([{ operation, values: {} }])
}
