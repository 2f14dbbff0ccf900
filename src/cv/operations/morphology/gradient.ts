import { defineOperation } from '../operation.ts'
import { erosionReachPx, morphology, STRUCTURING_PARAMETERS } from './structuring.ts'

export const gradient = defineOperation({
  name: 'gradient',
  summary: 'Gives the dilated image minus the eroded one: outlines, light on black.',
  suffix: '',
  reach: erosionReachPx,
  parameters: STRUCTURING_PARAMETERS,
  example: 'gradient:3,cross',
  version: 1,
  apply: (image, values, context) => morphology('GRADIENT', image, values, context),
})
