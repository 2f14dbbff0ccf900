/**
 * Every value that a parameter's table allows must work: the least, the largest and every choice, one parameter at a time
 * and all of them at their ends together, and mixtures of any values, on small images too. Nothing here has to change when an operation is added.
 */

import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { createRandom, type Random, randomIndex } from '../../../src/base/random.ts'
import type { Operation } from '../../../src/cv/operations/operation.ts'
import type { Parameter, ParameterValue } from '../../../src/cv/operations/parameter.ts'
import { operations } from '../../../src/cv/operations/registry.ts'
import { createPipeline } from '../../../src/cv/pipeline/pipeline.ts'
import { runPipeline } from '../../../src/cv/run-pipeline.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'
import { gradient } from '../../support/sample-images.ts'

type Values = Record<string, ParameterValue>

/** The ends of a parameter's range, or all that it can be. */
function endsOf(parameter: Parameter): ParameterValue[] {
  switch (parameter.type) {
    case 'integer':
    case 'number':
      return [parameter.min, parameter.max]
    case 'choice':
      return [...parameter.choices]
    case 'boolean':
      return [false, true]
    case 'text':
      return ['', 'W'.repeat(parameter.maxLength)]
    case 'model':
      return ['']
    case 'color':
      return ['#000000', '#ffffff', '#12ab9f']
  }
}

/** Any value of a parameter; small numbers are the likely ones, whatever the range. */
function anyOf(parameter: Parameter, random: Random): ParameterValue {
  if (parameter.type !== 'integer' && parameter.type !== 'number') {
    const all = endsOf(parameter)
    return all[randomIndex(random, all.length)] ?? parameter.default
  }
  const value = parameter.min + (parameter.max - parameter.min) * random.next() ** 4
  if (parameter.type === 'number') return value
  const whole = Math.floor(value)
  return parameter.isOdd === true && whole % 2 === 0 ? whole + 1 : whole
}

function valuesOf({ parameters, conflict }: Operation): Values[] {
  const entries = Object.entries(parameters)
  const defaults = Object.fromEntries(entries.map(([name, parameter]) => [name, parameter.default]))
  const single = entries.flatMap(([name, parameter]) =>
    endsOf(parameter).map((value) => ({ ...defaults, [name]: value })),
  )
  const together = [0, -1].map((index) =>
    Object.fromEntries(entries.map(([name, parameter]) => [name, endsOf(parameter).at(index) ?? parameter.default])),
  )
  const random = createRandom('mixtures')
  const mixtures = Array.from({ length: MIXTURES }, () =>
    Object.fromEntries(entries.map(([name, parameter]) => [name, anyOf(parameter, random)])),
  )
  return [...single, ...together, ...mixtures].filter((values) => conflict?.(values) === undefined)
}

/** How many times every parameter gets some value at once. */
const MIXTURES = 8

describe('every value of', () => {
  it.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s works',
    async (name, operation) => {
      for (const values of valuesOf(operation)) {
        const pipeline = createPipeline([{ operation, values }])
        for (const [widthPx, heightPx, channels] of [
          [37, 29, 1],
          [29, 37, 3],
          [1, 1, 3],
          [2, 40, 4],
        ] as const) {
          const openCv = await testOpenCv()
          try {
            const result = runPipeline(openCv, gradient(widthPx, heightPx, channels), pipeline, 3n)
            expect(result.data.length).toBe(result.widthPx * result.heightPx * result.channels)
          } catch (error) {
            // an operation may refuse an image by a sentence of its own; what OpenCV throws ends the instance
            const isRefused = error instanceof MurmurationError && error.code === 'ERR_OPERATION' && !openCv.isSpent
            if (!isRefused) throw new Error(`${name} ${JSON.stringify(values)} on ${widthPx} x ${heightPx}: ${error}`)
          }
        }
      }
    },
    60_000,
  )
})
