import { defineOperation } from '../operation.ts'
import { erosionReachPx, morphology, STRUCTURING_PARAMETERS } from './structuring.ts'

export const dilate = defineOperation({
  name: 'dilate',
  summary: 'Replaces every sample by the largest around it: light things grow.',
  suffix: '',
  reach: erosionReachPx,
  parameters: STRUCTURING_PARAMETERS,
  example: 'dilate:5,ellipse',
  version: 1,
  apply: (image, values, context) => morphology('DILATE', image, values, context),
})
