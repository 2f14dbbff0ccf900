/**
 * Pipeline text to pipeline. Operations are separated by `|`; values follow a `:`, separated by `,`, by position or by
 * name, positional ones first: `resize:800 | edges:10,high=30 | gray`. White space around the parts means nothing. A
 * value in quotes may hold all of these characters, and '' for a quote: `text:'Hello, world'`. An operation that answers
 * with data leaves no image for another: it can only be the last.
 */

import { closest, distance } from 'fastest-levenshtein'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_PIPELINE_BYTES, MAX_PIPELINE_STEPS } from '../../base/limits.ts'
import type { AnyOperation } from '../operations/operation.ts'
import { type AnyParameterValues, defaultsOf, type Parameter, type ParameterValue } from '../operations/parameter.ts'
import { allOperations } from '../operations/registry.ts'
import { expectation, parseValue } from './parse-value.ts'
import {
  type AnalysisStep,
  type AnyStep,
  createPipeline,
  type Pipeline,
  type PipelineStep,
  stepCount,
} from './pipeline.ts'
import { cutToken, findOpenQuote, position, quote, splitToken, type Token, unquote } from './token.ts'

/**
 * The pipeline that `text` describes, every parameter present and in its range, conversions to gray put in.
 * @param known the operations that it may name
 * @throws MurmurationError ERR_PIPELINE, whose sentence and `facts.character` (from 1) say where
 */
export function parsePipeline(text: string, known: readonly AnyOperation[] = allOperations): Pipeline {
  refuseTooLong(text)
  if (text.trim() === '') throw complaint('a pipeline is expected to name at least one operation, and is empty')
  const openQuote = findOpenQuote(text)
  if (openQuote !== undefined) {
    const token = { text: text.slice(openQuote), offset: openQuote }
    throw complaint(
      `a quote is expected to be closed (and a ' inside to be doubled), got one ${position(token)}`,
      token,
    )
  }
  const tokens = splitToken({ text, offset: 0 }, '|')
  const excess = tokens[MAX_PIPELINE_STEPS]
  if (excess !== undefined) {
    throw complaint(
      `a pipeline is expected to have at most ${MAX_PIPELINE_STEPS} operations, and has ${tokens.length}`,
      excess,
    )
  }
  const steps = tokens.map((token) => parseStep(token, known))
  const { images, analysis } = splitAnalysis(tokens, steps)
  const pipeline = createPipeline(images, analysis)
  refuseTooManyConversions(tokens, images, pipeline)
  // naming what was given by position can make it longer than what peers accept
  refuseTooLong(pipeline.text)
  return pipeline
}

/** The image operations, and the data operation at the end where there is one. */
function splitAnalysis(
  tokens: readonly Token[],
  steps: readonly AnyStep[],
): { images: PipelineStep[]; analysis: AnalysisStep | undefined } {
  const images: PipelineStep[] = []
  for (const [index, step] of steps.entries()) {
    if (isAnalysis(step)) {
      const next = tokens[index + 1]
      if (next === undefined) return { images, analysis: step }
      throw complaint(
        `operation "${step.operation.name}" answers with data and is expected to be the last, got ${quote(next.text)} after it ${position(next)}`,
        next,
      )
    }
    images.push(step)
  }
  return { images, analysis: undefined }
}

const isAnalysis = (step: AnyStep): step is AnalysisStep => step.operation.kind === 'data'

/** Points at the first operation that has no room left after the conversions before it. */
function refuseTooManyConversions(tokens: readonly Token[], steps: readonly PipelineStep[], pipeline: Pipeline): void {
  const count = stepCount(pipeline)
  if (count <= MAX_PIPELINE_STEPS) return
  const beyond = new Set(pipeline.steps.slice(MAX_PIPELINE_STEPS))
  const first = steps.findIndex((step) => beyond.has(step))
  throw complaint(
    `a pipeline is expected to have at most ${MAX_PIPELINE_STEPS} operations, and has ${count} with its conversions to gray`,
    tokens.at(first),
  )
}

function refuseTooLong(text: string): void {
  const sizeBytes = new TextEncoder().encode(text).length
  if (sizeBytes <= MAX_PIPELINE_BYTES) return
  throw complaint(`a pipeline is expected to have at most ${MAX_PIPELINE_BYTES} bytes, and has ${sizeBytes}`)
}

