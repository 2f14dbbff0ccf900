/**
 * How an operation that looks at the whole image is done in tiles, where that is exact: a first pass collects something
 * small from every tile, the coordinator combines it, and a second pass applies the outcome. Two kinds are enough:
 *
 * - counts: histograms of the kept parts are summed, and become tables (equalize, gray, normalize, threshold, white-balance).
 * - edges: the two thresholds of Canny's hysteresis are drawn per tile, and edges are followed over the tiles' borders.
 */

import type { OperationContext } from '../operations/operation.ts'
import type { AnyParameterValues } from '../operations/parameter.ts'
import type { Mat } from '../scope.ts'

export interface CountsTwoPass<Values> {
  readonly kind: 'counts'
  /** How far `apply` looks, px. */
  reachPx(values: Values): number
  /** 256 counts for each plane of the image's part. */
  collect(image: Mat, values: Values, context: OperationContext): Uint32Array[]
  /** What `apply` needs, from the counts of the whole image: at most MAX_TILE_KNOWN_BYTES, not empty. */
  combine(counts: readonly Float64Array[], values: Values): Uint8Array
  apply(image: Mat, known: Uint8Array, values: Values, context: OperationContext): Mat
}

export interface EdgesTwoPass<Values> {
  readonly kind: 'edges'
  /** How far `collect` looks, px. */
  collectReachPx(values: Values): number
  reachPx(values: Values): number
  /** 255 where an edge may go on (`weak`), and where it may begin (`strong`, all of which are weak too). */
  collect(image: Mat, values: Values, context: OperationContext): { readonly weak: Mat; readonly strong: Mat }
  /** `edges` is 255 where an edge is. */
  apply(image: Mat, edges: Mat, values: Values, context: OperationContext): Mat
}

export type TwoPass<Values = AnyParameterValues> = CountsTwoPass<Values> | EdgesTwoPass<Values>
