/** The tiles of one pass as tasks and their bodies: the coordinator reads a tile as it reads a file. */

import { MurmurationError } from '../../base/errors.ts'
import type { TaskId } from '../../base/ids.ts'
import { createRawTiff, rawTiffBytes, rawTiffShape } from '../../cv/codec/raw-tiff.ts'
import type { ChannelCount } from '../../cv/pixels.ts'
import type { Joined } from '../../cv/tiles/joins.ts'
import type { TileGrid } from '../../cv/tiles/rectangles.ts'
import { stackEdgeMaps, type TileWork, tileWork } from '../../cv/tiles/tile-body.ts'
import type { TilePass } from '../../cv/tiles/tile-plan.ts'
import { mapsOf } from '../../cv/tiles/tile-spec.ts'
import type { PlannedTask } from '../coordinator/job.ts'
import type { HugeImage, SourceReader } from '../coordinator/ports.ts'

/** One pass over one image. */
export interface PassWork {
  readonly grid: TileGrid
  readonly pass: TilePass
  /** Of all passes of the image, from 0. */
  readonly passIndex: number
  readonly passes: number
  /** What earlier passes found. */
  readonly joined: readonly Joined[]
}

/** A task for each tile, made when it is asked for; `source` is the tile's index. */
export function* tileTasks(image: PlannedTask, work: PassWork, nextId: () => TaskId): Generator<PlannedTask> {
  const { path, output, seed } = image
  const { grid, passIndex, passes } = work
  for (let index = 0; index < grid.count; index++) {
    const { spec } = workOf(work, index)
    const tile = { index, count: grid.count, pass: passIndex, passes, spec }
    yield { id: nextId(), path, source: String(index), output, seed, tile }
  }
}

const workOf = ({ grid, pass, joined }: PassWork, index: number): TileWork => tileWork(grid, index, pass, joined)

export function tileReader(image: HugeImage, channels: ChannelCount, work: PassWork): SourceReader {
  const shapeOf = ({ seen, spec }: TileWork) => ({
    widthPx: seen.widthPx,
    heightPx: seen.heightPx * (1 + mapsOf(spec)),
    channels,
  })
  return {
    async stat(source) {
      return { sizeBytes: rawTiffBytes(shapeOf(workOf(work, Number(source)))), modifiedMs: 0 }
    },
    async read(source) {
      const tile = workOf(work, Number(source))
      const { seen } = tile
      const { bytes, samples } = createRawTiff(shapeOf(tile))
      await image.read(seen, samples.subarray(0, seen.widthPx * seen.heightPx * channels))
      stackEdgeMaps(samples, channels, seen, work.joined)
      return bytes
    },
    async measure(bytes) {
      const shape = rawTiffShape(bytes)
      if (shape === undefined) throw new MurmurationError('ERR_INTERNAL', 'a tile is expected to have a header')
      return { widthPx: shape.widthPx, heightPx: shape.heightPx }
    },
  }
}