function parseStep(token: Token, known: readonly AnyOperation[]): AnyStep {
  const { before: name, after: values } = cutToken(token, ':')
  if (name.text === '') throw complaint(`an operation is expected ${position(name)}, and none came`, name)
  const operation = known.find((candidate) => candidate.name === name.text)
  if (operation === undefined) {
    const hint = suggestion(
      name.text,
      known.map((candidate) => candidate.name),
    )
    throw complaint(`operation ${quote(name.text)} is not known ${position(name)}${hint}`, name)
  }
  const all = { ...defaultsOf(operation.parameters), ...(values && parseValues(operation, values)) }
  const conflict = operation.conflict?.(all)
  if (conflict === undefined) return stepOf(operation, all)
  const place = values ?? name
  throw complaint(`operation "${operation.name}" expects ${conflict} ${position(place)}`, place)
}

const stepOf = (operation: AnyOperation, values: AnyParameterValues): AnyStep =>
  operation.kind === 'data' ? { operation, values } : { operation, values }

function parseValues(operation: AnyOperation, token: Token): Record<string, ParameterValue> {
  const values = new Map<string, ParameterValue>()
  let isNamed = false
  for (const [index, item] of splitToken(token, ',').entries()) {
    const { before, after } = cutToken(item, '=')
    if (after === undefined && isNamed) {
      throw complaint(
        `operation "${operation.name}" expects values without a name before those with one, got ${quote(item.text)} ${position(item)}`,
        item,
      )
    }
    isNamed = after !== undefined
    const [name, parameter] = isNamed ? namedParameter(operation, before) : positionalParameter(operation, index, item)
    if (values.has(name)) {
      throw complaint(`operation "${operation.name}" expects ${name} once, got it again ${position(item)}`, item)
    }
    const valueToken = after ?? item
    const bare = unquote(valueToken.text)
    if (bare === undefined) {
      throw complaint(
        `operation "${operation.name}" expects ${name} in quotes as a whole, got ${quote(valueToken.text)} ${position(valueToken)}`,
        valueToken,
      )
    }
    const value = parseValue(bare, parameter)
    if (value === undefined) {
      const got = valueToken.text === '' ? 'nothing' : shown(valueToken.text)
      throw complaint(
        `operation "${operation.name}" expects ${name} ${expectation(parameter)}, got ${got} ${position(valueToken)}`,
        valueToken,
      )
    }
    values.set(name, value)
  }
  return Object.fromEntries(values)
}

function namedParameter({ name, parameters }: AnyOperation, token: Token): readonly [string, Parameter] {
  const parameter = Object.hasOwn(parameters, token.text) ? parameters[token.text] : undefined
  if (parameter !== undefined) return [token.text, parameter]
  const hint = suggestion(token.text, Object.keys(parameters))
  throw complaint(`operation "${name}" has no parameter ${quote(token.text)} ${position(token)}${hint}`, token)
}

function positionalParameter(
  { name, parameters }: AnyOperation,
  index: number,
  token: Token,
): readonly [string, Parameter] {
  const entries = Object.entries(parameters)
  const entry = entries[index]
  if (entry !== undefined) return entry
  const names =
    entries.length === 0 ? 'no parameters' : `at most ${entries.length} (${Object.keys(parameters).join(', ')})`
  throw complaint(`operation "${name}" expects ${names}, got ${quote(token.text)} ${position(token)}`, token)
}

/** Numbers stand bare in a sentence, all else is quoted. */
const shown = (text: string): string => (/^[\d.+-]{1,24}$/.test(text) ? text : quote(text))

/** `; did you mean "edges"?` where a known name is near enough that it may have been meant. */
function suggestion(text: string, known: readonly string[]): string {
  if (known.length === 0 || text.length > MAX_SUGGESTED_LENGTH) return ''
  const nearest = closest(text, known)
  return distance(text, nearest) <= Math.max(2, Math.floor(nearest.length / 3)) ? `; did you mean "${nearest}"?` : ''
}

/** No operation has a name half this long; comparing costs the product of both lengths. */
const MAX_SUGGESTED_LENGTH = 64

function complaint(sentence: string, token?: Token): MurmurationError {
  return new MurmurationError('ERR_PIPELINE', sentence, {
    facts: token === undefined ? {} : { character: token.offset + 1 },
  })
}
