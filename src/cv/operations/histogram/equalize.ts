import type { Mat } from '../../scope.ts'
import { defineOperation } from '../operation.ts'
import { applyTables, equalizingTable, joinTables } from './level-tables.ts'
import { lumaOf, throughChannels, throughLuma } from './planes.ts'
import { countSamples } from './sample-counts.ts'

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
  twoPass: {
    kind: 'counts',
    reachPx: () => 0,
    collect: (image, { of }, context) => countSamples(of === 'luma' ? lumaOf(image, context) : image),
    combine: (counts) => joinTables(counts.map(equalizingTable)),
    apply: (image, tables, { of }, context) =>
      of === 'luma'
        ? throughLuma(image, context, (plane) => applyTables(plane, tables, context))
        : applyTables(image, tables, context),
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
