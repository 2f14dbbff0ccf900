import { defineOperation } from '../operation.ts'
import { erosionReachPx, morphology, STRUCTURING_PARAMETERS } from './structuring.ts'

export const blackhat = defineOperation({
  name: 'blackhat',
  summary: 'Gives the closing minus the image: dark things smaller than the structuring element, light on black.',
  suffix: '',
  reach: (values) => 2 * erosionReachPx(values),
  parameters: STRUCTURING_PARAMETERS,
  example: 'blackhat:15',
  version: 1,
  apply: (image, values, context) => morphology('BLACKHAT', image, values, context),
})
