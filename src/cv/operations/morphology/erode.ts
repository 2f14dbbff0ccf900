import { defineOperation } from '../operation.ts'
import { erosionReachPx, morphology, STRUCTURING_PARAMETERS } from './structuring.ts'

export const erode = defineOperation({
  name: 'erode',
  summary: 'Replaces every sample by the smallest around it: light things shrink.',
  suffix: '',
  reach: erosionReachPx,
  parameters: STRUCTURING_PARAMETERS,
  example: 'erode:5',
  version: 1,
  apply: (image, values, context) => morphology('ERODE', image, values, context),
})
