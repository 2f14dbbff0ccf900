/** Whether and how a pipeline can be done in tiles: in how many passes, and with how much margin in each. Pure. */

import { MurmurationError } from '../../base/errors.ts'
import { APPROXIMATE_TILE_REACH_PX, MAX_TILE_KNOWN } from '../../base/limits.ts'
import { type Pipeline, type PipelineStep, reachOf, twoPassOf } from '../pipeline/pipeline.ts'

export interface TilePass {
  /** Margin around what a tile keeps, px. */
  readonly reachPx: number
  /** The two-pass step that it collects for; undefined for the last pass, which gives the pixels. */
  readonly collectsFor: PipelineStep | undefined
}

export interface TilePlan {
  readonly passes: readonly TilePass[]
  /** Names of the operations whose result in tiles differs from that of the whole image. */
  readonly approximated: readonly string[]
}

/** @throws MurmurationError ERR_PIPELINE when an operation cannot be done in tiles, or only with `approximate` */
export function planTiles({ steps }: Pipeline, { approximate }: { readonly approximate: boolean }): TilePlan {
  const collecting: TilePass[] = []
  const approximated: string[] = []
  let reachPx = 0
  for (const step of steps) {
    const twoPass = twoPassOf(step)
    if (twoPass) {
      const ownPx = twoPass.kind === 'edges' ? twoPass.collectReachPx(step.values) : 0
      collecting.push({ reachPx: Math.ceil(reachPx + ownPx), collectsFor: step })
      reachPx += twoPass.reachPx(step.values)
      continue
    }
    const ownPx = reachOf(step)
    if (ownPx !== 'whole image') {
      reachPx += ownPx
      continue
    }
    refuseUntileable(step, approximate)
    approximated.push(step.operation.name)
    reachPx += APPROXIMATE_TILE_REACH_PX
  }
  if (collecting.length > MAX_TILE_KNOWN) {
    throw new MurmurationError(
      'ERR_PIPELINE',
      `tiles expect at most ${MAX_TILE_KNOWN} operations that need a pass of their own, got ${collecting.length}`,
    )
  }
  return { passes: [...collecting, { reachPx: Math.ceil(reachPx), collectsFor: undefined }], approximated }
}

function refuseUntileable({ operation: { name, applyToAlpha } }: PipelineStep, approximate: boolean): void {
  // whatever does something to the alpha plane moves pixels
  if (applyToAlpha !== undefined) {
    throw new MurmurationError(
      'ERR_PIPELINE',
      `operation "${name}" moves pixels across the whole image and cannot be done in tiles: submit without --tile`,
      { facts: { operation: name } },
    )
  }
  if (approximate) return
  throw new MurmurationError(
    'ERR_PIPELINE',
    `operation "${name}" looks at the whole image, so tiles would not give the same pixels: --approximate-tiles accepts that, with ${APPROXIMATE_TILE_REACH_PX} px of overlap`,
    { facts: { operation: name } },
  )
}
