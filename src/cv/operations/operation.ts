/**
 * What an operation is. Each lives in one file below this folder, in one table, and is listed in registry.ts; nothing else
 * has to know about it. An image operation gives an image; a data operation looks at one and answers with JSON, and so can
 * only be the last of its pipeline.
 *
 * Operations see colour only: a Mat of one channel (gray) or three (rgb, in this order), 8 bit. run-pipeline.ts takes
 * alpha off before the first step and puts it back after the last, so that no operation can damage it. Filters therefore see
 * the colours of transparent pixels too; only geometry, which mixes pixels of different alpha into one, weighs them.
 */

import type { JsonValue } from '../canonical-json.ts'
import type { OpenCv } from '../opencv.ts'
import type { Mat, Scope } from '../scope.ts'
import type { TwoPass } from '../tiles/two-pass.ts'
import type { AnyParameterValues, Parameter, ParameterTable, ParameterValue, ParameterValues } from './parameter.ts'

export interface OperationContext {
  readonly openCv: OpenCv
  /** Owns every Mat that the operation makes, the result included. */
  readonly scope: Scope
  /** Of this step of this task, 64 bit. */
  readonly seed: bigint
  /** Where the image lies when it is a tile of a larger one; undefined when it is the whole. */
  readonly place?: Place | undefined
}

export interface Place {
  /** Of the top left pixel in the whole image. */
  readonly x: number
  readonly y: number
  readonly fullWidthPx: number
  readonly fullHeightPx: number
}

/** The position of the top left pixel in the whole image: what random numbers are drawn by. */
export const originOf = ({ place }: OperationContext): Pick<Place, 'x' | 'y'> => place ?? { x: 0, y: 0 }

/** Where an image lies, also when it is the whole: what operations go by whose pixels depend on their place in the image. */
export const placeOf = ({ cols, rows }: Mat, { place }: OperationContext): Place =>
  place ?? { x: 0, y: 0, fullWidthPx: cols, fullHeightPx: rows }

/** How far (px) an output pixel looks around its own position in the input; `whole image` where there is no bound. */
export type Reach = number | 'whole image'

/** A reach that depends on the parameters, or does not. Taken from a method, whose parameter types TypeScript lets vary. */
type ReachOf<Values> = Reach | { of(values: Values): Reach }['of']

interface OperationFacts {
  readonly name: string
  /** One sentence for people. */
  readonly summary: string
  /** `gray`: it gets one channel only; the pipeline puts `grayscale` before it where it may not. Default: both. */
  readonly accepts?: 'gray'
  /** A pipeline text that shows it. */
  readonly example: string
  /** Raised with any change of its pixels or its data: peers with different versions do not share a job. */
  readonly version: number
}

interface ImageOperationFacts extends OperationFacts {
  /** Appended to the output's name, with its own underscore; empty for none. */
  readonly suffix: string
  /** What comes out: one channel, three, or (the default) as many as came in. */
  readonly gives?: 'gray' | 'rgb' | 'same'
}

/** One operation with the types of its own parameters; `defineOperation` checks it and forgets them. */
export interface OperationDefinition<Table extends ParameterTable> extends ImageOperationFacts {
  readonly parameters: Table
  /** `whole image` for all that moves pixels: an output pixel then has no position of its own in the input. */
  readonly reach: ReachOf<ParameterValues<Table>>
  /** Where its reach is `whole image`: how it is done in tiles with the same pixels, if it can be. */
  readonly twoPass?: TwoPass<ParameterValues<Table>>
  /**
   * What values that are each in their range still break together, as the end of `operation "levels" expects …`; the
   * parser refuses them with it. Defaults must not conflict.
   */
  conflict?(values: ParameterValues<Table>): string | undefined
  /** Gives the result, which may be `image` itself when nothing changed; `image` is never written to. */
  apply(image: Mat, values: ParameterValues<Table>, context: OperationContext): Mat
  /**
   * For operations that move or cut pixels: the same for the alpha plane (one channel). Without it the alpha plane stays
   * as it is, and `apply` must keep the image's size. Outside of the image it puts 0.
   */
  applyToAlpha?(alpha: Mat, values: ParameterValues<Table>, context: OperationContext): Mat
  /**
   * Besides `applyToAlpha`: whether pixels of the result are means of several. Colours then count by their alpha
   * (weigh-colours.ts), for which `applyToAlpha` gets planes of 16 bits too; `apply` gives a Mat of its own, or `image`.
   */
  mixesPixels?(values: ParameterValues<Table>): boolean
}

