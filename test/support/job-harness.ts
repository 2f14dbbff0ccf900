/** Runs the real coordinator over a fake cluster with sources and outputs in memory. */

import { jobId, type PeerId, peerId, taskId } from '../../src/base/ids.ts'
import { createRandom } from '../../src/base/random.ts'
import type { PlannedTask, TaskResult } from '../../src/peer/coordinator/job.ts'
import type { HugeImageStore, LocalExecutor } from '../../src/peer/coordinator/ports.ts'
import { type JobInput, runJob, type TaskStream } from '../../src/peer/coordinator/run-job.ts'
import { STRATEGIES, type StrategyName } from '../../src/peer/coordinator/strategies/index.ts'
import type { JobEvent, JobSummary } from '../../src/peer/job-events.ts'
import type { ClusterPort } from '../../src/peer/ports.ts'
import type { TiledImage } from '../../src/peer/tiles/run-tiled-image.ts'
import type { FakeExecutor } from './fake-cluster.ts'
import type { VirtualClock } from './virtual-clock.ts'

export interface HarnessOptions {
  readonly clock: VirtualClock
  readonly cluster: ClusterPort
  /** What there is to do when the job begins. */
  readonly images: number
  /** Instead: tasks that come while the job runs. */
  readonly stream?: TaskStream
  readonly strategy?: StrategyName
  readonly seed?: number
  readonly giveUpMs?: number
  readonly waitMs?: number
  readonly local?: 'auto' | 'always' | 'never'
  readonly hedge?: boolean
  /** Share of tasks that a second peer runs too. */
  readonly verify?: number
  /** What earlier runs did, and who lied in them; whatever is withdrawn of it is given by `earlierBy`. */
  readonly earlier?: JobInput['earlier']
  /** Image numbers that an earlier run did, by the peer that did them. */
  readonly earlierBy?: ReadonlyMap<PeerId, readonly number[]>
  readonly localExecutor?: FakeExecutor
  readonly signal?: AbortSignal
  /** Images that are done in tiles, after the others, and where they are kept. */
  readonly tiled?: readonly TiledImage[]
  readonly hugeImages?: HugeImageStore
  /** Default `edges`. */
  readonly pipeline?: string
  /** Whether the reader of the events is too far behind; default: never. */
  readonly isSaturated?: () => boolean
  readonly sizeBytes?: (index: number) => number
  /** Of all images, which are 100 px high; default 100. */
  readonly widthPx?: number
  /** Frames of an image, by its number; default 1. */
  readonly frames?: (index: number) => number
  /** Called for each result before it counts as saved. */
  readonly save?: (result: TaskResult) => Promise<void>
}

export interface RunningJob {
  readonly events: JobEvent[]
  /** How often each output was saved, without what was withdrawn. */
  readonly saved: Map<string, number>
  /** What stands there in the end, by its path. */
  readonly outputs: Map<string, TaskResult>
  readonly summary: Promise<JobSummary>
  readonly isEnded: () => boolean
  of<Name extends JobEvent['event']>(name: Name): Extract<JobEvent, { event: Name }>[]
}

export const planned = (images: number, seed = 0): PlannedTask[] =>
  Array.from({ length: images }, (_, index) => {
    const path = `image-${String(index).padStart(5, '0')}.png`
    return {
      id: taskId(index),
      path,
      source: String(index),
      output: path,
      seed: BigInt(index) + BigInt(seed) * 1_000_000n,
    }
  })

