import { defineOperation } from '../operation.ts'
import { FOREGROUND_PARAMETERS, foregroundOf } from './foreground.ts'
import { COLOR_PARAMETER, LINE_WIDTH_PARAMETER, overlayOf, paintOf } from './overlay.ts'

export const contours = defineOperation({
  name: 'contours',
  summary: 'Outlines the things that a threshold tells from the background (findContours).',
  suffix: '',
  gives: 'rgb',
  reach: 'whole image',
  parameters: {
    ...FOREGROUND_PARAMETERS,
    holes: { type: 'boolean', default: false, summary: 'Outlines holes, and things in them, too.' },
    area: {
      type: 'integer',
      default: 50,
      min: 0,
      max: 100_000_000,
      unit: 'px',
      summary: 'Outlines around less are left out; the area is that inside the polygon of the outermost pixels.',
    },
    color: COLOR_PARAMETER,
    width: LINE_WIDTH_PARAMETER,
  },
  example: 'contours:dark=true,area=200,color=red',
  version: 1,
  apply(image, { level, dark, holes, area, color, width }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    const found = scope.matVector()
    const hierarchy = scope.mat()
    const mode = holes ? cv.RETR_LIST : cv.RETR_EXTERNAL
    cv.findContours(foregroundOf(image, { level, dark }, context), found, hierarchy, mode, cv.CHAIN_APPROX_SIMPLE)
    const overlay = overlayOf(image, context)
    const paint = paintOf(color, context)
    const count = found.size()
    for (let index = 0; index < count; index++) {
      const contour = scope.own(found.get(index))
      const areaPx = cv.contourArea(contour)
      scope.free(contour)
      if (areaPx >= area) cv.drawContours(overlay, found, index, paint, width, cv.LINE_8)
    }
    return overlay
  },
})
