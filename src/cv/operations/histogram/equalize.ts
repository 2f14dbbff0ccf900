import type { Mat } from '../../scope.ts'
import { defineOperation } from '../operation.ts'
import { throughChannels, throughLuma } from './planes.ts'

export const equalize = defineOperation({
  name: 'equalize',
  summary: 'Spreads the levels so that their histogram is about flat (equalizeHist).',
  suffix: '',
  reach: 'whole image',
  parameters: {
    of: {
      type: 'choice',
      default: 'luma',
      choices: ['luma', 'channels'],
      summary: 'For rgb: the brightness alone (Y of YCrCb), which keeps the hues, or each channel.',
    },
  },
  example: 'equalize:channels',
  version: 1,
  apply(image, { of }, context) {
    const equalized = (plane: Mat): Mat => {
      const result = context.scope.mat()
      context.openCv.cv.equalizeHist(plane, result)
      return result
    }
    return of === 'luma' ? throughLuma(image, context, equalized) : throughChannels(image, context, equalized)
  },
})
