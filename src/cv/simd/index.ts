/**
 * The SIMD kernels: which there are, and how one OpenCV instance gets them.
 *
 * To add one:
 * 1. Read what OpenCV computes: every rounding, the order of floating sums, borders, the special cases of small images. A result
 *    that cannot be repeated to the bit is left to OpenCV.
 * 2. Write it in assembly/, row by row, for rows of at least 16 samples. A row's function is exported from assembly/index.ts.
 *    It may use the memory of its sources, its result and the scratch that it is handed, and nothing else: no data, no statics.
 * 3. Write its stand-in here: take the images from `heap`, make the result last (an allocation may move or replace Mats: addresses
 *    are read after it), run in `withScratch`, and return false for all that is not covered. The original then does it.
 * 4. Add its type to simd-code.ts, itself to SIMD_KERNELS, `npm run build`.
 * 5. Prove it: a property test over sizes, channels, borders and values, and a call in test/cv/simd/every-kernel.test.ts.
 */

import type { CvLibrary } from '../opencv.ts'
import type { WasmMemory, WasmModule } from '../web-assembly.ts'
import { adaptiveThreshold } from './adaptive-threshold.ts'
import { blur, boxFilter } from './box-filter.ts'
import { canny } from './canny.ts'
import { cvtColor, transform } from './color.ts'
import { laplacian, scharr, sobel } from './derivatives.ts'
import { filter2D } from './filter.ts'
import { flip, rotate } from './flip-and-rotate.ts'
import { gaussianBlur } from './gaussian-blur.ts'
import { HeapImages } from './heap-images.ts'
import { lut, minMaxLoc } from './levels.ts'
import { convertScaleAbs, magnitude } from './magnitude.ts'
import { medianBlur } from './median-blur.ts'
import { dilate, erode, morphologyEx } from './morphology.ts'
import { inRange, merge, split } from './planes.ts'
import { addWeighted, bitwiseNot, threshold } from './pointwise.ts'
import { resize } from './resize.ts'
import { instantiateSimd } from './simd-code.ts'
import type { SimdKernel } from './simd-kernel.ts'
import { warpAffine, warpPerspective } from './warp.ts'

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
  split,
  merge,
  inRange,
  sobel,
  scharr,
  laplacian,
  magnitude,
  convertScaleAbs,
  minMaxLoc,
  lut,
  adaptiveThreshold,
  canny,
  filter2D,
  resize,
  warpAffine,
  warpPerspective,
  flip,
  rotate,
]

/** Puts the kernels into one OpenCV instance, or none where its Mats are not laid out as they expect. */
export async function installSimd(cv: CvLibrary, memory: WasmMemory, module: WasmModule): Promise<void> {
  const heap = new HeapImages(cv, memory)
  if (!heap.isUnderstood()) return
  const functions = await instantiateSimd(module, memory)
  for (const create of SIMD_KERNELS) create({ cv, heap, functions }).install(cv, memory)
}
