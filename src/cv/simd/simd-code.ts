/**
 * The compiled kernels (assembly/, AssemblyScript): functions on addresses in OpenCV's own memory. They keep nothing between
 * calls, and all they write besides results is the scratch that they are given.
 */

import { type WasmMemory, type WasmModule, webAssembly } from '../web-assembly.ts'
import { RELAXED_SIMD_MODULE, SIMD_MODULE } from './generated/simd-module.ts'

/** Addresses and sizes in bytes, images row by row without gaps; what each does stands with its source. */
export interface SimdFunctions {
  gaussian(
    from: number,
    to: number,
    widthPx: number,
    heightPx: number,
    channels: number,
    weightsX: number,
    couplesX: number,
    sizeX: number,
    weightsY: number,
    sizeY: number,
    border: number,
    stripWidthPx: number,
    strideBytes: number,
    scratch: number,
  ): void
  gaussianShort(
    from: number,
    to: number,
    widthPx: number,
    heightPx: number,
    channels: number,
    weightsX: number,
    sizeX: number,
    weightsY: number,
    sizeY: number,
    border: number,
    shift: number,
    scratch: number,
  ): void
  box(
    from: number,
    to: number,
    widthPx: number,
    heightPx: number,
    channels: number,
    sizeX: number,
    sizeY: number,
    anchorX: number,
    anchorY: number,
    border: number,
    delta: number,
    factor: number,
    scale: number,
    scratch: number,
  ): void
  /** Gray images at least 16 pixels wide. `isSquared` 0 or 1. */
  canny(
    from: number,
    to: number,
    widthPx: number,
    heightPx: number,
    low: number,
    high: number,
    aperture: number,
    isSquared: number,
    scratch: number,
    scratchEnd: number,
  ): void
  /** `form`: 0 weights of floats, 1 of shorts, both to bytes; 2 of shorts to shorts, 3 of shorts to floats. */
  filter(
    from: number,
    to: number,
    widthPx: number,
    heightPx: number,
    channels: number,
    sizeX: number,
    sizeY: number,
    anchorX: number,
    anchorY: number,
    border: number,
    form: number,
    delta: number,
    points: number,
    weights: number,
    count: number,
    scratch: number,
  ): void
  /** Sizes are the result's: at least 16 samples wide. */
  halve(from: number, to: number, widthPx: number, heightPx: number, channels: number): void
  /** `isDilation` 0 or 1. */
  morphRectangle(
    isDilation: number,
    from: number,
    to: number,
    widthPx: number,
    heightPx: number,
    channels: number,
    sizeX: number,
    sizeY: number,
    anchorX: number,
    anchorY: number,
    border: number,
    scratch: number,
  ): void
  morphPoints(
    isDilation: number,
    from: number,
    to: number,
    widthPx: number,
    heightPx: number,
    channels: number,
    sizeX: number,
    sizeY: number,
    anchorX: number,
    anchorY: number,
    points: number,
    count: number,
    scratch: number,
  ): void
  medianThree(from: number, to: number, widthPx: number, heightPx: number, channels: number, scratch: number): void
  medianFive(from: number, to: number, widthPx: number, heightPx: number, channels: number, scratch: number): void
  /** At least 16 samples, as of all that go through an image without looking at neighbours. */
  difference(from: number, subtracted: number, to: number, samples: number): void
  invert(from: number, to: number, samples: number): void
  threshold(
    from: number,
    to: number,
    samples: number,
    level: number,
    above: number,
    keepAbove: number,
    below: number,
    keepBelow: number,
  ): void
  /** The least sample, and 256 times the greatest. */
  extremes(from: number, samples: number): number
  firstOf(from: number, samples: number, level: number): number
  line(from: number, to: number, samples: number, factor: number, offset: number, shift: number): void
  addWeighted(one: number, other: number, to: number, samples: number, alpha: number, beta: number, gamma: number): void
  /** Gray images at least 16 pixels wide. `isInverted` 0 or 1. */
  adaptiveGaussian(
    from: number,
    to: number,
    widthPx: number,
    heightPx: number,
    weights: number,
    size: number,
    level: number,
    white: number,
    isInverted: number,
    scratch: number,
  ): void
  compareToMean(
    from: number,
    mean: number,
    to: number,
    samples: number,
    level: number,
    white: number,
    isInverted: number,
  ): void
  magnitude(x: number, y: number, to: number, samples: number): void
  scaleAbsBytes(from: number, to: number, samples: number, scale: number, shift: number): void
  scaleAbsShorts(from: number, to: number, samples: number, scale: number, shift: number): void
  scaleAbsFloats(from: number, to: number, samples: number, scale: number, shift: number): void
  /** At least 16 pixels, as of all of colors. */
  transformWhole(from: number, to: number, pixels: number, weights: number): void
  ycrcbOfThree(from: number, to: number, pixels: number): void
  threeOfYcrcb(from: number, to: number, pixels: number): void
  splitThree(from: number, red: number, green: number, blue: number, pixels: number): void
  mergeThree(red: number, green: number, blue: number, to: number, pixels: number): void
  inRangeOne(from: number, to: number, pixels: number, low: number, high: number): void
  inRangeThree(from: number, to: number, pixels: number, bounds: number): void
  grayOfThree(from: number, to: number, pixels: number, first: number, second: number, third: number): void
  grayOfFour(from: number, to: number, pixels: number, first: number, second: number, third: number): void
  rearrange(
    from: number,
    fromChannels: number,
    to: number,
    toChannels: number,
    pixels: number,
    step: number,
    picks: number,
    added: number,
  ): void
  transformThree(from: number, to: number, pixels: number, matrix: number): void
  /** Flags are 0 or 1. */
  flip(
    from: number,
    to: number,
    widthPx: number,
    heightPx: number,
    channels: number,
    isAcross: number,
    isDown: number,
  ): void
  quarterTurn(from: number, to: number, widthPx: number, heightPx: number, channels: number, isClockwise: number): void
  resizeLinear(
    from: number,
    to: number,
    widthPx: number,
    heightPx: number,
    channels: number,
    toWidthPx: number,
    toHeightPx: number,
    places: number,
    weights: number,
    rows: number,
    rowWeights: number,
    scratch: number,
  ): void
  resizeArea(
    from: number,
    to: number,
    widthPx: number,
    heightPx: number,
    channels: number,
    bits: number,
    toWidthPx: number,
    toHeightPx: number,
    columns: number,
    rows: number,
    scratch: number,
  ): void
  resizeWhole(
    from: number,
    to: number,
    toWidthPx: number,
    toHeightPx: number,
    channels: number,
    scaleX: number,
    scaleY: number,
    scratch: number,
  ): void
  /** `isPerspective` 0 or 1. */
  warp(
    from: number,
    to: number,
    widthPx: number,
    heightPx: number,
    channels: number,
    bits: number,
    toWidthPx: number,
    toHeightPx: number,
    matrix: number,
    isPerspective: number,
    border: number,
    scratch: number,
  ): void
}

let compiling: Promise<WasmModule | undefined> | undefined

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))

/**
 * The module, compiled once per thread: with relaxed SIMD, without where WebAssembly does not know that, undefined where it
 * has no SIMD at all. May be posted to other threads. All give the same results.
 */
export function compileSimd(): Promise<WasmModule | undefined> {
  compiling ??= webAssembly
    .compile(bytesOf(RELAXED_SIMD_MODULE))
    .catch(() => webAssembly.compile(bytesOf(SIMD_MODULE)))
    .catch(() => undefined)
  return compiling
}

/** An instance of the module on one OpenCV's memory. */
export async function instantiateSimd(module: WasmModule, memory: WasmMemory): Promise<SimdFunctions> {
  const { exports } = await webAssembly.instantiate(module, { env: { memory } })
  // compiled from our own sources: scripts/simd-module.ts and this interface are one contract, held by the kernels' tests
  return exports as unknown as SimdFunctions
}
