import { defineOperation } from '../operation.ts'
import { erosionReachPx, morphology, STRUCTURING_PARAMETERS } from './structuring.ts'

export const tophat = defineOperation({
  name: 'tophat',
  summary: 'Gives the image minus its opening: light things smaller than the structuring element, on black.',
  suffix: '',
  reach: (values) => 2 * erosionReachPx(values),
  parameters: STRUCTURING_PARAMETERS,
  example: 'tophat:15',
  version: 1,
  apply: (image, values, context) => morphology('TOPHAT', image, values, context),
})
