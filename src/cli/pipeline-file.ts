/**
 * The pipeline of a command: `--op TEXT`, or `--pipeline FILE` with a list of steps in YAML (of which JSON is a part). A step
 * is a text as in --op, or one operation with its values: by name, in order, or a single one.
 *
 *     - resize: { w: 800 }
 *     - grayscale
 *     - canny: [100, 200]
 *     - gaussian: 5
 *     - sharpen:amount=2
 *
 * Steps become pipeline text and go through its parser, so that a file cannot say what --op cannot.
 */

import { open } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { asMurmurationError, MurmurationError } from '../base/errors.ts'
import { MAX_PIPELINE_FILE_BYTES } from '../base/limits.ts'
import { type Pipeline, parsePipeline } from '../cv/index.ts'
import { checkModelGiven } from '../peer/models/model-file.ts'
import type { CommandContext } from './command-context.ts'
import { DEFAULT_PIPELINE } from './command-table/shared-flags.ts'
import { inWorkingDir } from './peer-options.ts'
import { expected, quote } from './read-values.ts'

interface PipelineFlags {
  readonly op: string | undefined
  readonly pipeline: string | undefined
  readonly model: string | undefined
}

/** What the flags say; of a model only whether there has to be one. @throws MurmurationError ERR_USAGE, ERR_PIPELINE */
export async function chosenPipeline(context: CommandContext, flags: PipelineFlags): Promise<Pipeline> {
  const pipeline = await givenPipeline(context, flags)
  checkModelGiven(pipeline, flags.model)
  return pipeline
}

async function givenPipeline(context: CommandContext, { op, pipeline }: PipelineFlags): Promise<Pipeline> {
  if (pipeline === undefined) return parsePipeline(op ?? DEFAULT_PIPELINE)
  if (op !== undefined) {
    throw new MurmurationError('ERR_USAGE', `--pipeline expects no --op beside it, got --op ${quote(op)}`)
  }
  return parsePipelineFile(await readBounded(inWorkingDir(context, pipeline), pipeline), pipeline)
}

/**
 * The pipeline that the content of a file describes.
 * @param file its name, for the sentences
 * @throws MurmurationError ERR_PIPELINE, naming file and step
 */
export function parsePipelineFile(content: string, file: string): Pipeline {
  const value = parseDocument(content, file)
  if (typeof value === 'string') return inFile(file, () => parsePipeline(value))
  const steps = StepList.safeParse(value)
  if (!steps.success) throw complaint(file, `expects a list of at least one step, got ${shapeOf(value)}`)
  const texts = steps.data.map((step, index) => inFile(`${file}, step ${index + 1}`, () => checkedStepText(step)))
  return inFile(file, () => parsePipeline(texts.join(' | ')))
}

const StepList = z.array(z.unknown()).nonempty()
const Scalar = z.union([z.string(), z.number(), z.boolean()])
const Mapping = z.record(z.string(), z.unknown())

/** A name that cannot be taken for anything else in a pipeline's text. */
const PLAIN_NAME = /^[^|,:='"\s]+$/

/** The step as pipeline text, parsed once alone so that its errors are known to be its own. */
function checkedStepText(step: unknown): string {
  if (typeof step === 'string') {
    parsePipeline(step)
    return step
  }
  const mapping = Mapping.safeParse(step)
  const entries = mapping.success ? Object.entries(mapping.data) : []
  const [entry] = entries
  if (entry === undefined || entries.length > 1) {
    const got = mapping.success ? `${entries.length} names in one step` : shapeOf(step)
    throw new MurmurationError('ERR_PIPELINE', `one operation is expected, got ${got}`)
  }
  const [name, values] = entry
  refuseOddName(name, 'an operation')
  // the operation's own name first: an unknown one is said before what is wrong with its values
  withoutPlace(() => parsePipeline(name))
  const text = [name, valuesText(values)].filter((part) => part !== '').join(':')
  withoutPlace(() => parsePipeline(text))
  return text
}

function valuesText(values: unknown): string {
  if (values === null) return ''
  if (Array.isArray(values)) return values.map((value) => scalarText(value, 'a value')).join(',')
  const mapping = Mapping.safeParse(values)
  if (!mapping.success) return scalarText(values, 'a value')
  return Object.entries(mapping.data)
    .map(([name, value]) => {
      refuseOddName(name, 'a parameter')
      return `${name}=${scalarText(value, `a value for ${name}`)}`
    })
    .join(',')
}

function scalarText(value: unknown, what: string): string {
  const scalar = Scalar.safeParse(value)
  if (scalar.success) return typeof scalar.data === 'string' ? quotedText(scalar.data) : String(scalar.data)
  const hint = value === null ? ' (in YAML a # begins a comment: put colors in quotes)' : ''
  throw new MurmurationError('ERR_PIPELINE', `${what} is expected, got ${shapeOf(value)}${hint}`)
}

/** Bare where the grammar allows it, because the sentences of errors show it as it is. */
const quotedText = (text: string): string => (/^[^|,:='"\s]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`)

function refuseOddName(name: string, what: string): void {
  if (PLAIN_NAME.test(name)) return
  throw new MurmurationError('ERR_PIPELINE', `the name of ${what} is expected, got ${quote(name)}`)
}

/** Errors inside, less the character that they point at: it counts in a text that nobody typed. */
function withoutPlace<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    const { code, message, facts } = asMurmurationError(error)
    throw new MurmurationError(code, message.replace(` at character ${facts['character']}`, ''), { cause: error })
  }
}

/** Errors inside, with the place before their sentence. */
function inFile<T>(place: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    const { code, message, facts } = asMurmurationError(error)
    throw new MurmurationError(code, `${place}: ${message}`, { facts, cause: error })
  }
}

function parseDocument(content: string, file: string): unknown {
  try {
    return parseYaml(content, { logLevel: 'error' })
  } catch (error) {
    // the lines behind the first draw the place, which the sentence has already
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw complaint(file, `expects YAML or JSON: ${sentence.replace(/:$/, '')}`, error)
  }
}

const complaint = (file: string, sentence: string, cause?: unknown): MurmurationError =>
  new MurmurationError('ERR_PIPELINE', `${file} ${sentence}`, { cause })

function shapeOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  return typeof value === 'object' ? 'names with values' : quote(String(value))
}

/** @throws MurmurationError ERR_USAGE where it cannot be read or is too large; reads no more than the bound. */
async function readBounded(path: string, typed: string): Promise<string> {
  let bytes: Uint8Array
  try {
    // a stream, not readFile: the file may be a pipe, and may be endless
    const file = await open(path)
    bytes = await buffer(file.createReadStream({ end: MAX_PIPELINE_FILE_BYTES }))
  } catch {
    throw expected('--pipeline', 'a file that can be read', typed)
  }
  if (bytes.length <= MAX_PIPELINE_FILE_BYTES) return new TextDecoder().decode(bytes)
  throw expected('--pipeline', `a file of at most ${MAX_PIPELINE_FILE_BYTES} bytes`, typed)
}
