/** A pipeline after parsing: operations in order with every parameter's value, and its canonical text. */

import type { Operation } from '../operations/operation.ts'
import type { AnyParameterValues } from '../operations/parameter.ts'

export interface PipelineStep {
  readonly operation: Operation
  /** Every parameter of the operation, within its range. */
  readonly values: AnyParameterValues
}

export interface Pipeline {
  readonly steps: readonly PipelineStep[]
  /** Canonical: named parameters where they differ from the default, in table order. Parsing it gives this pipeline. */
  readonly text: string
  /** A single operation's own suffix; empty for several. */
  readonly suffix: string
}

/** The canonical text of a step: `edges`, or `edges:low=20,high=60`. */
export function stepText({ operation, values }: PipelineStep): string {
  const changed = Object.entries(operation.parameters)
    .filter(([name, parameter]) => values[name] !== parameter.default)
    .map(([name]) => `${name}=${values[name]}`)
  return changed.length === 0 ? operation.name : `${operation.name}:${changed.join(',')}`
}

export function createPipeline(steps: readonly PipelineStep[]): Pipeline {
  const [first] = steps
  return {
    steps,
    text: steps.map(stepText).join(' | '),
    suffix: steps.length === 1 && first !== undefined ? first.operation.suffix : '',
  }
}
