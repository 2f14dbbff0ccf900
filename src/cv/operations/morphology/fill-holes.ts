import { defineOperation } from '../operation.ts'
import { toBinary } from './binary.ts'
import { findComponents } from './components.ts'

export const fillHoles = defineOperation({
  name: 'fill-holes',
  summary:
    "Turns black areas that do not touch the image's border white; all else becomes black and white at 128 (levels from there are white).",
  suffix: '',
  accepts: 'gray',
  gives: 'gray',
  reach: 'whole image',
  parameters: {
    area: {
      type: 'integer',
      default: 100_000_000,
      min: 1,
      max: 100_000_000,
      unit: 'px',
      summary: 'Holes with more pixels stay.',
    },
  },
  example: 'fill-holes:area=500',
  version: 1,
  apply(image, { area }, context) {
    const { openCv, scope } = context
    const result = toBinary(image, context)
    const inverted = scope.mat()
    openCv.cv.bitwise_not(result, inverted)
    // white is connected over corners, so black is not
    const { labels, areasPx } = findComponents(inverted, 4, context)
    const numbers = labels.data32S
    const isHole = areasPx.map((areaPx) => (areaPx <= area ? 1 : 0))
    isHole[0] = 0
    for (const index of borderIndexes(result.cols, result.rows)) isHole[numbers[index] ?? 0] = 0
    const { data } = result
    for (let index = 0; index < data.length; index++) {
      if (isHole[numbers[index] ?? 0] === 1) data[index] = 255
    }
    return result
  },
})

/** Of the pixels along the four sides. */
function* borderIndexes(widthPx: number, heightPx: number): Iterable<number> {
  for (let x = 0; x < widthPx; x++) {
    yield x
    yield (heightPx - 1) * widthPx + x
  }
  for (let y = 0; y < heightPx; y++) {
    yield y * widthPx
    yield (y + 1) * widthPx - 1
  }
}
