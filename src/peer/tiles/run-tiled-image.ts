/**
 * One huge image over the cluster: decoded to the disk, its tiles run as ordinary tasks (pass by pass where its pipeline looks
 * at the whole image), stitched by distinct tile, and saved. A tile that fails for good fails the image, and nothing else.
 */

import type { Clock } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import type { PeerId, TaskId } from '../../base/ids.ts'
import { parseRawTiff } from '../../cv/codec/raw-tiff.ts'
import type { Pixels } from '../../cv/pixels.ts'
import { createJoin, type Joined } from '../../cv/tiles/joins.ts'
import { coreOf, createGrid } from '../../cv/tiles/rectangles.ts'
import type { TilePlan } from '../../cv/tiles/tile-plan.ts'
import type { PlannedTask, Stopped, TaskFailure, TaskOutcome, TaskResult } from '../coordinator/job.ts'
import { isBelieved } from '../coordinator/liars.ts'
import type { HugeImage, HugeImageStore, SourceReader } from '../coordinator/ports.ts'
import { type FinishedEvent, framesOf, type Voided } from '../coordinator/write.ts'
import { type JobEvent, type PeerRef, type StageTimes, tileCountOf } from '../job-events.ts'
import { type PassWork, tileReader, tileTasks } from './tile-source.ts'

export interface TiledImage {
  readonly task: PlannedTask
  readonly plan: TilePlan
  /** Side of what a tile keeps, px. */
  readonly sidePx: number
}

export interface TileWorld {
  readonly store: HugeImageStore
  readonly clock: Clock
  /** When the job began, on the clock. */
  readonly startedMs: number
  readonly signal: AbortSignal
  /** Tasks of the job count on over all images and passes. */
  readonly nextId: () => TaskId
  /** The cluster: outcomes of the tasks in any order, each at most once, or why the job stopped. */
  run(tasks: Iterable<PlannedTask>, reader: SourceReader): AsyncIterable<TaskOutcome | Stopped>
  emit(event: JobEvent): void
  /** Gave wrong results in this job. */
  readonly liars: { has(peer: PeerId): boolean }
}

/** Never rejects for what is wrong with the image. @throws MurmurationError ERR_OUTPUT when the whole folder is at fault */
export async function runTiledImage(image: TiledImage, world: TileWorld): Promise<FinishedEvent | Voided | Stopped> {
  const beganMs = world.clock.now()
  const shares = new Shares()
  let opened: HugeImage | undefined
  try {
    opened = await openUnlessStopped(image.task, world)
    const ending = await runPasses(image, opened, shares, world)
    if (ending !== undefined) return ending.kind === 'stopped' ? ending : failed(image, ending, world)
    const beganSavingMs = world.clock.now()
    if (!shares.areBelieved(world.liars)) return { kind: 'voided', task: image.task }
    const [peer, ...others] = shares.peers()
    const { sizeBytes, pixelDigest } = await opened.save(peer, others)
    const totalMs = world.clock.now() - beganMs
    return {
      event: 'done',
      ...about(image, world),
      peer,
      output: image.task.output,
      sizeBytes,
      pixelDigest: Buffer.from(pixelDigest).toString('hex'),
      ...framesOf(opened.frames),
      tiles: shares.tiles,
      responseMs: totalMs,
      stages: { ...shares.stages, saveMs: world.clock.now() - beganSavingMs, totalMs },
    }
  } catch (error) {
    if (world.signal.aborted) return interrupted()
    const { code, message } = asMurmurationError(error)
    if (code === 'ERR_OUTPUT') throw error
    return failed(image, { code, message, peer: undefined }, world)
  } finally {
    await opened?.close()
  }
}

const interrupted = (): Stopped => ({
  kind: 'stopped',
  error: new MurmurationError('ERR_INTERRUPTED', 'the job was interrupted before all images were done'),
})

