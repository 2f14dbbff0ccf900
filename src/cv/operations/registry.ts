/** Every operation, by name. Adding one touches three places: its file, its test, and its group's list here. */

import { hashToSeed } from '../../base/random.ts'
import { aruco } from './analysis/aruco.ts'
import { barcode } from './analysis/barcode.ts'
import { dnn } from './analysis/dnn.ts'
import { dominantColors } from './analysis/dominant-colors.ts'
import { findContours } from './analysis/find-contours.ts'
import { orb } from './analysis/orb.ts'
import { qr } from './analysis/qr.ts'
import { sharpness } from './analysis/sharpness.ts'
import { stats } from './analysis/stats.ts'
import { brightnessContrast } from './color/brightness-contrast.ts'
import { colormap } from './color/colormap.ts'
import { extractChannel } from './color/extract-channel.ts'
import { gamma } from './color/gamma.ts'
import { grayscale } from './color/grayscale.ts'
import { hueSaturation } from './color/hue-saturation.ts'
import { invert } from './color/invert.ts'
import { levels } from './color/levels.ts'
import { posterize } from './color/posterize.ts'
import { quantize } from './color/quantize.ts'
import { rgb } from './color/rgb.ts'
import { sepia } from './color/sepia.ts'
import { solarize } from './color/solarize.ts'
import { swapChannels } from './color/swap-channels.ts'
import { tint } from './color/tint.ts'
import { whiteBalance } from './color/white-balance.ts'
import { frame } from './draw/frame.ts'
import { grid } from './draw/grid.ts'
import { text } from './draw/text.ts'
import { vignette } from './draw/vignette.ts'
import { canny } from './edges/canny.ts'
import { edges } from './edges/edges.ts'
import { laplacian } from './edges/laplacian.ts'
import { scharr } from './edges/scharr.ts'
import { sobel } from './edges/sobel.ts'
import { blobs } from './features/blobs.ts'
import { circles } from './features/circles.ts'
import { connectedComponents } from './features/connected-components.ts'
import { contours } from './features/contours.ts'
import { corners } from './features/corners.ts'
import { lines } from './features/lines.ts'
import { bilateral } from './filter/bilateral.ts'
import { box } from './filter/box.ts'
import { differenceOfGaussians } from './filter/difference-of-gaussians.ts'
import { emboss } from './filter/emboss.ts'
import { gaussian } from './filter/gaussian.ts'
import { highPass } from './filter/high-pass.ts'
import { median } from './filter/median.ts'
import { motionBlur } from './filter/motion-blur.ts'
import { pixelate } from './filter/pixelate.ts'
import { sharpen } from './filter/sharpen.ts'
import { stackBlur } from './filter/stack-blur.ts'
import { unsharp } from './filter/unsharp.ts'
import { affine } from './geometry/affine.ts'
import { crop } from './geometry/crop.ts'
import { cropRegion } from './geometry/crop-region.ts'
import { flip } from './geometry/flip.ts'
import { pad } from './geometry/pad.ts'
import { resize } from './geometry/resize.ts'
import { rotate } from './geometry/rotate.ts'
import { warpPerspective } from './geometry/warp-perspective.ts'
import { clahe } from './histogram/clahe.ts'
import { equalize } from './histogram/equalize.ts'
import { normalize } from './histogram/normalize.ts'
import { blackhat } from './morphology/blackhat.ts'
import { close } from './morphology/close.ts'
import { dilate } from './morphology/dilate.ts'
import { distanceTransform } from './morphology/distance-transform.ts'
import { erode } from './morphology/erode.ts'
import { fillHoles } from './morphology/fill-holes.ts'
import { gradient } from './morphology/gradient.ts'
import { open } from './morphology/open.ts'
import { removeSpecks } from './morphology/remove-specks.ts'
import { tophat } from './morphology/tophat.ts'
import { filmGrain } from './noise/film-grain.ts'
import { gaussianNoise } from './noise/gaussian-noise.ts'
import { noise } from './noise/noise.ts'
import { saltPepper } from './noise/salt-pepper.ts'
import { speckle } from './noise/speckle.ts'
import type { AnyOperation, DataOperation, Operation, OperationInfo, ParameterInfo } from './operation.ts'
import { defaultsOf, type Parameter } from './parameter.ts'
import { cartoon } from './photo/cartoon.ts'
import { inpaint } from './photo/inpaint.ts'
import { sketch } from './photo/sketch.ts'
import { adaptiveThreshold } from './threshold/adaptive-threshold.ts'
import { gray } from './threshold/gray.ts'
import { inRange } from './threshold/in-range.ts'
import { threshold } from './threshold/threshold.ts'

