/** The SIMD kernels: which there are, and how one OpenCV instance gets them. */

import type { CvLibrary } from '../opencv.ts'
import type { WasmMemory, WasmModule } from '../web-assembly.ts'
import { blur, boxFilter } from './box-filter.ts'
import { canny } from './canny.ts'
import { cvtColor, transform } from './color.ts'
import { filter2D } from './filter.ts'
import { gaussianBlur } from './gaussian-blur.ts'
import { HeapImages } from './heap-images.ts'
import { medianBlur } from './median-blur.ts'
import { dilate, erode, morphologyEx } from './morphology.ts'
import { addWeighted, bitwiseNot, threshold } from './pointwise.ts'
import { instantiateSimd } from './simd-code.ts'
import type { SimdKernel } from './simd-kernel.ts'

export const SIMD_KERNELS: readonly SimdKernel[] = [
  gaussianBlur,
  blur,
  boxFilter,
  erode,
  dilate,
  morphologyEx,
  medianBlur,
  bitwiseNot,
  threshold,
  addWeighted,
  cvtColor,
  transform,
  canny,
  filter2D,
]

/** Puts the kernels into one OpenCV instance, or none where its Mats are not laid out as they expect. */
export async function installSimd(cv: CvLibrary, memory: WasmMemory, module: WasmModule): Promise<void> {
  const heap = new HeapImages(cv, memory)
  if (!heap.isUnderstood()) return
  const functions = await instantiateSimd(module, memory)
  for (const create of SIMD_KERNELS) create({ cv, heap, functions }).install(cv, memory)
}
