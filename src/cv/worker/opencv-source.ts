/**
 * The OpenCV instance of one thread, and when it is replaced: after an exception spent it, and after a large image left its
 * heap large, because a wasm heap never shrinks. Replacing costs 27 ms, less than the image that made it necessary.
 */

import { MAX_KEPT_HEAP_BYTES } from '../../base/limits.ts'
import { loadOpenCv, type OpenCv } from '../opencv.ts'
import type { WasmModule } from '../web-assembly.ts'

export interface OpenCvSource {
  /** Compiled code for other threads. */
  readonly module: WasmModule
  /** An instance that may be used until the next call. */
  get(): Promise<OpenCv>
}

/** Loads the first instance, from `module` where there is one. */
export async function createOpenCvSource(options: {
  readonly module: WasmModule | undefined
  /** Default MAX_KEPT_HEAP_BYTES. */
  readonly maxKeptHeapBytes?: number
}): Promise<OpenCvSource> {
  const { maxKeptHeapBytes = MAX_KEPT_HEAP_BYTES } = options
  let instance = await loadOpenCv({ module: options.module })
  const { module } = instance
  return {
    module,
    async get() {
      // what models take stays in use: giving it up would mean loading them again for every image
      const isLarge = instance.heapBytes - instance.models.heapBytes > maxKeptHeapBytes
      if (instance.isSpent || isLarge) instance = await loadOpenCv({ module })
      return instance
    },
  }
}