export function startJob(options: HarnessOptions): RunningJob {
  const { clock, cluster, images } = options
  const strategyName = options.strategy ?? 'balanced'
  const strategy = STRATEGIES[strategyName]
  const events: JobEvent[] = []
  const saved = new Map<string, number>()
  const outputs = new Map<string, TaskResult>()
  const saving = new Set<Promise<void>>()
  const tasks = planned(images, options.seed ?? 0)
  const todo = new Set(options.earlierBy ? [...options.earlierBy.values()].flat() : [])
  const bytesOf = (source: string): Uint8Array =>
    new Uint8Array(options.sizeBytes?.(Number(source)) ?? 100).fill(Number(source) % 251)
  let ended = false

  const localExecutor = (): LocalExecutor => {
    const executor = options.localExecutor
    if (!executor) throw new Error('this test has no local executor')
    return {
      get info() {
        return executor.info()
      },
      attach: () => executor.open(),
    }
  }

  const summary = runJob(
    {
      cluster,
      clock,
      random: createRandom(options.seed ?? 1),
      reader: {
        stat: async (source) => ({ sizeBytes: bytesOf(source).length, modifiedMs: 1 }),
        read: async (source) => bytesOf(source),
        // every byte of a source is its number
        measure: async ([index = 0]) => ({
          widthPx: options.widthPx ?? 100,
          heightPx: 100,
          frames: options.frames?.(index) ?? 1,
        }),
      },
      sink: {
        async save(result) {
          const save = async (): Promise<void> => {
            await options.save?.(result)
            saved.set(result.task.path, (saved.get(result.task.path) ?? 0) + 1)
            outputs.set(result.task.path, result)
          }
          const underWay = save()
          saving.add(underWay)
          await underWay.finally(() => saving.delete(underWay))
        },
        noteFailure: async () => {},
        async withdraw(liars) {
          await Promise.allSettled([...saving])
          const by = new Set(liars.map(({ id }) => id))
          const ofThisRun = [...outputs.values()].flatMap(({ task, peer, verifiedBy = [] }) => {
            return by.has(peer.id) && verifiedBy.every(({ id }) => by.has(id)) ? [{ task, peer }] : []
          })
          for (const { task } of ofThisRun) {
            saved.delete(task.path)
            outputs.delete(task.path)
          }
          const ofEarlier = liars.flatMap((peer) => {
            return (options.earlierBy?.get(peer.id) ?? []).flatMap((index) => {
              const task = tasks[index]
              return task ? [{ task, peer }] : []
            })
          })
          return [...ofThisRun, ...ofEarlier]
        },
      },
      localExecutor,
      self: { id: peerId('12D3KooWself'), name: 'self' },
      emit: (event) => void events.push(event),
      ...(options.hugeImages && { hugeImages: options.hugeImages }),
      isSaturated: options.isSaturated ?? (() => false),
    },
    {
      tasks: options.stream ?? tasks.filter((_, index) => !todo.has(index)),
      ...(options.earlier && { earlier: options.earlier }),
      tiled: options.tiled ?? [],
      divide: async (redo) => {
        const paths = new Set(redo.map(({ path }) => path))
        const tiled = (options.tiled ?? []).filter(({ task }) => paths.delete(task.path))
        return { tasks: redo.filter(({ path }) => paths.has(path)), tiled }
      },
      settings: {
        job: jobId('0123456789abcdef0123456789abcdef'),
        strategyName,
        choose: strategy.choose,
        bindsLate: strategy.bindsLate,
        mode: strategy.mustTake ? 'delayed-execute' : 'execute',
        pipeline: options.pipeline ?? 'edges',
        pixelVersion: 'test',
        format: 'keep',
        quality: 90,
        keepMetadata: false,
        waitMs: options.waitMs ?? 3_000,
        giveUpMs: options.giveUpMs ?? 60_000,
        local: options.local ?? 'never',
        hedge: options.hedge ?? false,
        verify: options.verify ?? 0,
      },
      facts: {
        job: jobId('0123456789abcdef0123456789abcdef'),
        strategy: strategyName,
        pipeline: options.pipeline ?? 'edges',
        kind: 'image',
        seed: 1,
        images: images + (options.tiled?.length ?? 0),
        alreadyDone: todo.size,
        ...(options.verify !== undefined && { isVerified: true }),
      },
      signal: options.signal ?? new AbortController().signal,
    },
  ).finally(() => {
    ended = true
  })

  return {
    events,
    saved,
    outputs,
    summary,
    isEnded: () => ended,
    of: <Name extends JobEvent['event']>(name: Name) =>
      events.filter((event): event is Extract<JobEvent, { event: Name }> => event.event === name),
  }
}

/** Lets virtual time pass until the job has ended, and returns its summary. */
export async function finish(job: RunningJob, clock: VirtualClock, withinMs = 600_000): Promise<JobSummary> {
  await clock.advanceUntil(job.isEnded, withinMs)
  return job.summary
}
