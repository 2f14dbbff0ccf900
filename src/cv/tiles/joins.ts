/** From what the tiles of one pass collected to what the next pass is told: counts are summed, edges followed. */

import { MurmurationError } from '../../base/errors.ts'
import { type PipelineStep, twoPassOf } from '../pipeline/pipeline.ts'
import type { Pixels } from '../pixels.ts'
import { countsOfImage } from './counts-image.ts'
import { EdgeMap } from './edge-map.ts'
import type { Rectangle, TileGrid } from './rectangles.ts'

/** What is known of the whole image for one two-pass step. */
export type Joined =
  | { readonly kind: 'counts'; readonly known: Uint8Array }
  | { readonly kind: 'edges'; readonly map: EdgeMap }

export interface Join {
  /** Takes what one tile collected; each tile once. @throws MurmurationError ERR_PROTOCOL when it is of another kind */
  take(core: Rectangle, collected: Pixels): void
  /** After all tiles. */
  finish(): Joined
}

/** @param step one with a two-pass definition */
export function createJoin(step: PipelineStep, grid: TileGrid): Join {
  const twoPass = twoPassOf(step)
  if (twoPass === undefined) {
    const { name } = step.operation
    throw new MurmurationError('ERR_INTERNAL', `operation "${name}" is expected to be done in two passes, and is not`)
  }
  if (twoPass.kind === 'edges') return joinEdges(grid)
  let sums: Float64Array[] | undefined
  return {
    take(_core, collected) {
      const counts = countsOfImage(collected)
      sums ??= counts.map(() => new Float64Array(256))
      if (sums.length !== counts.length) throw mismatch(`${sums.length} planes`, `${counts.length}`)
      for (const [plane, sum] of sums.entries()) {
        for (const [level, count] of (counts[plane] ?? []).entries()) sum[level] = (sum[level] ?? 0) + count
      }
    },
    finish: () => ({ kind: 'counts', known: twoPass.combine(sums ?? [], step.values) }),
  }
}

function joinEdges(grid: TileGrid): Join {
  const map = new EdgeMap(grid)
  return {
    take(core, { widthPx, heightPx, channels, data }) {
      if (widthPx !== core.widthPx || heightPx !== core.heightPx || channels !== 1) {
        throw mismatch(`${core.widthPx} x ${core.heightPx} x 1`, `${widthPx} x ${heightPx} x ${channels}`)
      }
      map.place(core, data)
    },
    finish() {
      map.join()
      return { kind: 'edges', map }
    },
  }
}

const mismatch = (expected: string, got: string): MurmurationError =>
  new MurmurationError('ERR_PROTOCOL', `what a tile collected is expected as ${expected}, got ${got}`)
