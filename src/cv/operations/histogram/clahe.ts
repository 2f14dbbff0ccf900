import { defineOperation } from '../operation.ts'
import { throughLuma } from './planes.ts'

export const clahe = defineOperation({
  name: 'clahe',
  summary:
    'Equalises the histogram of each cell of a grid with limited contrast, and blends between cells; of rgb the luma (Y of YCrCb).',
  suffix: '',
  reach: 'whole image',
  parameters: {
    clip: {
      type: 'number',
      default: 2,
      min: 0,
      max: 256,
      unit: '',
      summary: 'Contrast limit, in multiples of a flat histogram; 0 is none.',
    },
    columns: { type: 'integer', default: 8, min: 1, max: 64, unit: '', summary: 'Cells across.' },
    rows: { type: 'integer', default: 8, min: 1, max: 64, unit: '', summary: 'Cells down.' },
  },
  example: 'clahe:3,columns=4,rows=4',
  version: 1,
  apply(image, { clip, columns, rows }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    const algorithm = scope.own(new cv.CLAHE(clip, new cv.Size(columns, rows)))
    return throughLuma(image, context, (plane) => {
      const result = scope.mat()
      algorithm.apply(plane, result)
      return result
    })
  },
})
