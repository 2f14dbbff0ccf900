/** Every operation, by name. Adding one touches three places: its file, its test, and the list here. */

import { hashToSeed } from '../../base/random.ts'
import { grayscale } from './color/grayscale.ts'
import { edges } from './edges/edges.ts'
import { crop } from './geometry/crop.ts'
import { noise } from './noise/noise.ts'
import type { Operation, OperationInfo, ParameterInfo } from './operation.ts'
import type { Parameter } from './parameter.ts'
import { gray } from './threshold/gray.ts'

export const operations: readonly Operation[] = [edges, crop, noise, gray, grayscale]

const byName: ReadonlyMap<string, Operation> = new Map(operations.map((operation) => [operation.name, operation]))

export const findOperation = (name: string): Operation | undefined => byName.get(name)

/** The operations for people and programs, in the order of the registry. */
export function listOperations(): OperationInfo[] {
  return operations.map(({ name, summary, suffix, accepts, gives, parameters, example, version }) => ({
    name,
    summary,
    suffix,
    accepts: accepts ?? 'any',
    gives: gives ?? 'same',
    parameters: Object.entries(parameters).map(([parameterName, parameter]) => toInfo(parameterName, parameter)),
    example,
    version,
  }))
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
