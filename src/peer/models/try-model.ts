/**
 * A model is tried on this machine before a job begins: loaded and run once, on a worker, with the values of its step and an image
 * that is made here. What is wrong with a file, its input's size, its channels or the name of an output is so said at once, and not
 * once per image by the whole cluster.
 */

import type { Clock } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { MODEL_TRIAL_MS } from '../../base/limits.ts'
import { encodeRawTiff } from '../../cv/codec/raw-tiff.ts'
import { createWorkerPool, type DataPipeline } from '../../cv/index.ts'
import { stepText } from '../../cv/pipeline/pipeline.ts'
import type { Model } from './model-file.ts'

const SIDE_PX = 64

/** Every level of every channel occurs. */
const trialImage = (): Uint8Array =>
  encodeRawTiff({
    widthPx: SIDE_PX,
    heightPx: SIDE_PX,
    channels: 3,
    data: Uint8Array.from({ length: SIDE_PX * SIDE_PX * 3 }, (_, index) => (index * 7) % 256),
  })

/**
 * Whether it could be told: false where the model took too long here, or the signal aborted.
 * @throws MurmurationError ERR_MODEL
 */
export async function tryModel(
  { analysis }: DataPipeline,
  model: Model,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<boolean> {
  const pool = createWorkerPool({ slots: 1, taskTimeoutMs: MODEL_TRIAL_MS, clock })
  try {
    const task = { bytes: trialImage(), pipeline: stepText(analysis), modelFile: model.path, maxPixels: SIDE_PX ** 2 }
    await pool.run({ ...task, seed: 0n, format: 'keep', quality: 90 }, { signal })
    return true
  } catch (error) {
    const { code, message } = asMurmurationError(error)
    if (signal.aborted || code === 'ERR_TASK_TIMEOUT') return false
    const sentence = `--model ${JSON.stringify(model.path)} does not work on a trial image: ${message}`
    throw new MurmurationError('ERR_MODEL', sentence, { cause: error })
  } finally {
    await pool.close()
  }
}
