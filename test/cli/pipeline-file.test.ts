import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MAX_PIPELINE_FILE_BYTES } from '../../src/base/limits.ts'
import { parsePipelineFile } from '../../src/cli/pipeline-file.ts'
import { parsePipeline } from '../../src/cv/index.ts'
import { createFakeCliWorld, type FakeCliWorld } from '../support/fake-cli-world.ts'
import type { JobScript } from '../support/fake-peer.ts'
import { rejectionOf } from '../support/rejection.ts'
import { planned, summary } from '../support/sample-events.ts'

const textOf = (content: string): string => parsePipelineFile(content, 'p.yaml').text
const refusalOf = async (content: string): Promise<string> => {
  const { code, message } = await rejectionOf(() => parsePipelineFile(content, 'p.yaml'))
  expect(code).toBe('ERR_PIPELINE')
  return message
}

describe('parsePipelineFile', () => {
  it('reads steps as names, as names with values, and as text', () => {
    const yaml = `
# from the document
- resize: { w: 800 }
- grayscale
- gaussian: 7
- canny: [50, 150]
- sharpen:amount=2
- invert:
- crop-region:
    w: 50
    unit: '%'
    anchor: center
`
    expect(textOf(yaml)).toBe(
      parsePipeline(
        'resize:w=800 | grayscale | gaussian:7 | canny:50,150 | sharpen:amount=2 | invert | crop-region:w=50,unit=%,anchor=center',
      ).text,
    )
  })

  it('reads the same as JSON', () => {
    const steps = [{ resize: { w: 800, fit: 'inside' } }, 'grayscale', { canny: [50, 150, 5, true] }, 'invert']
    const expected = parsePipeline('resize:w=800,fit=inside | grayscale | canny:50,150,5,true | invert').text
    expect(textOf(JSON.stringify(steps))).toBe(expected)
    expect(textOf(JSON.stringify(steps, undefined, 2))).toBe(expected)
  })

  it('reads a whole pipeline as one text', () => {
    expect(textOf('resize:w=800 | grayscale\n')).toBe('resize:w=800 | grayscale')
    expect(textOf('"resize:w=800 | grayscale"')).toBe('resize:w=800 | grayscale')
  })

  it('puts the conversions in as --op does', () => {
    expect(textOf('- canny')).toBe('grayscale | canny')
  })

  it('takes texts as they are, whatever they hold', () => {
    const text = 'it\'s | 50 %, a=b: "x"'
    const pipeline = parsePipelineFile(JSON.stringify([{ text: { text } }]), 'p.json')
    expect(pipeline.steps[0]?.values['text']).toBe(text)
    expect(parsePipeline(pipeline.text).steps[0]?.values['text']).toBe(text)
    expect(textOf("- tint: { color: '#ff0000' }")).toBe(parsePipeline('tint:color=#ff0000').text)
  })

  it.each([
    ['- grayscale\n- reszie: { w: 8 }', 'p.yaml, step 2: operation "reszie" is not known; did you mean "resize"?'],
    ['- resize: { widht: 8 }', 'p.yaml, step 1: operation "resize" has no parameter "widht"'],
    ['- canny: { hihg: 8 }', 'p.yaml, step 1: operation "canny" has no parameter "hihg"; did you mean "high"?'],
    [
      '- resize: { w: -1 }',
      'p.yaml, step 1: operation "resize" expects w to be a whole number between 0 and 100000 px, got -1',
    ],
    [
      '- invert\n- canny: 100,200',
      'p.yaml, step 2: operation "canny" expects low between 0 and 200000, got "\'100,200\'"',
    ],
    ['- invert\n- cany:8', 'p.yaml, step 2: operation "cany" is not known at character 1; did you mean "canny"?'],
    ['- resize: { w: 8 }\n  invert:', 'p.yaml, step 1: one operation is expected, got 2 names in one step'],
    ['- 5', 'p.yaml, step 1: one operation is expected, got "5"'],
    ['- [resize, 8]', 'p.yaml, step 1: one operation is expected, got a list'],
    ['-', 'p.yaml, step 1: one operation is expected, got nothing'],
    ['- "a|b": 5', 'p.yaml, step 1: the name of an operation is expected, got "a|b"'],
    ['- resize: { "w=5,h": 5 }', 'p.yaml, step 1: the name of a parameter is expected, got "w=5,h"'],
    ['- resize: { w: [1] }', 'p.yaml, step 1: a value for w is expected, got a list'],
    [
      '- tint:\n    color: #ff0000',
      'p.yaml, step 1: a value for color is expected, got nothing (in YAML a # begins a comment: put colors in quotes)',
    ],
    ['', 'p.yaml expects a list of at least one step, got nothing'],
    ['[]', 'p.yaml expects a list of at least one step, got an empty list'],
    ['resize: { w: 8 }', 'p.yaml expects a list of at least one step, got names with values'],
    ['- [', 'p.yaml expects YAML or JSON: '],
    ['- resize: { w: 1, w: 2 }', 'p.yaml expects YAML or JSON: Map keys must be unique at line 1, column 19'],
    ['a | gray', 'p.yaml: operation "a" is not known at character 1'],
  ])('refuses %j', async (content, sentence) => {
    expect(await refusalOf(content)).toContain(sentence)
  })

  it('refuses more steps than a pipeline may have, and what grows without bound', async () => {
    expect(await refusalOf('- invert\n'.repeat(40))).toBe(
      'p.yaml: a pipeline is expected to have at most 32 operations, and has 40',
    )
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...[...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`)}]`),
    ]
    expect(await refusalOf(bomb.join('\n'))).toContain('p.yaml expects YAML or JSON: Excessive alias count')
  })
})

