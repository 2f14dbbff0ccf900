/** The kernel of an erosion or dilation, from the Mat that a caller made and the number of times that it is applied. */

import type { HeapImages } from './heap-images.ts'

export interface MorphologyShape {
  readonly widthPx: number
  readonly heightPx: number
  readonly anchorX: number
  readonly anchorY: number
  /** Pixels that count, x and y in turn, where not all do. */
  readonly points: readonly number[] | undefined
}

/** Larger kernels are handed on: a chain of two passes over such windows would need other ways. */
const MAX_SIDE_PX = 255
const MAX_POINTS = 1024

/** Undefined for what kernels do not take. */
export function morphologyShape(
  heap: HeapImages,
  mat: unknown,
  anchor: { readonly x: number; readonly y: number } | undefined,
  iterations: number,
): MorphologyShape | undefined {
  const image = heap.image(mat)
  if (image === undefined || image.type !== 0 || !Number.isInteger(iterations) || iterations < 1) return undefined
  const { widthPx, heightPx } = image
  const anchorX = anchor === undefined || anchor.x === -1 ? widthPx >> 1 : anchor.x
  const anchorY = anchor === undefined || anchor.y === -1 ? heightPx >> 1 : anchor.y
  const isInside = anchorX >= 0 && anchorX < widthPx && anchorY >= 0 && anchorY < heightPx
  if (!isInside || (widthPx === 1 && heightPx === 1)) return undefined
  const points = pointsOf(heap.read(image), widthPx)
  if (points.length === 2 * widthPx * heightPx) {
    // a rectangle again and again is a larger one
    const wide = (widthPx - 1) * iterations + 1
    const high = (heightPx - 1) * iterations + 1
    if (wide > MAX_SIDE_PX || high > MAX_SIDE_PX) return undefined
    const anchored = { anchorX: anchorX * iterations, anchorY: anchorY * iterations }
    return { widthPx: wide, heightPx: high, ...anchored, points: undefined }
  }
  if (iterations > 1 || points.length === 0 || points.length > 2 * MAX_POINTS) return undefined
  return { widthPx, heightPx, anchorX, anchorY, points }
}

function pointsOf(samples: Uint8Array, widthPx: number): number[] {
  const points: number[] = []
  for (const [index, value] of samples.entries()) {
    if (value !== 0) points.push(index % widthPx, Math.floor(index / widthPx))
  }
  return points
}
