/**
 * A pipeline on one tile: its pixels with the margin that the pipeline needs go in, the kept part comes out; or, in a pass
 * that collects, what a two-pass step wants to know about the kept part.
 */

import { MurmurationError } from '../../base/errors.ts'
import { loadPlanes, type Planes, readPlanes } from '../colour-planes.ts'
import type { OpenCv } from '../opencv.ts'
import type { OperationContext } from '../operations/operation.ts'
import { type Pipeline, type PipelineStep, twoPassOf } from '../pipeline/pipeline.ts'
import type { Pixels } from '../pixels.ts'
import { stepSeed } from '../run-pipeline.ts'
import { runStep } from '../run-step.ts'
import { type Mat, Scope } from '../scope.ts'
import { imageOfCounts } from './counts-image.ts'
import { followInTile } from './edge-levels.ts'
import { cropSamples, type Rectangle, relativeTo } from './rectangles.ts'
import { mapsOf, type TileSpec } from './tile-spec.ts'
import type { TwoPass } from './two-pass.ts'

/**
 * The kept pixels, or what was collected as an image: counts (counts-image.ts) or edge levels (edge-levels.ts).
 * @throws MurmurationError ERR_OPERATION, ERR_PIPELINE (the tile does not fit the pipeline), ERR_WORKER_CRASHED
 */
export function runTile(openCv: OpenCv, body: Pixels, pipeline: Pipeline, seed: bigint, tile: TileSpec): Pixels {
  using images = new Scope(openCv)
  try {
    const { pixels, maps } = partsOf(body, tile)
    const keep = relativeTo(tile.keep, { ...tile, ...pixels })
    const { x, y, fullWidthPx, fullHeightPx } = tile
    const place = { x, y, fullWidthPx, fullHeightPx }
    let planes = loadPlanes(images, openCv, pixels)
    let known = 0
    for (const [index, step] of pipeline.steps.entries()) {
      const work = { step, seed: stepSeed(seed, index), place }
      const twoPass = twoPassOf(step)
      const entry = twoPass && tile.known[known++]
      if (twoPass && entry === undefined) {
        if (!tile.collects) throw unfit(`passes before for ${known} two-pass steps`)
        using scope = new Scope(openCv)
        return collect(twoPass, step, planes.colour, keep, { openCv, scope, seed: work.seed, place })
      }
      const apply = twoPass && entry && applyOf(twoPass, step, entry, maps)
      planes = runStep(images, openCv, planes, { ...work, apply })
    }
    if (tile.collects) throw unfit('a two-pass step to collect for')
    return keptOf(openCv, planes, pixels, keep)
  } catch (error) {
    throw openCv.toError(error, 'moving the tile into or out of OpenCV')
  }
}

const unfit = (expected: string): MurmurationError =>
  new MurmurationError('ERR_PIPELINE', `a tile expects ${expected}, and its pipeline does not have it`)

/** The pixels, and the edge maps below them, of one channel each. */
function partsOf(body: Pixels, tile: TileSpec): { readonly pixels: Pixels; readonly maps: Uint8Array[] } {
  const { widthPx, channels, data } = body
  const parts = 1 + mapsOf(tile)
  const heightPx = body.heightPx / parts
  if (!Number.isInteger(heightPx)) throw unfit(`a body of ${parts} parts of equal height`)
  const partBytes = widthPx * heightPx * channels
  const maps = Array.from({ length: parts - 1 }, (_, index) => {
    const part = data.subarray((index + 1) * partBytes, (index + 2) * partBytes)
    return channels === 1 ? part : Uint8Array.from({ length: widthPx * heightPx }, (_, at) => part[at * channels] ?? 0)
  })
  return { pixels: { widthPx, heightPx, channels, data: data.subarray(0, partBytes) }, maps }
}

type Apply = (colour: Mat, context: OperationContext) => Mat

/** Takes the next of the maps where the step needs one. */
function applyOf(twoPass: TwoPass, { values }: PipelineStep, entry: Uint8Array, maps: Uint8Array[]): Apply {
  if (twoPass.kind === 'counts') return (colour, context) => twoPass.apply(colour, entry, values, context)
  const map = maps.shift()
  if (entry.length > 0 || map === undefined) throw unfit('an edge map for each step that draws edges')
  return (colour, context) => {
    const { openCv, scope } = context
    const edges = scope.matOf(colour.rows, colour.cols, openCv.cv.CV_8UC1)
    edges.data.set(map)
    return twoPass.apply(colour, edges, values, context)
  }
}

function collect(
  twoPass: TwoPass,
  { values, operation }: PipelineStep,
  colour: Mat,
  keep: Rectangle,
  context: OperationContext,
): Pixels {
  const { openCv, scope } = context
  const { widthPx, heightPx } = keep
  try {
    if (twoPass.kind === 'counts') {
      const kept = scope.mat()
      const view = scope.own(colour.roi(new openCv.cv.Rect(keep.x, keep.y, widthPx, heightPx)))
      view.copyTo(kept)
      return imageOfCounts(twoPass.collect(kept, values, context))
    }
    const { weak, strong } = twoPass.collect(colour, values, context)
    const [keptWeak, keptStrong] = [weak, strong].map(({ data, cols }) => cropSamples(data, cols, 1, keep))
    const none = new Uint8Array(0)
    const data = followInTile(keptWeak ?? none, keptStrong ?? none, widthPx, heightPx)
    return { widthPx, heightPx, channels: 1, data }
  } catch (error) {
    // here, not outside: the scope must know that its instance is spent before it frees anything
    throw openCv.toError(error, `operation "${operation.name}"`)
  }
}

function keptOf(openCv: OpenCv, planes: Planes, { widthPx, heightPx }: Pixels, keep: Rectangle): Pixels {
  const result = readPlanes(openCv, planes)
  if (result.widthPx !== widthPx || result.heightPx !== heightPx) throw unfit('operations that keep the size')
  const data = cropSamples(result.data, result.widthPx, result.channels, keep)
  return { widthPx: keep.widthPx, heightPx: keep.heightPx, channels: result.channels, data }
}
