/**
 * A line of text as a coverage mask, cut to its ink. OpenCV 5 draws text with a TrueType font of its own, the same in
 * every instance; this build has no getTextSize, so a text is measured by drawing it small.
 */

import type { OpenCV } from '@opencvjs/web'
import type { Mat } from '../../scope.ts'
import type { OperationContext } from '../operation.ts'

/** Height of a capital letter at font scale 1, px: measured, and linear in the scale. */
const CAPITAL_PX = 20.25
/** A text is measured with capitals of this height. */
const MEASURED_PX = 40
/** No letter is wider than this many capitals are high. */
const WIDEST_LETTER = 1.6
/** Room above the baseline for accents and below it for tails, in heights of a capital. */
const ASCENT = 2
const DESCENT = 1

export interface LineOfText {
  readonly text: string
  readonly isBold: boolean
}

/** Where the ink of a line lies, in heights of a capital, from the line's start on its baseline (y grows downwards). */
export interface InkBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

interface Canvas {
  readonly widthPx: number
  readonly heightPx: number
  /** The line's start on its baseline. */
  readonly x: number
  readonly y: number
}

/** Right to about 2 %, because fonts have whole sizes; undefined for a text of blanks. */
export function measureText(line: LineOfText, context: OperationContext): InkBox | undefined {
  const widthPx = Math.ceil(([...line.text].length + 2) * MEASURED_PX * WIDEST_LETTER)
  const start = { x: MEASURED_PX, y: ASCENT * MEASURED_PX }
  const canvas = draw(line, MEASURED_PX, { widthPx, heightPx: (ASCENT + DESCENT) * MEASURED_PX, ...start }, context)
  const ink = inkOf(canvas, context)
  context.scope.free(canvas)
  if (ink === undefined) return undefined
  return {
    left: (ink.x - start.x) / MEASURED_PX,
    top: (ink.y - start.y) / MEASURED_PX,
    width: ink.width / MEASURED_PX,
    height: ink.height / MEASURED_PX,
  }
}

/** How much the ink covers of each pixel (0 to 255), nothing around it; a view that the scope owns. */
export function textMask(line: LineOfText, box: InkBox, capitalPx: number, context: OperationContext): Mat | undefined {
  // room for what the measure may be wrong by
  const slackPx = 4 + Math.ceil(0.05 * capitalPx * Math.max(box.width, box.height))
  const canvas = draw(
    line,
    capitalPx,
    {
      widthPx: Math.ceil(box.width * capitalPx) + 2 * slackPx,
      heightPx: Math.ceil(box.height * capitalPx) + 2 * slackPx,
      x: slackPx - Math.round(box.left * capitalPx),
      y: slackPx - Math.round(box.top * capitalPx),
    },
    context,
  )
  const ink = inkOf(canvas, context)
  return ink === undefined ? undefined : context.scope.own(canvas.roi(ink))
}

function draw({ text, isBold }: LineOfText, capitalPx: number, canvas: Canvas, context: OperationContext): Mat {
  const { openCv, scope } = context
  const { cv } = openCv
  const mask = scope.matOf(canvas.heightPx, canvas.widthPx, cv.CV_8UC1)
  mask.setTo(new cv.Scalar(0, 0, 0, 0))
  const start = new cv.Point(canvas.x, canvas.y)
  const scale = capitalPx / CAPITAL_PX
  const white = new cv.Scalar(255, 0, 0, 0)
  cv.putText(mask, text, start, cv.FONT_HERSHEY_SIMPLEX, scale, white, isBold ? 2 : 1, cv.LINE_AA)
  return mask
}

function inkOf(mask: Mat, { openCv: { cv } }: OperationContext): OpenCV.Rect | undefined {
  const ink = cv.boundingRect(mask)
  return ink.width === 0 ? undefined : ink
}
