import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { MAX_PIPELINE_BYTES, MAX_PIPELINE_STEPS } from '../../../src/base/limits.ts'
import { defineOperation, type Operation } from '../../../src/cv/operations/operation.ts'
import type { AnyParameterValues, Parameter, ParameterValue } from '../../../src/cv/operations/parameter.ts'
import { findOperation, operations } from '../../../src/cv/operations/registry.ts'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import { expectation, parseValue } from '../../../src/cv/pipeline/parse-value.ts'
import { createPipeline, type PipelineStep, reachOf } from '../../../src/cv/pipeline/pipeline.ts'

function anyValueOf(parameter: Parameter): fc.Arbitrary<ParameterValue> {
  switch (parameter.type) {
    case 'boolean':
      return fc.boolean()
    case 'choice':
      return fc.constantFrom(...parameter.choices)
    case 'color':
      return fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
    case 'text':
      return anyText(parameter.maxLength)
    case 'model':
      return fc.oneof(fc.constant(''), fc.stringMatching(/^[0-9a-f]{64}$/))
    case 'number':
      return fc.double({ min: parameter.min, max: parameter.max, noNaN: true }).map((value) => value + 0)
    case 'integer': {
      const whole = fc.integer({ min: parameter.min, max: parameter.max })
      return parameter.isOdd ? whole.filter((value) => value % 2 !== 0) : whole
    }
  }
}

/** Texts that a parameter takes, rich in what the grammar means something by. */
function anyText(maxLength: number): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.constantFrom("'", "''", '"', '|', ',', '=', ':', ' ', '#', '\\', 'ä', '🐦', 'low', '5'),
    fc.string({ unit: 'grapheme', maxLength: 5 }),
  )
  const parameter: Parameter = { type: 'text', default: '', maxLength, summary: 'Any.' }
  return fc
    .array(unit, { maxLength: 12 })
    .map((parts) => [...parts.join('')].slice(0, maxLength).join(''))
    .filter((text) => parseValue(text, parameter) !== undefined)
}

/** Numbers all over their range: most doubles are next to zero, where four of them are hardly ever the corners of anything. */
const spreadValueOf = (parameter: Parameter): fc.Arbitrary<ParameterValue> =>
  parameter.type === 'number'
    ? fc.integer({ min: 0, max: 1000 }).map((step) => parameter.min + ((parameter.max - parameter.min) * step) / 1000)
    : anyValueOf(parameter)

function stepOf(operation: Operation): fc.Arbitrary<PipelineStep> {
  const valuesBy = (valueIn: typeof anyValueOf): fc.Arbitrary<AnyParameterValues> =>
    fc.record(
      Object.fromEntries(Object.entries(operation.parameters).map(([name, parameter]) => [name, valueIn(parameter)])),
    )
  return fc
    .oneof(valuesBy(anyValueOf), valuesBy(spreadValueOf))
    .filter((chosen) => operation.conflict?.(chosen) === undefined)
    .map((chosen) => ({ operation, values: chosen }))
}

const grayOnly = defineOperation({
  name: 'gray-only',
  summary: 'Takes one channel.',
  suffix: '',
  accepts: 'gray',
  gives: 'same',
  reach: ({ size }) => (size - 1) / 2,
  parameters: { size: { type: 'integer', default: 1, min: 1, max: 99, isOdd: true, unit: 'px', summary: 'Side.' } },
  example: 'gray-only',
  version: 1,
  apply: (image) => image,
})

const captioned = defineOperation({
  name: 'captioned',
  summary: 'Takes a text and a color.',
  suffix: '',
  reach: 0,
  parameters: {
    caption: { type: 'text', default: 'none', maxLength: 20, summary: 'What.' },
    ink: { type: 'color', default: '#ff0000', summary: 'Which.' },
  },
  example: 'captioned',
  version: 1,
  apply: (image) => image,
})

const ordered = defineOperation({
  name: 'ordered',
  summary: 'Takes two numbers in their order.',
  suffix: '',
  reach: 0,
  parameters: {
    low: { type: 'integer', default: 0, min: 0, max: 9, unit: '', summary: 'Least.' },
    high: { type: 'integer', default: 5, min: 0, max: 9, unit: '', summary: 'Most.' },
  },
  conflict: ({ low, high }) => (low > high ? `low to be at most high, got ${low} and ${high}` : undefined),
  example: 'ordered',
  version: 1,
  apply: (image) => image,
})

