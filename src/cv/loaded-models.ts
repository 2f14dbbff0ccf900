/**
 * The neural networks of one OpenCV instance. They live in its heap: whoever replaces the instance loses them, and loads again
 * what is asked for.
 *
 * A model is read through the instance's own file system in memory. Handing its bytes to `readNetFromONNX` copies them one
 * by one: 8.8 s for 100 MB against 0.25 s (measured with @opencvjs/web 5.0.0-release.2).
 */

import { MurmurationError } from '../base/errors.ts'
import { MAX_LOADED_MODELS, MAX_MODEL_BYTES } from '../base/limits.ts'
import type { OpenCv } from './opencv.ts'
import type { Net } from './untyped-opencv.ts'

interface LoadedModel {
  readonly net: Net
  readonly sizeBytes: number
  /** What the heap grew by while it was loaded. */
  readonly heapBytes: number
}

const FOLDER = '/'
const FILE = 'model.onnx'

export class LoadedModels {
  readonly #openCv: OpenCv
  /** By SHA-256 in hexadecimal digits; the one that was used last comes last. */
  readonly #models = new Map<string, LoadedModel>()

  constructor(openCv: OpenCv) {
    this.#openCv = openCv
  }

  /** What the heap grew by while its models were loaded. */
  get heapBytes(): number {
    let sum = 0
    for (const { heapBytes } of this.#models.values()) sum += heapBytes
    return sum
  }

  has(digest: string): boolean {
    return this.#models.has(digest)
  }

  /** The loaded model, which stays the property of this object. */
  get(digest: string): Net | undefined {
    const model = this.#models.get(digest)
    if (model === undefined) return undefined
    this.#models.delete(digest)
    this.#models.set(digest, model)
    return model.net
  }

  /**
   * Loads an ONNX file; others make room for it (MAX_LOADED_MODELS, MAX_MODEL_BYTES together).
   * @param digest SHA-256 of `bytes`, which the caller has checked
   * @throws MurmurationError ERR_MODEL, ERR_WORKER_CRASHED; `openCv.isSpent` is then true
   */
  load(digest: string, bytes: Uint8Array): void {
    if (this.has(digest)) return
    this.#makeRoom(bytes.length)
    const { heapBytes: before } = this.#openCv
    const net = this.#read(bytes)
    this.#models.set(digest, { net, sizeBytes: bytes.length, heapBytes: this.#openCv.heapBytes - before })
  }

  #read(bytes: Uint8Array): Net {
    const { cv } = this.#openCv
    try {
      cv.FS_createDataFile(FOLDER, FILE, bytes, true, false, true)
      const net = cv.readNetFromONNX(FOLDER + FILE)
      cv.FS_unlink(FOLDER + FILE)
      return net
    } catch (error) {
      // the file goes with the instance, which is spent
      const failure = this.#openCv.toError(error, 'loading the model')
      if (failure.code !== 'ERR_OPERATION') throw failure
      const sentence = `the model is expected to be an ONNX file that OpenCV can load; ${failure.message}`
      throw new MurmurationError('ERR_MODEL', sentence, { cause: error })
    }
  }

  #makeRoom(sizeBytes: number): void {
    let sumBytes = sizeBytes
    for (const model of this.#models.values()) sumBytes += model.sizeBytes
    for (const [digest, model] of this.#models) {
      if (this.#models.size < MAX_LOADED_MODELS && sumBytes <= MAX_MODEL_BYTES) return
      model.net.delete()
      this.#models.delete(digest)
      sumBytes -= model.sizeBytes
    }
  }
}
