/** Which images of a plan are done in tiles, and in tiles of which size. Reads headers only, and only where tiles are asked for. */

import { inParallel } from '../../base/in-parallel.ts'
import { AUTO_TILE_PX, DEFAULT_MAX_PIXELS, MAX_OPEN_FILES, MAX_TILE_PX } from '../../base/limits.ts'
import type { Size } from '../../cv/tiles/rectangles.ts'
import type { TilePlan } from '../../cv/tiles/tile-plan.ts'
import type { PlannedTask } from '../coordinator/job.ts'

/** A side in pixels, or `auto`: a suitable one, and only for images that no peer takes whole by default. */
export type TileChoice = number | 'auto'

export interface ChosenTasks {
  readonly whole: readonly PlannedTask[]
  readonly tiled: readonly PlannedTask[]
}

/** @param measure undefined where a file cannot be measured: it is left to be a task, whose failure will say why */
export async function chooseTiled(
  tasks: readonly PlannedTask[],
  tile: TileChoice,
  measure: (source: string) => Promise<Size | undefined>,
): Promise<ChosenTasks> {
  const whole: PlannedTask[] = []
  const tiled: PlannedTask[] = []
  const readings = tasks.map((task) => async () => ({ task, size: await measure(task.source) }))
  for await (const { task, size } of inParallel(readings, { concurrency: MAX_OPEN_FILES, ordered: true })) {
    if (size !== undefined && isTiled(size, tile)) tiled.push(task)
    else whole.push(task)
  }
  return { whole, tiled }
}

const isTiled = ({ widthPx, heightPx }: Size, tile: TileChoice): boolean =>
  tile === 'auto' ? widthPx * heightPx > DEFAULT_MAX_PIXELS : Math.max(widthPx, heightPx) > tile

/** The side of a tile: the one that was asked for, or one that is large against the pipeline's reach. */
export function tileSidePx(tile: TileChoice, { passes }: TilePlan): number {
  if (tile !== 'auto') return tile
  const reachPx = Math.max(...passes.map((pass) => pass.reachPx))
  return Math.min(MAX_TILE_PX, Math.max(AUTO_TILE_PX, 4 * reachPx))
}
