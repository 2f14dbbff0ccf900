/** Stand in for functions that look at one sample at a time, of 8 bits; see assembly/pointwise.ts. */

import { standIn } from '../kernels.ts'
import { roundHalfEven } from './gaussian-weights.ts'
import type { HeapImage } from './heap-images.ts'
import type { SimdKernel } from './simd-kernel.ts'

const samplesOf = ({ address, end }: HeapImage): number => end - address

const toByte = (value: number): number => Math.min(Math.max(value, 0), 255)

export const bitwiseNot: SimdKernel = ({ heap, functions }) =>
  standIn('bitwise_not', (original) => {
    function run(source: unknown, result: unknown, ...more: readonly unknown[]): boolean {
      const from = heap.bytes(source)
      const to = from && more.length === 0 ? heap.result(result, from.type, from, source) : undefined
      if (from === undefined || to === undefined) return false
      functions.invert(from.address, to.address, samplesOf(from))
      return true
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })

/** What samples above the level and the others become: a value, and a mask of what stays of the sample. */
type Outcome = readonly [above: number, keepAbove: number, below: number, keepBelow: number]

/** By OpenCV's number of the type; others (Otsu, triangle) are handed on. */
const OUTCOMES: readonly ((level: number, value: number) => Outcome)[] = [
  (_level, value) => [value, 0, 0, 0],
  (_level, value) => [0, 0, value, 0],
  (level) => [level, 0, 0, 255],
  () => [0, 255, 0, 0],
  () => [0, 0, 0, 255],
]

export const threshold: SimdKernel = ({ heap, functions }) =>
  standIn('threshold', (original) => {
    function run(source: unknown, result: unknown, wanted: number, value: number, type: unknown): number | undefined {
      // OpenCV's is an integer, which knows no -0
      const level = Math.floor(wanted) + 0
      const outcome = typeof type === 'number' ? OUTCOMES[type]?.(level, toByte(roundHalfEven(value))) : undefined
      // levels outside decide nothing: OpenCV fills or copies
      if (outcome === undefined || !(level >= 0 && level < 255) || !Number.isFinite(value)) return undefined
      const from = heap.bytes(source)
      const to = from && heap.result(result, from.type, from, source)
      if (from === undefined || to === undefined) return undefined
      functions.threshold(from.address, to.address, samplesOf(from), level, ...outcome)
      return level
    }
    return (...parameters) => run(...parameters) ?? original(...parameters)
  })

/** Sums stay far below 2^22, from where on the kernel's rounding would fail. */
const MAX_WEIGHT = 4000
const MAX_OFFSET = 1_000_000

export const addWeighted: SimdKernel = ({ heap, functions }) =>
  standIn('addWeighted', (original) => {
    function run(
      one: unknown,
      alpha: number,
      other: unknown,
      beta: number,
      gamma: number,
      result: unknown,
      depth: unknown = -1,
      ...more: readonly unknown[]
    ): boolean {
      const isSmall = Math.abs(alpha) <= MAX_WEIGHT && Math.abs(beta) <= MAX_WEIGHT && Math.abs(gamma) <= MAX_OFFSET
      const first = heap.bytes(one)
      const second = heap.bytes(other)
      const isPlain = isSmall && more.length === 0 && (depth === -1 || depth === 0)
      if (!isPlain || first === undefined || second === undefined || first.type !== second.type) return false
      if (first.widthPx !== second.widthPx || first.heightPx !== second.heightPx) return false
      const to = heap.result(result, first.type, first, one, other)
      if (to === undefined) return false
      functions.addWeighted(first.address, second.address, to.address, samplesOf(first), alpha, beta, gamma)
      return true
    }
    return (...parameters) => {
      if (!run(...parameters)) original(...parameters)
    }
  })
