/** One step of a pipeline on one image, or on one tile of an image. */

import { MurmurationError } from '../base/errors.ts'
import type { Planes } from './colour-planes.ts'
import type { OpenCv } from './opencv.ts'
import type { OperationContext, Place } from './operations/operation.ts'
import type { PipelineStep } from './pipeline/pipeline.ts'
import { type Mat, Scope } from './scope.ts'
import { weighColours } from './weigh-colours.ts'

export interface StepWork {
  readonly step: PipelineStep
  /** Of this step of this task. */
  readonly seed: bigint
  /** Of a tile. */
  readonly place?: Place | undefined
  /** Instead of the operation's own `apply`. */
  readonly apply?: ((colour: Mat, context: OperationContext) => Mat) | undefined
}

/** Runs one step and frees what it made, and the images before it, except for its result. */
export function runStep(images: Scope, openCv: OpenCv, before: Planes, work: StepWork): Planes {
  const { seed, place, apply } = work
  const { operation, values } = work.step
  return inStep(openCv, { name: operation.name, seed, place }, (context) => {
    const { scope } = context
    const colour = apply?.(before.colour, context) ?? operation.apply(before.colour, values, context)
    const alpha = before.alpha && (operation.applyToAlpha?.(before.alpha, values, context) ?? before.alpha)
    refuseWrongShape(openCv, operation.name, { colour, alpha })
    if (before.alpha && alpha && alpha !== before.alpha && operation.mixesPixels?.(values)) {
      weighColours(openCv, { colour: before.colour, alpha: before.alpha }, { colour, alpha }, (plane, own) => {
        return operation.applyToAlpha?.(plane, values, { ...context, scope: own }) ?? plane
      })
    }
    const after: Planes = { colour: scope.moveTo(images, colour), alpha: alpha && scope.moveTo(images, alpha) }
    if (after.colour !== before.colour) images.free(before.colour)
    if (before.alpha !== undefined && after.alpha !== before.alpha) images.free(before.alpha)
    return after
  })
}

/** One operation's work, in a scope and with a generator of its own. */
export function inStep<Result>(
  openCv: OpenCv,
  { name, seed, place }: { readonly name: string; readonly seed: bigint; readonly place?: Place | undefined },
  work: (context: OperationContext) => Result,
): Result {
  using scope = new Scope(openCv)
  try {
    // for operations that use OpenCV's own generator; it takes 31 bits
    openCv.cv.setRNGSeed(Number(seed & 0x7fffffffn))
    return work({ openCv, scope, seed, place })
  } catch (error) {
    // here, not outside: the scope must know that its instance is spent before it frees anything
    throw openCv.toError(error, `operation "${name}"`)
  }
}

function refuseWrongShape({ cv }: OpenCv, name: string, { colour, alpha }: Planes): void {
  const isColour = (colour.type() === cv.CV_8UC1 || colour.type() === cv.CV_8UC3) && colour.isContinuous()
  const isAlpha =
    alpha === undefined || (alpha.rows === colour.rows && alpha.cols === colour.cols && alpha.isContinuous())
  if (isColour && isAlpha) return
  throw new MurmurationError(
    'ERR_INTERNAL',
    `operation "${name}" is expected to give continuous 8-bit gray or rgb of the size of its alpha, and gave OpenCV type ${colour.type()}, ${colour.cols} x ${colour.rows}`,
  )
}
