/** The model that a job's user names: read once, so that what is announced by its digest is what is sent. */

import { open } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_MODEL_BYTES } from '../../base/limits.ts'
import { modelOf, type Pipeline, withModel } from '../../cv/index.ts'
import { whyUnreadable } from '../files/read-error.ts'
import { modelDigest } from './model-digest.ts'

export interface Model {
  /** As it was given. */
  readonly path: string
  /** SHA-256 in hexadecimal digits. */
  readonly digest: string
  readonly bytes: Uint8Array
}

/**
 * Before anything is read: a model is given where the pipeline runs one, and only there.
 * @throws MurmurationError ERR_USAGE
 */
export function checkModelGiven(pipeline: Pipeline, path: string | undefined): void {
  const named = modelOf(pipeline)
  if (named === undefined && path !== undefined) {
    const sentence = `--model is for pipelines that end in dnn, got "${pipeline.text}"`
    throw new MurmurationError('ERR_USAGE', sentence)
  }
  if (named !== undefined && path === undefined) {
    throw new MurmurationError('ERR_USAGE', 'operation "dnn" expects a model: --model FILE, and got none')
  }
}

/** @throws MurmurationError ERR_MODEL: it cannot be read, is empty or has more than MAX_MODEL_BYTES */
export async function readModelFile(path: string): Promise<Model> {
  let bytes: Uint8Array
  try {
    await using file = await open(path)
    // workers of this machine read it again, which a pipe does not allow
    if (!(await file.stat()).isFile()) throw unusable(path, 'a regular file')
    // a stream, not readFile: it may grow while it is read
    bytes = await buffer(file.createReadStream({ end: MAX_MODEL_BYTES, autoClose: false }))
  } catch (cause) {
    if (cause instanceof MurmurationError) throw cause
    throw unusable(path, `a file that can be read: ${whyUnreadable(cause, path)}`, cause)
  }
  if (bytes.length === 0) throw unusable(path, 'an ONNX file, and it is empty')
  if (bytes.length > MAX_MODEL_BYTES) throw unusable(path, `at most ${MAX_MODEL_BYTES} bytes, and it has more`)
  return { path, digest: modelDigest(bytes), bytes }
}

const unusable = (path: string, expected: string, cause?: unknown): MurmurationError =>
  new MurmurationError('ERR_MODEL', `--model expects ${expected}, got ${JSON.stringify(path)}`, { cause })

/**
 * The pipeline with the model's digest in its text, so that the text is all that an output depends on.
 * @throws MurmurationError ERR_USAGE where the text names another model
 */
export function bindModel(pipeline: Pipeline, model: Model): Pipeline {
  const named = modelOf(pipeline)
  if (named !== undefined && named !== '' && named !== model.digest) {
    const sentence = `the pipeline names the model ${named}, and --model ${JSON.stringify(model.path)} is ${model.digest}`
    throw new MurmurationError('ERR_USAGE', sentence)
  }
  return withModel(pipeline, model.digest)
}
