import { defineOperation } from '../operation.ts'
import { erosionReachPx, morphology, STRUCTURING_PARAMETERS } from './structuring.ts'

export const close = defineOperation({
  name: 'close',
  summary: 'Dilates, then erodes: dark things smaller than the structuring element vanish.',
  suffix: '',
  reach: (values) => 2 * erosionReachPx(values),
  parameters: STRUCTURING_PARAMETERS,
  example: 'close:5,ellipse',
  version: 1,
  apply: (image, values, context) => morphology('CLOSE', image, values, context),
})