/** Decoding cannot be interrupted: when the job is, nobody waits for it, and what it made is ended when it is there. */
async function openUnlessStopped(task: PlannedTask, { store, signal }: TileWorld): Promise<HugeImage> {
  signal.throwIfAborted()
  const opening = store.open(task)
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([opening, aborted])
  } catch (error) {
    if (signal.aborted) void opening.then((late) => late.close()).catch(() => {})
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

async function runPasses(
  { task, plan, sidePx }: TiledImage,
  image: HugeImage,
  shares: Shares,
  world: TileWorld,
): Promise<TaskFailure | Stopped | undefined> {
  const grid = createGrid(image, sidePx)
  const joined: Joined[] = []
  for (const [passIndex, pass] of plan.passes.entries()) {
    const join = pass.collectsFor && createJoin(pass.collectsFor, grid)
    const work = { grid, pass, passIndex, passes: plan.passes.length, joined }
    const take = async (index: number, pixels: Pixels): Promise<void> => {
      const core = coreOf(grid, index)
      if (join) return join.take(core, pixels)
      if (pixels.widthPx !== core.widthPx || pixels.heightPx !== core.heightPx) throw wrongSize(pixels)
      await image.place(core, pixels)
    }
    const ending = await runPass(task, image, work, take, shares, world)
    if (ending !== undefined) return ending
    if (join) joined.push(join.finish())
  }
  return undefined
}

const wrongSize = ({ widthPx, heightPx }: Pixels): MurmurationError =>
  new MurmurationError('ERR_PROTOCOL', `the result of a tile is expected in its size, got ${widthPx} x ${heightPx}`)

/** Undefined when every tile of the pass was taken once. */
async function runPass(
  task: PlannedTask,
  image: HugeImage,
  work: PassWork,
  take: (index: number, pixels: Pixels) => Promise<void>,
  shares: Shares,
  world: TileWorld,
): Promise<TaskFailure | Stopped | undefined> {
  const { grid } = work
  const missing = new Set(Array.from({ length: grid.count }, (_, index) => index))
  const tasks = tileTasks(task, work, world.nextId)
  for await (const outcome of world.run(tasks, tileReader(image, image.channels, work))) {
    if (outcome.kind !== 'result') return outcome
    const { tile } = outcome.task
    if (tile === undefined || !missing.has(tile.index)) continue
    await take(tile.index, parseRawTiff(outcome.bytes))
    missing.delete(tile.index)
    shares.add(outcome)
    const { clock, startedMs } = world
    world.emit({
      event: 'tile-done',
      path: task.path,
      task: outcome.task.id,
      attempt: outcome.attempt,
      atMs: clock.now() - startedMs,
      tile: tileCountOf(tile),
      peer: outcome.peer,
      responseMs: outcome.times.responseMs,
      sizeBytes: outcome.bytes.length,
      ...(outcome.verifiedBy && { verifiedBy: outcome.verifiedBy }),
    })
  }
  if (missing.size === 0) return undefined
  throw new MurmurationError('ERR_INTERNAL', `all ${grid.count} tiles are expected to end, ${missing.size} did not`)
}

const about = ({ task }: TiledImage, { clock, startedMs }: TileWorld) => ({
  path: task.path,
  source: task.source,
  task: task.id,
  attempt: 0,
  atMs: clock.now() - startedMs,
})

const failed = (
  image: TiledImage,
  { code, message, peer }: Pick<TaskFailure, 'code' | 'message' | 'peer'>,
  world: TileWorld,
): FinishedEvent => ({ event: 'failed', ...about(image, world), peer, code, message })

/** Who did how many tiles, and how long all of them took together, stage by stage. */
class Shares {
  readonly #claims = new Map<string, { readonly peer: PeerId; readonly verifiedBy: readonly PeerId[] }>()
  readonly #tiles = new Map<PeerId, { readonly peer: PeerRef; count: number }>()
  stages: Omit<StageTimes, 'saveMs' | 'totalMs'> = {
    queueMs: 0,
    sendMs: 0,
    delayMs: 0,
    decodeMs: 0,
    processMs: 0,
    encodeMs: 0,
    receiveMs: 0,
  }

  /** Of all peers together. */
  get tiles(): number {
    return this.#tiles.values().reduce((sum, { count }) => sum + count, 0)
  }

  /** Every tile is of somebody who is believed, or was confirmed by such. */
  areBelieved(liars: { has(peer: PeerId): boolean }): boolean {
    return [...this.#claims.values()].every(({ peer, verifiedBy }) => isBelieved(liars, peer, verifiedBy))
  }

  add({ peer, stages, times, verifiedBy = [] }: TaskResult): void {
    this.#claim(
      peer.id,
      verifiedBy.map(({ id }) => id),
    )
    const share = this.#tiles.get(peer.id) ?? { peer, count: 0 }
    share.count++
    this.#tiles.set(peer.id, share)
    const sum = this.stages
    this.stages = {
      queueMs: sum.queueMs + times.waitMs + stages.queueMs,
      sendMs: sum.sendMs + times.sendMs,
      delayMs: sum.delayMs + stages.delayMs,
      decodeMs: sum.decodeMs + stages.decodeMs,
      processMs: sum.processMs + stages.processMs,
      encodeMs: sum.encodeMs + stages.encodeMs,
      receiveMs: sum.receiveMs + times.receiveMs,
    }
  }

  /** The one that did most of them first: it is the image's peer in the summary. */
  peers(): readonly [PeerRef, ...PeerRef[]] {
    const sorted = [...this.#tiles.values()].sort((a, b) => b.count - a.count || (a.peer.id < b.peer.id ? -1 : 1))
    const [first, ...others] = sorted.map(({ peer }) => peer)
    if (first === undefined) throw new MurmurationError('ERR_INTERNAL', 'an image is expected to have tiles')
    return [first, ...others]
  }

  /** Each once, however many tiles there are: peers in the square. */
  #claim(peer: PeerId, verifiedBy: readonly PeerId[]): void {
    const key = [peer, ...verifiedBy].join()
    this.#claims.set(key, { peer, verifiedBy })
  }
}
