/**
 * Room in OpenCV's heap for the samples of an image that is about to be decoded: there they need not be copied to (21 MB: 1.3 ms),
 * and no other memory is needed for them. For one image.
 *
 * The room is a view of the heap, which moves when it grows, so nothing may run in OpenCV before the samples are its own.
 */

import { loadPlanes, type Planes } from './colour-planes.ts'
import type { OpenCv } from './opencv.ts'
import type { Pixels } from './pixels.ts'
import type { SampleMemory } from './sample-memory.ts'
import type { Mat, Scope } from './scope.ts'

export class HeapSamples {
  readonly #images: Scope
  readonly #openCv: OpenCv
  #room: { readonly mat: Mat; readonly data: Uint8Array } | undefined

  /** What was decoded belongs to `images`. */
  constructor(images: Scope, openCv: OpenCv) {
    this.#images = images
    this.#openCv = openCv
  }

  /** For the decoder. @throws MurmurationError ERR_WORKER_CRASHED where the heap has no room */
  readonly memoryFor: SampleMemory = ({ widthPx, heightPx, channels }) => {
    const { cv } = this.#openCv
    try {
      const mat = this.#images.matOf(heightPx, widthPx, channels === 1 ? cv.CV_8UC1 : cv.CV_8UC3)
      const { data } = mat
      this.#room = { mat, data }
      return data
    } catch (error) {
      throw this.#openCv.toError(error, 'making room for the image')
    }
  }

  /** The decoded image: without a copy where its samples were put here. */
  planesOf(pixels: Pixels): Planes {
    if (this.#room?.data === pixels.data) return { colour: this.#room.mat, alpha: undefined }
    if (this.#room) this.#images.free(this.#room.mat)
    return loadPlanes(this.#images, this.#openCv, pixels)
  }
}
