/**
 * Pixels through a pipeline, to pixels or to data: a pure function of pixels, pipeline and seed. Samples enter the wasm heap once and leave it
 * once; each step's intermediates are freed before the next step begins, so the peak is one step's.
 *
 * Alpha is taken off before the first step and put back after the last: operations see colour only. Those that move or
 * cut pixels do the same to the alpha plane; under all others it stays as it was.
 */

import { MurmurationError } from '../base/errors.ts'
import { hashToSeed } from '../base/random.ts'
import type { JsonValue } from './canonical-json.ts'
import type { OpenCv } from './opencv.ts'
import type { OperationContext } from './operations/operation.ts'
import type { DataPipeline, ImagePipeline, Pipeline, PipelineStep } from './pipeline/pipeline.ts'
import { hasAlpha, type Pixels } from './pixels.ts'
import { type Mat, Scope } from './scope.ts'

interface Planes {
  readonly colour: Mat
  readonly alpha: Mat | undefined
}

/**
 * The pixels after all steps, in a buffer of their own.
 * @throws MurmurationError ERR_OPERATION, ERR_WORKER_CRASHED (OpenCV's heap ended); `openCv.isSpent` is then true.
 *   ERR_INTERNAL for a pipeline that gives data.
 */
export function runPipeline(openCv: OpenCv, pixels: Pixels, pipeline: Pipeline, seed: bigint): Pixels {
  if (pipeline.kind === 'image') return through(openCv, pixels, pipeline, seed, read)
  throw new MurmurationError('ERR_INTERNAL', `a pipeline that gives an image is expected, got "${pipeline.text}"`)
}

/** What a data operation found, and the size of the image that it saw: places are in its pixels. */
export interface Finding {
  readonly widthPx: number
  readonly heightPx: number
  readonly data: JsonValue
}

/** What the pipeline's last operation finds in the image after its other steps. @throws as runPipeline */
export function analyzeImage(openCv: OpenCv, pixels: Pixels, pipeline: DataPipeline, seed: bigint): Finding {
  const { steps, analysis } = pipeline
  const { operation, values } = analysis
  return through(openCv, pixels, pipeline, seed, ({ colour }) => {
    const data = inStep(openCv, operation.name, hashToSeed(seed, 'step', steps.length), (context) =>
      operation.analyze(colour, values, context),
    )
    return { widthPx: colour.cols, heightPx: colour.rows, data }
  })
}

function through<Result>(
  openCv: OpenCv,
  pixels: Pixels,
  { steps }: ImagePipeline | DataPipeline,
  seed: bigint,
  end: (planes: Planes) => Result,
): Result {
  using images = new Scope(openCv)
  try {
    let planes = load(images, openCv, pixels)
    for (const [index, step] of steps.entries()) {
      planes = runStep(images, openCv, planes, step, hashToSeed(seed, 'step', index))
    }
    return end(planes)
  } catch (error) {
    throw openCv.toError(error, 'moving the image into or out of OpenCV')
  }
}

/** Runs one step and frees what it made, and the images before it, except for its result. */
function runStep(images: Scope, openCv: OpenCv, before: Planes, step: PipelineStep, seed: bigint): Planes {
  const { operation, values } = step
  return inStep(openCv, operation.name, seed, (context) => {
    const colour = operation.apply(before.colour, values, context)
    const alpha = before.alpha && (operation.applyToAlpha?.(before.alpha, values, context) ?? before.alpha)
    refuseWrongShape(openCv, operation.name, { colour, alpha })
    const { scope } = context
    const after: Planes = { colour: scope.moveTo(images, colour), alpha: alpha && scope.moveTo(images, alpha) }
    if (after.colour !== before.colour) images.free(before.colour)
    if (before.alpha !== undefined && after.alpha !== before.alpha) images.free(before.alpha)
    return after
  })
}

/** One operation's work, in a scope and with a generator of its own. */
function inStep<Result>(
  openCv: OpenCv,
  name: string,
  seed: bigint,
  work: (context: OperationContext) => Result,
): Result {
  using scope = new Scope(openCv)
  try {
    // for operations that use OpenCV's own generator; it takes 31 bits
    openCv.cv.setRNGSeed(Number(seed & 0x7fffffffn))
    return work({ openCv, scope, seed })
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

function load(images: Scope, { cv }: OpenCv, { widthPx, heightPx, channels, data }: Pixels): Planes {
  if (widthPx < 1 || heightPx < 1 || data.length !== widthPx * heightPx * channels) {
    throw new MurmurationError(
      'ERR_INTERNAL',
      `${widthPx} x ${heightPx} pixels of ${channels} channels are expected to have ${widthPx * heightPx * channels} samples, and have ${data.length}`,
    )
  }
  const colourChannels = channels <= 2 ? 1 : 3
  const colour = images.matOf(heightPx, widthPx, colourChannels === 1 ? cv.CV_8UC1 : cv.CV_8UC3)
  if (!hasAlpha(channels)) {
    colour.data.set(data)
    return { colour, alpha: undefined }
  }
  const alpha = images.matOf(heightPx, widthPx, cv.CV_8UC1)
  // both allocated: the views stay valid from here on
  const colourData = colour.data
  const alphaData = alpha.data
  for (let pixel = 0, from = 0, to = 0; pixel < alphaData.length; pixel++) {
    for (let channel = 0; channel < colourChannels; channel++) colourData[to++] = data[from++] ?? 0
    alphaData[pixel] = data[from++] ?? 0
  }
  return { colour, alpha }
}

function read({ colour, alpha }: Planes): Pixels {
  const widthPx = colour.cols
  const heightPx = colour.rows
  const isGray = colour.channels() === 1
  if (alpha === undefined) return { widthPx, heightPx, channels: isGray ? 1 : 3, data: new Uint8Array(colour.data) }
  const colourChannels = isGray ? 1 : 3
  const colourData = colour.data
  const alphaData = alpha.data
  const data = new Uint8Array(widthPx * heightPx * (colourChannels + 1))
  for (let pixel = 0, from = 0, to = 0; pixel < alphaData.length; pixel++) {
    for (let channel = 0; channel < colourChannels; channel++) data[to++] = colourData[from++] ?? 0
    data[to++] = alphaData[pixel] ?? 0
  }
  return { widthPx, heightPx, channels: isGray ? 2 : 4, data }
}
