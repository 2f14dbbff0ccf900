/**
 * Pipeline text to pipeline. Operations are separated by `|`; values follow a `:`, separated by `,`, by position or by
 * name, positional ones first: `resize:800 | edges:10,high=30 | gray`. White space around the parts means nothing. A
 * value in quotes may hold all of these characters, and '' for a quote: `text:'Hello, world'`.
 */

import { closest, distance } from 'fastest-levenshtein'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_PIPELINE_BYTES, MAX_PIPELINE_STEPS } from '../../base/limits.ts'
import type { Operation } from '../operations/operation.ts'
import { defaultsOf, type Parameter, type ParameterValue } from '../operations/parameter.ts'
import { operations } from '../operations/registry.ts'
import { expectation, parseValue } from './parse-value.ts'
import { createPipeline, type Pipeline, type PipelineStep } from './pipeline.ts'
import { cutToken, findOpenQuote, position, quote, splitToken, type Token, unquote } from './token.ts'

/**
 * The pipeline that `text` describes, every parameter present and in its range, conversions to gray put in.
 * @param known the operations that it may name
 * @throws MurmurationError ERR_PIPELINE, whose sentence and `facts.character` (from 1) say where
 */
export function parsePipeline(text: string, known: readonly Operation[] = operations): Pipeline {
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
  const pipeline = createPipeline(steps)
  refuseTooManyConversions(tokens, steps, pipeline)
  // naming what was given by position can make it longer than what peers accept
  refuseTooLong(pipeline.text)
  return pipeline
}

/** Points at the first operation that has no room left after the conversions before it. */
function refuseTooManyConversions(tokens: readonly Token[], steps: readonly PipelineStep[], pipeline: Pipeline): void {
  if (pipeline.steps.length <= MAX_PIPELINE_STEPS) return
  const beyond = new Set(pipeline.steps.slice(MAX_PIPELINE_STEPS))
  throw complaint(
    `a pipeline is expected to have at most ${MAX_PIPELINE_STEPS} operations, and has ${pipeline.steps.length} with its conversions to gray`,
    tokens[steps.findIndex((step) => beyond.has(step))],
  )
}

function refuseTooLong(text: string): void {
  const sizeBytes = new TextEncoder().encode(text).length
  if (sizeBytes <= MAX_PIPELINE_BYTES) return
  throw complaint(`a pipeline is expected to have at most ${MAX_PIPELINE_BYTES} bytes, and has ${sizeBytes}`)
}

function parseStep(token: Token, known: readonly Operation[]): PipelineStep {
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
  const step = {
    operation,
    values: { ...defaultsOf(operation.parameters), ...(values && parseValues(operation, values)) },
  }
  const conflict = operation.conflict?.(step.values)
  if (conflict === undefined) return step
  const place = values ?? name
  throw complaint(`operation "${operation.name}" expects ${conflict} ${position(place)}`, place)
}

function parseValues(operation: Operation, token: Token): Record<string, ParameterValue> {
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

function namedParameter({ name, parameters }: Operation, token: Token): readonly [string, Parameter] {
  const parameter = Object.hasOwn(parameters, token.text) ? parameters[token.text] : undefined
  if (parameter !== undefined) return [token.text, parameter]
  const hint = suggestion(token.text, Object.keys(parameters))
  throw complaint(`operation "${name}" has no parameter ${quote(token.text)} ${position(token)}${hint}`, token)
}

function positionalParameter(
  { name, parameters }: Operation,
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
