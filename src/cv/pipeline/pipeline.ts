/**
 * A pipeline after parsing: operations in order with every parameter's value, and its canonical text.
 *
 * Steps that need one channel get `grayscale` before them unless gray is certain to arrive, so the conversion stands in
 * the text and its cost and loss are seen. A gray input goes through it as it is.
 */

import { grayscale } from '../operations/color/grayscale.ts'
import type { DataOperation, Operation, Reach } from '../operations/operation.ts'
import type { AnyParameterValues, Parameter, ParameterValue } from '../operations/parameter.ts'
import type { TwoPass } from '../tiles/two-pass.ts'

export interface PipelineStep {
  readonly operation: Operation
  /** Every parameter of the operation, within its range. */
  readonly values: AnyParameterValues
}

/** The last step of a pipeline that answers with data. */
export interface AnalysisStep {
  readonly operation: DataOperation
  readonly values: AnyParameterValues
}

export type AnyStep = PipelineStep | AnalysisStep

interface PipelineFacts {
  /** The image operations, with the conversions that were put in. Empty only where an analysis follows at once. */
  readonly steps: readonly PipelineStep[]
  /** Canonical: named parameters where they differ from the default, in table order. Parsing it gives this pipeline. */
  readonly text: string
  /** A single operation's own suffix (a conversion before it does not count); empty for several. */
  readonly suffix: string
}

/** Gives an image. */
export interface ImagePipeline extends PipelineFacts {
  readonly kind: 'image'
}

/** Gives data: what `analysis` finds in the image after `steps`. */
export interface DataPipeline extends PipelineFacts {
  readonly kind: 'data'
  readonly analysis: AnalysisStep
}

export type Pipeline = ImagePipeline | DataPipeline

/** The model that the pipeline runs: its SHA-256, empty where the file has still to be given. Undefined where it runs none. */
export function modelOf(pipeline: Pipeline): string | undefined {
  if (pipeline.kind === 'image') return undefined
  const name = modelParameter(pipeline)
  return name === undefined ? undefined : String(pipeline.analysis.values[name])
}

/** The same pipeline with this model, whose SHA-256 then stands in its text. It must be one that runs a model. */
export function withModel(pipeline: Pipeline, digest: string): Pipeline {
  const name = pipeline.kind === 'data' ? modelParameter(pipeline) : undefined
  if (pipeline.kind === 'image' || name === undefined) return pipeline
  const { steps, analysis } = pipeline
  // its conversions are in the steps already
  return createPipeline(steps, { ...analysis, values: { ...analysis.values, [name]: digest } })
}

const modelParameter = ({ analysis }: DataPipeline): string | undefined =>
  Object.entries(analysis.operation.parameters).find(([, { type }]) => type === 'model')?.[0]

/** How many operations there are in all. */
export const stepCount = (pipeline: Pipeline): number => pipeline.steps.length + (pipeline.kind === 'data' ? 1 : 0)

/** The canonical text of a step: `edges`, or `edges:low=20,high=60`. */
export function stepText({ operation, values }: AnyStep): string {
  const changed = Object.entries(operation.parameters)
    .filter(([name, parameter]) => values[name] !== parameter.default)
    .map(([name, parameter]) => `${name}=${valueText(values[name] ?? parameter.default, parameter)}`)
  return changed.length === 0 ? operation.name : `${operation.name}:${changed.join(',')}`
}

/** Texts are quoted with ' where the grammar would take them apart; a ' in them is doubled. */
function valueText(value: ParameterValue, { type }: Parameter): string {
  const text = String(value)
  const isPlain = type !== 'text' || (text !== '' && text === text.trim() && !/[|,:='"]/.test(text))
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`
}

/** How far (px) an output pixel of this step looks around its own position in the step's input. */
export function reachOf({ operation: { reach }, values }: PipelineStep): Reach {
  return typeof reach === 'function' ? reach(values) : reach
}

/** How the step is done in tiles where it takes two passes; undefined where one is enough, or none would do. */
export const twoPassOf = (step: PipelineStep): TwoPass | undefined =>
  reachOf(step) === 'whole image' ? step.operation.twoPass : undefined

export function createPipeline(steps: readonly PipelineStep[]): ImagePipeline
export function createPipeline(steps: readonly PipelineStep[], analysis: AnalysisStep | undefined): Pipeline
export function createPipeline(steps: readonly PipelineStep[], analysis?: AnalysisStep): Pipeline {
  const { planned, isGray } = insertConversions(steps)
  if (analysis !== undefined) {
    if (analysis.operation.accepts === 'gray' && !isGray) planned.push(CONVERSION)
    return { kind: 'data', steps: planned, analysis, text: textOf([...planned, analysis]), suffix: '' }
  }
  const chosen = planned.filter((step, index) => !isConversion(step, planned[index + 1]))
  const [first] = chosen
  const suffix = chosen.length === 1 && first !== undefined ? first.operation.suffix : ''
  return { kind: 'image', steps: planned, text: textOf(planned), suffix }
}

const textOf = (steps: readonly AnyStep[]): string => steps.map(stepText).join(' | ')

const CONVERSION: PipelineStep = { operation: grayscale, values: {} }

/** The steps with their conversions, and whether gray is certain to come out. */
function insertConversions(steps: readonly PipelineStep[]): { planned: PipelineStep[]; isGray: boolean } {
  const planned: PipelineStep[] = []
  let isGray = false
  for (const step of steps) {
    const { accepts, gives = 'same' } = step.operation
    if (accepts === 'gray' && !isGray) {
      planned.push(CONVERSION)
      isGray = true
    }
    planned.push(step)
    if (gives !== 'same') isGray = gives === 'gray'
  }
  return { planned, isGray }
}

const isConversion = (step: PipelineStep, next: PipelineStep | undefined): boolean =>
  step.operation === grayscale && next?.operation.accepts === 'gray'