export interface Operation extends ImageOperationFacts {
  readonly kind: 'image'
  readonly parameters: ParameterTable
  readonly reach: ReachOf<AnyParameterValues>
  readonly twoPass?: TwoPass
  conflict?(values: AnyParameterValues): string | undefined
  /** The values must have passed the pipeline parser. */
  apply(image: Mat, values: AnyParameterValues, context: OperationContext): Mat
  applyToAlpha?(alpha: Mat, values: AnyParameterValues, context: OperationContext): Mat
  mixesPixels?(values: AnyParameterValues): boolean
}

/** Types an operation's table against its `apply`. */
export function defineOperation<const Table extends ParameterTable>(definition: OperationDefinition<Table>): Operation {
  return { kind: 'image', ...definition }
}

/** A data operation with the types of its own parameters; `defineDataOperation` checks it and forgets them. */
export interface DataOperationDefinition<Table extends ParameterTable> extends OperationFacts {
  readonly parameters: Table
  /** As of an image operation. */
  conflict?(values: ParameterValues<Table>): string | undefined
  /**
   * What it found. Every list that grows with the image is bounded. Numbers are exact counts, or come from OpenCV or plain
   * arithmetic (no `Math.log` and its like, whose last digit differs between engines), so that equal peers give equal bytes.
   */
  analyze(image: Mat, values: ParameterValues<Table>, context: OperationContext): JsonValue
}

export interface DataOperation extends OperationFacts {
  readonly kind: 'data'
  readonly parameters: ParameterTable
  conflict?(values: AnyParameterValues): string | undefined
  /** The values must have passed the pipeline parser; `image` is never written to. */
  analyze(image: Mat, values: AnyParameterValues, context: OperationContext): JsonValue
}

/** Types a data operation's table against its `analyze`. */
export function defineDataOperation<const Table extends ParameterTable>(
  definition: DataOperationDefinition<Table>,
): DataOperation {
  return { kind: 'data', ...definition }
}

export type AnyOperation = Operation | DataOperation

export interface ParameterInfo {
  readonly name: string
  readonly type: Parameter['type']
  readonly default: ParameterValue
  readonly min: number | undefined
  readonly max: number | undefined
  /** Only odd values are allowed. */
  readonly isOdd: boolean
  readonly choices: readonly string[] | undefined
  /** Of a text, in characters. */
  readonly maxLength: number | undefined
  readonly unit: string
  readonly summary: string
}

/** An operation for people and programs: what `peer ops --json` prints. */
export interface OperationInfo {
  readonly name: string
  /** What it answers with: an image, or data, which only the last operation of a pipeline can. */
  readonly kind: 'image' | 'data'
  /** The folder below src/cv/operations that it lives in. */
  readonly group: string
  readonly summary: string
  readonly suffix: string
  /** What it needs and what it gives: `any` is gray or rgb, `same` is what came in. */
  readonly accepts: 'gray' | 'any'
  readonly gives: 'gray' | 'rgb' | 'same' | 'data'
  /** With the default parameters. */
  readonly reach: Reach
  /** False where the reach follows the parameters. */
  readonly isReachFixed: boolean
  readonly parameters: readonly ParameterInfo[]
  readonly example: string
  readonly version: number
}
