import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { MAX_PIPELINE_BYTES, MAX_PIPELINE_STEPS } from '../../../src/base/limits.ts'
import type { Operation } from '../../../src/cv/operations/operation.ts'
import type { AnyParameterValues, Parameter, ParameterValue } from '../../../src/cv/operations/parameter.ts'
import { operations } from '../../../src/cv/operations/registry.ts'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import { expectation, parseValue } from '../../../src/cv/pipeline/parse-value.ts'
import { createPipeline, type PipelineStep } from '../../../src/cv/pipeline/pipeline.ts'

function anyValueOf(parameter: Parameter): fc.Arbitrary<ParameterValue> {
  switch (parameter.type) {
    case 'boolean':
      return fc.boolean()
    case 'choice':
      return fc.constantFrom(...parameter.choices)
    case 'number':
      return fc.double({ min: parameter.min, max: parameter.max, noNaN: true }).map((value) => value + 0)
    case 'integer': {
      const whole = fc.integer({ min: parameter.min, max: parameter.max })
      return parameter.isOdd ? whole.filter((value) => value % 2 !== 0) : whole
    }
  }
}

function stepOf(operation: Operation): fc.Arbitrary<PipelineStep> {
  const values: fc.Arbitrary<AnyParameterValues> = fc.record(
    Object.fromEntries(Object.entries(operation.parameters).map(([name, parameter]) => [name, anyValueOf(parameter)])),
  )
  return values.map((chosen) => ({ operation, values: chosen }))
}

const anyStep = fc.constantFrom(...operations).chain(stepOf)

