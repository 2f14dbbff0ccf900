import { defineOperation } from '../operation.ts'
import { erosionReachPx, morphology, STRUCTURING_PARAMETERS } from './structuring.ts'

export const open = defineOperation({
  name: 'open',
  summary: 'Erodes, then dilates: light things smaller than the structuring element vanish.',
  suffix: '',
  reach: (values) => 2 * erosionReachPx(values),
  parameters: STRUCTURING_PARAMETERS,
  example: 'open:5',
  version: 1,
  apply: (image, values, context) => morphology('OPEN', image, values, context),
})
