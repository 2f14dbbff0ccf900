import { defineOperation } from '../operation.ts'
import { toBinary } from './binary.ts'
import { findComponents } from './components.ts'

export const removeSpecks = defineOperation({
  name: 'remove-specks',
  summary:
    'Turns white things of few pixels black; all else becomes black and white at 128 (levels from there are white).',
  suffix: '',
  accepts: 'gray',
  gives: 'gray',
  reach: 'whole image',
  parameters: {
    area: {
      type: 'integer',
      default: 64,
      min: 1,
      max: 100_000_000,
      unit: 'px',
      summary: 'Things with fewer pixels vanish; pixels that touch at a corner belong together.',
    },
  },
  example: 'remove-specks:200',
  version: 1,
  apply(image, { area }, context) {
    const result = toBinary(image, context)
    const { labels, areasPx } = findComponents(result, 8, context)
    const { data } = result
    const numbers = labels.data32S
    for (let index = 0; index < data.length; index++) {
      if ((areasPx[numbers[index] ?? 0] ?? 0) < area) data[index] = 0
    }
    return result
  },
})
