/** What `contours` draws, as figures: outlines of the things that a threshold tells from the background. */

import type { JsonValue } from '../../canonical-json.ts'
import { rounded } from '../../canonical-json.ts'
import type { Mat } from '../../scope.ts'
import { FOREGROUND_PARAMETERS, foregroundOf } from '../features/foreground.ts'
import { defineDataOperation, type OperationContext } from '../operation.ts'

const DECIMALS = 3
/** Corners given in all: outlines of noise would otherwise be longer than the image. */
const MAX_POINTS = 200_000

interface Outline {
  readonly areaPx: number
  readonly perimeterPx: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly points: readonly (readonly [number, number])[]
}

export const findContours = defineDataOperation({
  name: 'find-contours',
  summary: 'Gives area, perimeter, bounding box and corners of the things that a threshold tells from the background.',
  parameters: {
    ...FOREGROUND_PARAMETERS,
    holes: { type: 'boolean', default: false, summary: 'Gives holes, and things in them, too.' },
    area: {
      type: 'integer',
      default: 50,
      min: 0,
      max: 100_000_000,
      unit: 'px',
      summary: 'Outlines around less are left out; the area is that inside the polygon of the outermost pixels.',
    },
    count: {
      type: 'integer',
      default: 1_000,
      min: 1,
      max: 10_000,
      unit: '',
      summary: 'Outlines at most, largest first.',
    },
    points: {
      type: 'boolean',
      default: true,
      summary: `Gives the corners of each outline, ${MAX_POINTS} at most in all: outlines beyond that come without.`,
    },
  },
  example: 'find-contours:dark=true,area=200',
  version: 1,
  analyze(image, { level, dark, holes, area, count, points }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    const found = scope.matVector()
    const mode = holes ? cv.RETR_LIST : cv.RETR_EXTERNAL
    const foreground = foregroundOf(image, { level, dark }, context)
    cv.findContours(foreground, found, scope.mat(), mode, cv.CHAIN_APPROX_SIMPLE)
    const outlines: Outline[] = []
    for (let index = 0; index < found.size(); index++) {
      const contour = scope.own(found.get(index))
      if (cv.contourArea(contour) >= area) outlines.push(measure(contour, context))
      scope.free(contour)
    }
    outlines.sort((a, b) => b.areaPx - a.areaPx || a.y - b.y || a.x - b.x || b.perimeterPx - a.perimeterPx)
    return { found: outlines.length, contours: shown(outlines.slice(0, count), points) }
  },
})

function measure(contour: Mat, { openCv: { cv } }: OperationContext): Outline {
  const { x, y, width, height } = cv.boundingRect(contour)
  const numbers = contour.data32S
  const points = Array.from({ length: numbers.length / 2 }, (_, at): [number, number] => [
    numbers[2 * at] ?? 0,
    numbers[2 * at + 1] ?? 0,
  ])
  const perimeterPx = rounded(cv.arcLength(contour, true), DECIMALS)
  return { areaPx: cv.contourArea(contour), perimeterPx, x, y, width, height, points }
}

function shown(outlines: readonly Outline[], withPoints: boolean): JsonValue {
  let left = withPoints ? MAX_POINTS : 0
  return outlines.map(({ areaPx, perimeterPx, x, y, width, height, points }) => {
    const facts = { areaPx, perimeterPx, box: { x, y, width, height } }
    if (points.length > left) return facts
    left -= points.length
    return { ...facts, points }
  })
}
