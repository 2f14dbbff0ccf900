/**
 * What an image operation is. Each lives in one file below this folder, in one table, and is listed in registry.ts;
 * nothing else has to know about it.
 *
 * Operations see colour only: a Mat of one channel (gray) or three (rgb, in this order), 8 bit. run-pipeline.ts takes
 * alpha off before the first step and puts it back after the last, so that no operation can damage it.
 */

import type { OpenCv } from '../opencv.ts'
import type { Mat, Scope } from '../scope.ts'
import type { AnyParameterValues, ParameterTable, ParameterValue, ParameterValues } from './parameter.ts'

export interface OperationContext {
  readonly openCv: OpenCv
  /** Owns every Mat that the operation makes, the result included. */
  readonly scope: Scope
  /** Of this step of this task, 64 bit. */
  readonly seed: bigint
}

interface OperationFacts {
  readonly name: string
  /** One sentence for people. */
  readonly summary: string
  /** Appended to the output's name, with its own underscore; empty for none. */
  readonly suffix: string
  /** A pipeline text that shows it. */
  readonly example: string
  /** Raised with any change of its pixels: peers with different versions do not share a job. */
  readonly version: number
}

/** One operation with the types of its own parameters; `defineOperation` checks it and forgets them. */
export interface OperationDefinition<Table extends ParameterTable> extends OperationFacts {
  readonly parameters: Table
  /** Gives the result, which may be `image` itself when nothing changed; `image` is never written to. */
  apply(image: Mat, values: ParameterValues<Table>, context: OperationContext): Mat
  /**
   * For operations that move or cut pixels: the same for the alpha plane (one channel). Without it the alpha plane stays
   * as it is, and `apply` must keep the image's size.
   */
  applyToAlpha?(alpha: Mat, values: ParameterValues<Table>, context: OperationContext): Mat
}

export interface Operation extends OperationFacts {
  readonly parameters: ParameterTable
  /** The values must have passed the pipeline parser. */
  apply(image: Mat, values: AnyParameterValues, context: OperationContext): Mat
  applyToAlpha?(alpha: Mat, values: AnyParameterValues, context: OperationContext): Mat
}

/** Types an operation's table against its `apply`. */
export function defineOperation<const Table extends ParameterTable>(definition: OperationDefinition<Table>): Operation {
  return definition
}

export interface ParameterInfo {
  readonly name: string
  readonly type: 'integer' | 'number' | 'choice' | 'boolean'
  readonly default: ParameterValue
  readonly min: number | undefined
  readonly max: number | undefined
  /** Only odd values are allowed. */
  readonly isOdd: boolean
  readonly choices: readonly string[] | undefined
  readonly unit: string
  readonly summary: string
}

/** An operation for people and programs: what `peer ops --json` prints. */
export interface OperationInfo {
  readonly name: string
  readonly summary: string
  readonly suffix: string
  readonly parameters: readonly ParameterInfo[]
  readonly example: string
  readonly version: number
}