describe('parsePipeline', () => {
  it('gives back every pipeline from its canonical text', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: MAX_PIPELINE_STEPS }), (steps) => {
        const pipeline = createPipeline(steps)
        fc.pre(pipeline.text.length <= MAX_PIPELINE_BYTES)
        const parsed = parsePipeline(pipeline.text)
        expect(parsed.text).toBe(pipeline.text)
        expect(parsed.steps.map(({ operation, values }) => [operation.name, values])).toEqual(
          steps.map(({ operation, values }) => [operation.name, values]),
        )
      }),
    )
  })

  it('throws nothing but ERR_PIPELINE for any text', () => {
    const words = fc.constantFrom(
      ...operations.map(({ name }) => name),
      ':',
      '|',
      ',',
      '=',
      'low',
      '5',
      '-1',
      ' ',
      '1e9',
    )
    const almost = fc.array(words, { maxLength: 20 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), almost), (text) => {
        try {
          const { text: canonical } = parsePipeline(text)
          expect(parsePipeline(canonical).text).toBe(canonical)
        } catch (error) {
          if (!(error instanceof MurmurationError)) throw error
          expect(error.code).toBe('ERR_PIPELINE')
          const { character } = error.facts
          if (character !== undefined) {
            expect(character).toBeGreaterThanOrEqual(1)
            expect(character).toBeLessThanOrEqual(text.length + 1)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  it('takes values by position, by name, and both', () => {
    for (const text of ['edges:20,60', 'edges:20,high=60', 'edges:high=60,low=20', ' edges : low = 20 , high = 60 ']) {
      expect(parsePipeline(text).text).toBe('edges:low=20,high=60')
    }
  })

  it('leaves defaults out of the canonical text', () => {
    expect(parsePipeline('edges:10,30,5').text).toBe('edges')
    expect(parsePipeline('noise:25.0,salt=5e0|gray').text).toBe('noise | gray')
  })

  it('has the suffix of a single operation, and none for several', () => {
    const suffixes = operations.map(({ name }) => [name, parsePipeline(name).suffix])
    expect(Object.fromEntries(suffixes)).toMatchObject({
      edges: '',
      crop: '_cropped',
      noise: '_noisy',
      gray: '_gray',
      grayscale: '',
    })
    expect(parsePipeline('crop | noise').suffix).toBe('')
  })

  it.each([
    ['edgse', 'operation "edgse" is not known at character 1; did you mean "edges"?'],
    ['Edges', 'operation "Edges" is not known at character 1; did you mean "edges"?'],
    ['gray | xyzxyz', 'operation "xyzxyz" is not known at character 8'],
    ['constructor', 'operation "constructor" is not known at character 1'],
    ['', 'a pipeline is expected to name at least one operation, and is empty'],
    ['gray |', 'an operation is expected at character 7, and none came'],
    ['| gray', 'an operation is expected at character 1, and none came'],
    ['edges:lwo=3', 'operation "edges" has no parameter "lwo" at character 7; did you mean "low"?'],
    ['edges:__proto__=1', 'operation "edges" has no parameter "__proto__" at character 7'],
    ['edges:300000', 'operation "edges" expects low between 0 and 200000, got 300000 at character 7'],
    ['edges:low=', 'operation "edges" expects low between 0 and 200000, got nothing at character 11'],
    ['edges:low=high', 'operation "edges" expects low between 0 and 200000, got "high" at character 11'],
    [
      'edges:aperture=4',
      'operation "edges" expects aperture to be an odd whole number between 3 and 7 px, got 4 at character 16',
    ],
    [
      'noise:layers=1.5',
      'operation "noise" expects layers to be a whole number between 1 and 10, got 1.5 at character 14',
    ],
    ['noise:0x10', 'operation "noise" expects sigma between 0 and 255 levels, got "0x10" at character 7'],
    ['noise:NaN', 'operation "noise" expects sigma between 0 and 255 levels, got "NaN" at character 7'],
    ['noise:Infinity', 'operation "noise" expects sigma between 0 and 255 levels, got "Infinity" at character 7'],
    ['edges:low=1,low=2', 'operation "edges" expects low once, got it again at character 13'],
    ['edges:1,low=2', 'operation "edges" expects low once, got it again at character 9'],
    ['edges:low=1,2', 'operation "edges" expects values without a name before those with one, got "2" at character 13'],
    ['edges:1,2,3,5,7', 'operation "edges" expects at most 4 (low, high, aperture, blur), got "7" at character 15'],
    ['grayscale:1', 'operation "grayscale" expects no parameters, got "1" at character 11'],
  ])('says of %j what was expected, what came and where', (text, sentence) => {
    expect(() => parsePipeline(text)).toThrow(expect.objectContaining({ code: 'ERR_PIPELINE', message: sentence }))
  })

  it('shows neither long nor unprintable text as it came', () => {
    const long = 'x'.repeat(1_000)
    expect(() => parsePipeline(long)).toThrow(`operation "${'x'.repeat(40)}…" is not known at character 1`)
    expect(() => parsePipeline('\u001b[2J')).toThrow('operation "\\u001b[2J" is not known at character 1')
  })

  it('bounds steps and bytes', () => {
    const many = Array.from({ length: MAX_PIPELINE_STEPS + 1 }, () => 'gray').join('|')
    expect(() => parsePipeline(many)).toThrow('a pipeline is expected to have at most 32 operations, and has 33')
    expect(() => parsePipeline(`gray${' '.repeat(MAX_PIPELINE_BYTES)}`)).toThrow('at most 4096 bytes, and has 4100')
  })
})

describe('parseValue', () => {
  const mode: Parameter = { type: 'choice', default: 'soft', choices: ['soft', 'hard'], summary: 'How.' }
  const isInverted: Parameter = { type: 'boolean', default: false, summary: 'Whether.' }

  it('takes choices and booleans by their exact words', () => {
    expect(['soft', 'hard', 'Hard', ''].map((text) => parseValue(text, mode))).toEqual([
      'soft',
      'hard',
      undefined,
      undefined,
    ])
    expect(['true', 'false', '1', 'yes'].map((text) => parseValue(text, isInverted))).toEqual([
      true,
      false,
      undefined,
      undefined,
    ])
    expect([expectation(mode), expectation(isInverted)]).toEqual(['to be one of soft, hard', 'to be true or false'])
  })
})