const known = [...operations, grayOnly, captioned, ordered]
// made once: an arbitrary of texts takes milliseconds to make, and chain() would make them anew for each step
const anyStep = fc.oneof(...known.map(stepOf))

describe('an operation that answers with data', () => {
  it('ends a pipeline, with the conversion that it needs before it', () => {
    const pipeline = parsePipeline('resize:800|sharpness')
    expect(pipeline).toMatchObject({ kind: 'data', suffix: '', analysis: { operation: { name: 'sharpness' } } })
    expect(pipeline.steps.map(({ operation }) => operation.name)).toEqual(['resize', 'grayscale'])
    expect(pipeline.text).toBe('resize:w=800 | grayscale | sharpness')
    expect(parsePipeline(pipeline.text)).toEqual(pipeline)
  })

  it('needs no conversion where gray is certain to arrive', () => {
    expect(parsePipeline('gray | qr').text).toBe('gray | qr')
    expect(parsePipeline('stats')).toMatchObject({ kind: 'data', steps: [], text: 'stats' })
  })

  it('says of any other pipeline that it gives an image', () => {
    expect(parsePipeline('edges').kind).toBe('image')
  })

  it.each([
    ['stats | edges', 'operation "stats" answers with data and is expected to be the last, got "edges" after it', 9],
    ['edges | qr|stats', 'operation "qr" answers with data and is expected to be the last, got "stats" after it', 12],
  ])('is refused before another one: %s', (text, sentence, character) => {
    let error: unknown
    try {
      parsePipeline(text)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code: 'ERR_PIPELINE', facts: { character } })
    expect(String(error)).toContain(`${sentence} at character ${character}`)
  })

  it('counts among the operations of a pipeline, and its conversion too', () => {
    const text = (count: number): string => [...new Array(count).fill('invert'), 'sharpness'].join(' | ')
    expect(parsePipeline(text(30)).steps).toHaveLength(31)
    expect(() => parsePipeline(text(31))).toThrow('has 33 with its conversions to gray')
    expect(() => parsePipeline(text(32))).toThrow('at most 32 operations, and has 33')
  })
})

describe('createPipeline', () => {
  const textOf = (...chosen: Operation[]) => parsePipeline(chosen.map(({ name }) => name).join('|'), known).text
  const named = (name: string): Operation => {
    const operation = findOperation(name)
    if (operation?.kind !== 'image') throw new Error(`no image operation ${name}`)
    return operation
  }

  it('puts a visible conversion before an operation that needs one channel, unless gray is certain to arrive', () => {
    expect(textOf(grayOnly)).toBe('grayscale | gray-only')
    expect(textOf(named('grayscale'), grayOnly)).toBe('grayscale | gray-only')
    expect(textOf(named('noise'), grayOnly, grayOnly)).toBe('noise | grayscale | gray-only | gray-only')
    expect(textOf(named('gray'), named('noise'), grayOnly)).toBe('gray | noise | gray-only')
    expect(textOf(named('gray'), named('edges'), grayOnly)).toBe('gray | edges | grayscale | gray-only')
  })

  it('keeps the suffix of a single operation whose conversion was put in', () => {
    const suffixed = { ...grayOnly, suffix: '_only' }
    const { steps, suffix } = createPipeline([{ operation: suffixed, values: {} }])
    expect([suffix, createPipeline(steps).suffix]).toEqual(['_only', '_only'])
    expect(createPipeline([...steps, { operation: named('noise'), values: {} }]).suffix).toBe('')
  })

  it('quotes texts that the grammar would take apart, and no others', () => {
    const textWith = (caption: string) =>
      createPipeline([{ operation: captioned, values: { caption, ink: '#ff0000' } }]).text
    expect(textWith('Hello world')).toBe('captioned:caption=Hello world')
    expect(textWith('Hello, world')).toBe("captioned:caption='Hello, world'")
    expect(textWith("it's | that")).toBe("captioned:caption='it''s | that'")
    expect(textWith('')).toBe("captioned:caption=''")
    expect(textWith(' padded')).toBe("captioned:caption=' padded'")
  })

  it('tells how far a step looks, whether or not that depends on its values', () => {
    const steps = parsePipeline('noise | edges').steps.map(reachOf)
    expect(steps).toEqual([0, 'whole image'])
    expect(reachOf({ operation: grayOnly, values: { size: 7 } })).toBe(3)
  })
})

