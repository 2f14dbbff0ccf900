/** What a SIMD kernel is made of: one OpenCV instance, its heap, and the compiled functions on that heap. */

import type { Kernel } from '../kernels.ts'
import type { CvLibrary } from '../opencv.ts'
import type { HeapImages } from './heap-images.ts'
import type { SimdFunctions } from './simd-code.ts'

export interface SimdSeat {
  readonly cv: CvLibrary
  readonly heap: HeapImages
  readonly functions: SimdFunctions
}

/** Makes the kernel of one OpenCV instance. */
export type SimdKernel = (seat: SimdSeat) => Kernel
