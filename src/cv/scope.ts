/**
 * Ownership of OpenCV's objects. JavaScript's garbage collector does not see the wasm heap: a Mat that nobody deletes is
 * lost until its instance ends. A Scope owns every object made in it and deletes them when its `using` block ends, also
 * by an error.
 */

import type { OpenCV } from '@opencvjs/web'
import type { OpenCv } from './opencv.ts'

export type Mat = OpenCV.Mat
export type MatVector = OpenCV.MatVector

interface Deletable {
  delete(): void
}

export class Scope implements Disposable {
  readonly #openCv: OpenCv
  readonly #owned = new Set<Deletable>()

  constructor(openCv: OpenCv) {
    this.#openCv = openCv
  }

  /** A new empty Mat, for a function's output. */
  mat(): Mat {
    return this.own(new this.#openCv.cv.Mat())
  }

  /** A new Mat with undefined samples. `type` is one of OpenCV's, such as `cv.CV_8UC3`. */
  matOf(heightPx: number, widthPx: number, type: number): Mat {
    return this.own(new this.#openCv.cv.Mat(heightPx, widthPx, type))
  }

  matVector(): MatVector {
    return this.own(new this.#openCv.cv.MatVector())
  }

  /** Takes ownership of an object that something else made. */
  own<T extends Deletable>(object: T): T {
    if (!this.#owned.has(object)) {
      this.#owned.add(object)
      this.#openCv.liveObjects++
    }
    return object
  }

  /** Deletes one object before the scope ends, to keep the heap's peak low. */
  free(object: Deletable): void {
    if (this.#owned.delete(object)) {
      this.#openCv.liveObjects--
      object.delete()
    }
  }

  /** Gives an object up to another scope. */
  moveTo<T extends Deletable>(other: Scope, object: T): T {
    if (this.#owned.delete(object)) this.#openCv.liveObjects--
    return other.own(object)
  }

  [Symbol.dispose](): void {
    this.#openCv.liveObjects -= this.#owned.size
    // a spent instance goes as a whole, and calling into it could throw over the error that spent it
    if (!this.#openCv.isSpent) for (const object of this.#owned) object.delete()
    this.#owned.clear()
  }
}
