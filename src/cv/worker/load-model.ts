/** Brings the model that a pipeline names into an OpenCV instance, from its file, once per instance. */

import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_MODEL_BYTES } from '../../base/limits.ts'
import type { OpenCv } from '../opencv.ts'
import { modelOf, type Pipeline } from '../pipeline/pipeline.ts'

/**
 * Does nothing for a pipeline without a model, and where the file is not known: the operation says what is missing.
 * @param path of the model's file; what is in it is checked against the pipeline
 * @throws MurmurationError ERR_MODEL, ERR_WORKER_CRASHED (the instance is then spent), ERR_MODEL_FETCH (the file is gone, or another)
 */
export async function loadModel(openCv: OpenCv, pipeline: Pipeline, path: string | undefined): Promise<void> {
  const digest = modelOf(pipeline)
  if (digest === undefined || digest === '' || path === undefined || openCv.models.has(digest)) return
  const bytes = await readModel(path)
  if (createHash('sha256').update(bytes).digest('hex') !== digest) {
    throw new MurmurationError(
      'ERR_MODEL_FETCH',
      "the model's file is expected to be what the pipeline names, and is not",
    )
  }
  openCv.models.load(digest, bytes)
}

async function readModel(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path)
    // one byte more than a model may have is enough to see that it is another file
    return await buffer(file.createReadStream({ end: MAX_MODEL_BYTES, autoClose: false }))
  } catch (cause) {
    throw new MurmurationError('ERR_MODEL_FETCH', "the model's file cannot be read any more", { cause })
  }
}
