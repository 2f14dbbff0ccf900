/**
 * Two OpenCV instances side by side, one as it comes and one with the SIMD kernels, and a comparison of one call in both. The
 * second counts what its kernels hand on to OpenCV: a test that a kernel equals the original must know that it ran.
 */

import fc from 'fast-check'
import type { FunctionName, Kernel } from '../../src/cv/kernels.ts'
import { type CvLibrary, loadOpenCv } from '../../src/cv/opencv.ts'

export type Mat = InstanceType<CvLibrary['Mat']>

export interface SimdInstances {
  readonly plain: CvLibrary
  readonly fast: CvLibrary
  /** Calls that went on to the original since the last time that it was asked. */
  handedOn(): number
}

/** Instances whose `names` are watched. */
export async function simdInstances(...names: readonly FunctionName[]): Promise<SimdInstances> {
  const plain = await loadOpenCv({ simd: false })
  let count = 0
  const watched = names.map(
    (replaces): Kernel => ({
      replaces,
      install: (cv) => {
        const original = cv[replaces] as (...parameters: unknown[]) => unknown
        const counting = (...parameters: unknown[]): unknown => {
          count++
          return original(...parameters)
        }
        Reflect.set(cv, replaces, Object.assign(counting, original))
      },
    }),
  )
  const fast = await loadOpenCv({ module: plain.module, kernels: watched })
  const handedOn = (): number => {
    const was = count
    count = 0
    return was
  }
  return { plain: plain.cv, fast: fast.cv, handedOn }
}

/** An image as numbers: in both instances the same. */
export interface Samples {
  readonly widthPx: number
  readonly heightPx: number
  readonly channels: number
  readonly data: Uint8Array
}

const sideArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(1, 2, 3, 15, 16, 17, 31, 33, 64, 100) },
)

/** Small images of every awkward size: noise, two levels, few levels, or slow changes. */
export function samplesArbitrary(...channels: readonly number[]): fc.Arbitrary<Samples> {
  return fc
    .record({
      widthPx: sideArbitrary,
      heightPx: sideArbitrary,
      channels: fc.constantFrom(...channels),
      seed: fc.integer({ min: 1, max: 0x7fffffff }),
      kind: fc.constantFrom('noise', 'two levels', 'few levels', 'waves'),
    })
    .map(({ widthPx, heightPx, channels: count, seed, kind }) => {
      const data = new Uint8Array(widthPx * heightPx * count)
      let state = seed
      const random = (): number => {
        state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9
        return (state >>> 8) & 0xff
      }
      for (let index = 0; index < data.length; index++) {
        const value = random()
        const pixel = Math.floor(index / count)
        const wave = 128 + 120 * Math.sin((pixel % widthPx) / 5 + Math.floor(pixel / widthPx) / 7) + (value & 7)
        if (kind === 'noise') data[index] = value
        else if (kind === 'two levels') data[index] = value < 128 ? 0 : 255
        else if (kind === 'few levels') data[index] = (value >> 5) * 36
        else data[index] = wave
      }
      return { widthPx, heightPx, channels: count, data }
    })
}

/** Wide enough for a SIMD register: narrower images are handed on. */
export const isWide = ({ widthPx, channels }: Samples): boolean => widthPx * channels >= 16

/** OpenCV's number for images of 8-bit samples. */
export const bytesType = (channels: number): number => (channels - 1) << 5

export function matOf(cv: CvLibrary, { widthPx, heightPx, channels, data }: Samples): Mat {
  const mat = new cv.Mat(heightPx, widthPx, bytesType(channels))
  mat.data.set(data)
  return mat
}

/** Size, type and bytes: what two results must share. */
export function contents(mat: Mat): { readonly shape: readonly number[]; readonly bytes: Uint8Array } {
  const { rows, cols, data } = mat
  return { shape: [rows, cols, mat.type()], bytes: Uint8Array.from(data.subarray(0, rows * cols * mat.elemSize())) }
}

/** What `run` makes of the samples in one instance. */
export function resultOf(
  cv: CvLibrary,
  samples: Samples,
  run: (cv: CvLibrary, source: Mat, result: Mat) => void,
): ReturnType<typeof contents> {
  const source = matOf(cv, samples)
  const result = new cv.Mat()
  try {
    run(cv, source, result)
    return contents(result)
  } finally {
    source.delete()
    result.delete()
  }
}
