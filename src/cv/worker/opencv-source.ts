/**
 * The OpenCV instance of one thread, and when it is replaced: after an exception spent it, and after a large image left its
 * heap large, because a wasm heap never shrinks. Replacing costs 27 ms, less than the image that made it necessary.
 */

import { MAX_KEPT_HEAP_BYTES } from '../../base/limits.ts'
import { loadOpenCv, type OpenCv } from '../opencv.ts'
import type { CompiledModules } from './thread-messages.ts'

export interface OpenCvSource {
  /** Compiled code for other threads. */
  readonly modules: CompiledModules
  /** An instance that may be used until the next call. */
  get(): Promise<OpenCv>
}

/** Loads the first instance, from `modules` where there are any. */
export async function createOpenCvSource(options: {
  readonly modules: CompiledModules | undefined
  /** Uses the SIMD kernels. Default true. */
  readonly simd?: boolean
  /** Default MAX_KEPT_HEAP_BYTES. */
  readonly maxKeptHeapBytes?: number
}): Promise<OpenCvSource> {
  const { maxKeptHeapBytes = MAX_KEPT_HEAP_BYTES, simd = true } = options
  let instance = await loadOpenCv({ ...options.modules, simd })
  const { module, simdModule } = instance
  return {
    modules: { module, simdModule },
    async get() {
      // what models take stays in use: giving it up would mean loading them again for every image
      const isLarge = instance.heapBytes - instance.models.heapBytes > maxKeptHeapBytes
      if (instance.isSpent || isLarge) instance = await loadOpenCv({ module, simdModule, simd })
      return instance
    },
  }
}