describe('parsePipeline', () => {
  it('gives back every pipeline from its canonical text', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: MAX_PIPELINE_STEPS }), (steps) => {
        const pipeline = createPipeline(steps)
        fc.pre(Buffer.byteLength(pipeline.text) <= MAX_PIPELINE_BYTES && pipeline.steps.length <= MAX_PIPELINE_STEPS)
        const parsed = parsePipeline(pipeline.text, known)
        expect(parsed.text).toBe(pipeline.text)
        expect(parsed.suffix).toBe(pipeline.suffix)
        expect(parsed.steps.map(({ operation, values }) => [operation.name, values])).toEqual(
          pipeline.steps.map(({ operation, values }) => [operation.name, values]),
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
      "'",
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

  it('takes quoted values by position and by name, with separators inside and doubled quotes', () => {
    for (const text of ["captioned:'a, b=c | d:''e'''", " captioned : caption = 'a, b=c | d:''e''' , ink='red' "]) {
      const { steps, text: canonical } = parsePipeline(text, known)
      expect(steps[0]?.values).toEqual({ caption: "a, b=c | d:'e'", ink: '#ff0000' })
      expect(canonical).toBe("captioned:caption='a, b=c | d:''e'''")
    }
    expect(parsePipeline('captioned:Hello world,#00FF00', known).text).toBe('captioned:caption=Hello world,ink=#00ff00')
  })

  it('refuses values that contradict each other', () => {
    expect(() => parsePipeline('gray | ordered:low=7', known)).toThrow(
      expect.objectContaining({
        code: 'ERR_PIPELINE',
        message: 'operation "ordered" expects low to be at most high, got 7 and 5 at character 16',
        facts: { character: 16 },
      }),
    )
    expect(parsePipeline('ordered:5,5', known).text).toBe('ordered:low=5')
  })

  it('counts the conversions that it puts in among the steps, and points at the operation that has no room', () => {
    const text = Array.from({ length: MAX_PIPELINE_STEPS - 2 }, () => 'noise').join('|')
    expect(parsePipeline(`${text}|gray-only`, known).steps).toHaveLength(MAX_PIPELINE_STEPS)
    expect(() => parsePipeline(`${text}|gray-only|edges`, known)).toThrow(
      expect.objectContaining({
        code: 'ERR_PIPELINE',
        message: 'a pipeline is expected to have at most 32 operations, and has 33 with its conversions to gray',
        facts: { character: text.length + '|gray-only|'.length + 1 },
      }),
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
    ["edges:'10", "a quote is expected to be closed (and a ' inside to be doubled), got one at character 7"],
    ["edges:1'0'", 'operation "edges" expects low in quotes as a whole, got "1\'0\'" at character 7'],
    ["edges:'x|y'", 'operation "edges" expects low between 0 and 200000, got "\'x|y\'" at character 7'],
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
  it('takes texts of one line that are not too long', () => {
    const caption: Parameter = { type: 'text', default: '', maxLength: 3, summary: 'What.' }
    expect(
      ['', 'abc', '🐦🐦🐦', 'abcd', 'a\nb', 'a\u0000', '\ud83d', '\u2028'].map((text) => parseValue(text, caption)),
    ).toEqual(['', 'abc', '🐦🐦🐦', undefined, undefined, undefined, undefined, undefined])
    expect(expectation(caption)).toBe('to be a text of at most 3 characters in one line')
  })

  it('takes colors by six digits or by name, and gives the digits', () => {
    const ink: Parameter = { type: 'color', default: '#000000', summary: 'Which.' }
    expect(['#FF8000', 'Red', 'ff8000', '#fff', 'rouge', 'constructor'].map((text) => parseValue(text, ink))).toEqual([
      '#ff8000',
      '#ff0000',
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect(expectation(ink)).toMatch(/^to be a color, #rrggbb or one of black, white, /)
  })

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