/** By group, which is the folder that an operation lives in; within a group those that people ask for first come first. */
const OPERATIONS_BY_GROUP = {
  geometry: [crop, resize, cropRegion, rotate, flip, pad, affine, warpPerspective],
  color: [
    grayscale,
    rgb,
    invert,
    sepia,
    tint,
    colormap,
    brightnessContrast,
    gamma,
    levels,
    hueSaturation,
    whiteBalance,
    posterize,
    solarize,
    quantize,
    swapChannels,
    extractChannel,
  ],
  histogram: [equalize, clahe, normalize],
  threshold: [gray, threshold, adaptiveThreshold, inRange],
  filter: [
    gaussian,
    median,
    box,
    stackBlur,
    bilateral,
    sharpen,
    unsharp,
    highPass,
    differenceOfGaussians,
    emboss,
    motionBlur,
    pixelate,
  ],
  morphology: [erode, dilate, open, close, gradient, tophat, blackhat, removeSpecks, fillHoles, distanceTransform],
  edges: [edges, canny, sobel, scharr, laplacian],
  noise: [noise, gaussianNoise, saltPepper, speckle, filmGrain],
  draw: [vignette, frame, grid, text],
  features: [contours, corners, lines, circles, connectedComponents, blobs],
  photo: [inpaint, cartoon, sketch],
  analysis: [stats, sharpness, dominantColors, findContours, orb, qr, barcode, aruco, dnn],
} as const satisfies Readonly<Record<string, readonly AnyOperation[]>>

/** The groups, in the order in which they are listed. */
export const OPERATION_GROUPS: readonly string[] = Object.keys(OPERATIONS_BY_GROUP)

export const allOperations: readonly AnyOperation[] = Object.values(OPERATIONS_BY_GROUP).flat()

/** Those that give an image. */
export const operations: readonly Operation[] = allOperations.filter((operation) => operation.kind === 'image')

/** Those that answer with data: only the last of a pipeline can be one. */
export const dataOperations: readonly DataOperation[] = allOperations.filter((operation) => operation.kind === 'data')

const byName: ReadonlyMap<string, AnyOperation> = new Map(allOperations.map((operation) => [operation.name, operation]))

export const findOperation = (name: string): AnyOperation | undefined => byName.get(name)

/** The operations for people and programs, in the order of the registry. */
export const listOperations = (): OperationInfo[] =>
  Object.entries(OPERATIONS_BY_GROUP).flatMap(([group, ofGroup]: readonly [string, readonly AnyOperation[]]) =>
    ofGroup.map((operation) => ({ group, ...factsOf(operation), ...answerOf(operation) })),
  )

type Answer = Pick<OperationInfo, 'kind' | 'suffix' | 'gives' | 'reach' | 'isReachFixed'>

function answerOf(operation: AnyOperation): Answer {
  if (operation.kind === 'data') {
    return { kind: 'data', suffix: '', gives: 'data', reach: 'whole image', isReachFixed: true }
  }
  const { suffix, gives, reach, parameters } = operation
  return {
    kind: 'image',
    suffix,
    gives: gives ?? 'same',
    reach: typeof reach === 'function' ? reach(defaultsOf(parameters)) : reach,
    isReachFixed: typeof reach !== 'function',
  }
}

function factsOf({ name, summary, accepts, parameters, example, version }: AnyOperation) {
  return {
    name,
    summary,
    accepts: accepts ?? 'any',
    parameters: Object.entries(parameters).map(([parameterName, parameter]) => toInfo(parameterName, parameter)),
    example,
    version,
  } as const
}

function toInfo(name: string, parameter: Parameter): ParameterInfo {
  const isNumeric = parameter.type === 'integer' || parameter.type === 'number'
  return {
    name,
    type: parameter.type,
    default: parameter.default,
    min: isNumeric ? parameter.min : undefined,
    max: isNumeric ? parameter.max : undefined,
    isOdd: parameter.type === 'integer' && parameter.isOdd === true,
    choices: parameter.type === 'choice' ? parameter.choices : undefined,
    maxLength: parameter.type === 'text' ? parameter.maxLength : undefined,
    unit: isNumeric ? parameter.unit : '',
    summary: parameter.summary,
  }
}

/**
 * 16 hex digits over names, versions and parameters (without their sentences): peers with another set of operations, or
 * other ranges, do not share a job.
 */
export function operationsHash(): string {
  const facts = listOperations().map(({ name, version, accepts, gives, parameters }) => ({
    name,
    version,
    accepts,
    gives,
    parameters: parameters.map(({ summary, unit, ...parameter }) => parameter),
  }))
  return hashToSeed(JSON.stringify(facts)).toString(16).padStart(16, '0')
}
