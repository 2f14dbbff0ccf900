/** A pipeline over an image in tiles, as a coordinator does it, without the cluster between. */

import type { OpenCv } from '../../src/cv/opencv.ts'
import type { Pipeline } from '../../src/cv/pipeline/pipeline.ts'
import type { Pixels } from '../../src/cv/pixels.ts'
import { createJoin, type Joined } from '../../src/cv/tiles/joins.ts'
import { coreOf, createGrid, cropSamples, type Rectangle } from '../../src/cv/tiles/rectangles.ts'
import { runTile } from '../../src/cv/tiles/run-tile.ts'
import { stackEdgeMaps, tileWork } from '../../src/cv/tiles/tile-body.ts'
import { planTiles } from '../../src/cv/tiles/tile-plan.ts'
import { mapsOf } from '../../src/cv/tiles/tile-spec.ts'

interface TilingOptions {
  readonly sidePx: number
  readonly seed: bigint
  readonly approximate?: boolean
}

export function runInTiles(openCv: OpenCv, image: Pixels, pipeline: Pipeline, options: TilingOptions): Pixels {
  const grid = createGrid(image, options.sidePx)
  const { passes } = planTiles(pipeline, { approximate: options.approximate ?? false })
  const joined: Joined[] = []
  let result: Pixels | undefined
  for (const pass of passes) {
    const join = pass.collectsFor && createJoin(pass.collectsFor, grid)
    // backwards: the order in which tiles are done does not matter
    for (let index = grid.count - 1; index >= 0; index--) {
      const { seen, spec } = tileWork(grid, index, pass, joined)
      const { channels } = image
      const heightPx = seen.heightPx * (1 + mapsOf(spec))
      const data = new Uint8Array(seen.widthPx * heightPx * channels)
      data.set(cropSamples(image.data, image.widthPx, channels, seen))
      stackEdgeMaps(data, channels, seen, joined)
      const body = { widthPx: seen.widthPx, heightPx, channels, data }
      const kept = runTile(openCv, body, pipeline, options.seed, spec)
      if (join) join.take(coreOf(grid, index), kept)
      else {
        result ??= {
          ...kept,
          ...{ widthPx: image.widthPx, heightPx: image.heightPx },
          data: blank(image, kept.channels),
        }
        paste(result, kept, coreOf(grid, index))
      }
    }
    if (join) joined.push(join.finish())
  }
  if (result === undefined) throw new Error('a plan without passes')
  return result
}

const blank = ({ widthPx, heightPx }: Pixels, channels: number): Uint8Array =>
  new Uint8Array(widthPx * heightPx * channels)

function paste(target: Pixels, part: Pixels, at: Rectangle): void {
  const rowBytes = part.widthPx * part.channels
  for (let row = 0; row < part.heightPx; row++) {
    const to = ((at.y + row) * target.widthPx + at.x) * target.channels
    target.data.set(part.data.subarray(row * rowBytes, (row + 1) * rowBytes), to)
  }
}
