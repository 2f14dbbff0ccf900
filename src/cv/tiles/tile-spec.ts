/** A tile as a worker is told about it: where its pixels lie in the image, what to keep, and what other tiles gave. */

import type { Rectangle } from './rectangles.ts'

export interface TileSpec {
  /** Where the body's top left pixel lies in the whole image. */
  readonly x: number
  readonly y: number
  readonly fullWidthPx: number
  readonly fullHeightPx: number
  /** What is kept, in pixels of the whole image: lies within the body. */
  readonly keep: Rectangle
  /** Ends with what the next two-pass step collects from the kept part, instead of with pixels. */
  readonly collects: boolean
  /**
   * What earlier passes found for the two-pass steps of the pipeline, in their order. An empty entry is an edge map: it is
   * the body's next part, below the pixels and of the same size, 255 on edges.
   */
  readonly known: readonly Uint8Array[]
}

/** Edge maps that lie below a tile's pixels. */
export const mapsOf = ({ known }: Pick<TileSpec, 'known'>): number => known.filter(({ length }) => length === 0).length
