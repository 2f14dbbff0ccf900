/**
 * The seam for kernels: functions that stand in for OpenCV's, in every instance, without any operation knowing.
 *
 * OpenCV's own function defines the result of an operation. A kernel (a second wasm module with SIMD, say) must give equal
 * pixels for every call that it takes over, and hands all others to the original: another type, border or size than it
 * was written for. It then changes neither an operation's `version` nor pixelVersion, and peers with and without it share
 * a job. It gets OpenCV's own memory, so that it can work on Mats in place (`mat.data.byteOffset`).
 *
 * Those with SIMD are in simd/, and how to add one stands in simd/index.ts. KERNELS is for others: in plain JavaScript, say.
 * Calls that OpenCV makes inside of itself are not seen here.
 */

import type { CvLibrary } from './opencv.ts'
import type { WasmMemory } from './web-assembly.ts'

type AnyFunction = (...parameters: never[]) => unknown

/** Names of OpenCV's functions, its classes left out. */
export type FunctionName = {
  [Name in keyof CvLibrary]: CvLibrary[Name] extends AnyFunction ? Name : never
}[keyof CvLibrary]

export interface Kernel {
  /** The function that it stands in for. */
  readonly replaces: FunctionName
  /** Puts it into one instance of OpenCV. */
  install(cv: CvLibrary, memory: WasmMemory): void
}

/** A kernel from the function that makes it, once for each instance, out of the original and OpenCV's memory. */
export function standIn<Name extends FunctionName>(
  replaces: Name,
  create: (original: CvLibrary[Name], memory: WasmMemory) => CvLibrary[Name],
): Kernel {
  return {
    replaces,
    install: (cv, memory) => {
      const original = cv[replaces]
      // embind's overloads are properties of the function, which an original with several looks for under its name
      Reflect.set(cv, replaces, Object.assign(create(original, memory), original))
    },
  }
}

/** The kernels of every instance besides those with SIMD: none yet. */
export const KERNELS: readonly Kernel[] = []