describe('--pipeline', () => {
  const playing: JobScript = async function* () {
    yield planned()
    yield summary()
  }
  function cliWith(content: string | undefined): FakeCliWorld {
    const cli = createFakeCliWorld()
    cli.peer.script = playing
    if (content !== undefined) writeFileSync(join(cli.world.workingDir, 'p.yaml'), content)
    return cli
  }

  it('gives submit and compare the pipeline of the file', async () => {
    for (const command of ['submit', 'compare']) {
      const cli = cliWith('- resize: { w: 80 }\n- grayscale\n')
      await cli.run(command, 'photos', '--pipeline', 'p.yaml')
      expect(cli.stderr()).toBe('')
      expect(cli.peer.submitted.length).toBeGreaterThan(0)
      for (const { options } of cli.peer.submitted) expect(options?.pipeline).toBe('resize:w=80 | grayscale')
    }
  })

  it('is refused beside --op, before a peer is started', async () => {
    const cli = cliWith('- grayscale')
    expect(await cli.run('submit', 'photos', '--pipeline', 'p.yaml', '--op', 'edges')).toBe(2)
    expect(cli.stderr()).toContain('--pipeline expects no --op beside it, got --op "edges"')
    expect(cli.startedWith).toEqual([])
  })

  it('names file and step of an error, before a peer is started', async () => {
    const cli = cliWith('- grayscale\n- cany')
    expect(await cli.run('compare', 'photos', '--pipeline', 'p.yaml')).toBe(2)
    expect(cli.stderr()).toContain('p.yaml, step 2: operation "cany" is not known')
    expect(cli.startedWith).toEqual([])
  })

  it('refuses files that cannot be read and files without end', async () => {
    const missing = cliWith(undefined)
    expect(await missing.run('submit', 'photos', '--pipeline', 'p.yaml')).toBe(2)
    expect(missing.stderr()).toContain('--pipeline expects a file that can be read, got "p.yaml"')
    mkdirSync(join(missing.world.workingDir, 'folder'))
    expect(await missing.run('submit', 'photos', '--pipeline', 'folder')).toBe(2)
    const large = cliWith(`- invert # ${'x'.repeat(MAX_PIPELINE_FILE_BYTES)}`)
    expect(await large.run('submit', 'photos', '--pipeline', 'p.yaml')).toBe(2)
    expect(large.stderr()).toContain('--pipeline expects a file of at most 65536 bytes, got "p.yaml"')
  })
})
