/** An executor with its workers and its log, and the way in for this peer's own coordinator. */

import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { PeerId } from '../base/ids.ts'
import { createWorkerPool, type ImageRunner, modelOf, parsePipeline, pixelVersion } from '../cv/index.ts'
import { createChannelPair } from './channel-pair.ts'
import type { CheckedExecutorOptions } from './check-options.ts'
import type { LocalExecutor } from './coordinator/ports.ts'
import { createExecutorLog } from './executor/executor-log.ts'
import { createExecutor, type Executor, type ModelSource } from './executor/index.ts'
import { rememberPipelines } from './executor/known-pipelines.ts'
import type { FinishedTask } from './metrics/recorder.ts'
import { createModelCache } from './models/model-cache.ts'
import { createModelStore, type ModelStoreOptions } from './models/model-store.ts'
import type { OwnLoad } from './ports.ts'

export interface OwnExecutor {
  readonly executor: Executor
  /** The same executor for a coordinator in this process. */
  readonly local: LocalExecutor
  /** Ends its streams, its workers and its log. */
  close(): Promise<void>
}

export interface OwnExecutorWorld {
  readonly id: PeerId
  readonly name: string
  /** Where its log, its totals and its models are kept. */
  readonly directory: string
  readonly clock: Clock
  /** Whether workers are processes. */
  readonly isolate: boolean
  /** Gets a model from the coordinator of a task. */
  readonly fetchModel: ModelStoreOptions['fetch']
  readonly simd: boolean
  /** Hears of each task that was done. */
  onFinished?(task: FinishedTask): void
  /** Instead of the worker pool: how benchmarks measure everything but images. */
  readonly runner?: ImageRunner
}

function knowsPipeline(text: string): boolean {
  try {
    parsePipeline(text)
    return true
  } catch {
    return false
  }
}

export function createOwnExecutor(options: CheckedExecutorOptions, world: OwnExecutorWorld): OwnExecutor {
  const { slots, load, delayMs, maxPixels, taskTimeoutMs, seed } = options
  const { id, name, clock, isolate, simd } = world
  const lowPriority = load === 'auto'
  const runner = world.runner ?? createWorkerPool({ slots, taskTimeoutMs, lowPriority, isolate, simd, clock })
  const log = createExecutorLog(join(world.directory, 'executor'), { clock })
  const store = createModelStore({
    cache: createModelCache(join(world.directory, 'models')),
    fetch: world.fetchModel,
  })
  const modelNamedBy = rememberPipelines((text) => modelOf(parsePipeline(text)) ?? '', '')
  const models: ModelSource = {
    obtain(pipeline, from) {
      const digest = modelNamedBy(pipeline)
      return digest === '' ? undefined : store.obtain(digest, from)
    },
  }
  const executor = createExecutor(
    { runner, clock, knowsPipeline, models, log, onFinished: (task) => world.onFinished?.(task) },
    { slots, load, delayMs, maxPixels, pixelVersion: pixelVersion(), seed: seed ?? id },
  )
  const noRoundTrip = (): number => 0
  return {
    executor,
    local: {
      get info() {
        const now = executor.read()
        const { isPaused, isDraining, loadProbability, msPerMegapixel, running, parked } = now
        return {
          id,
          name,
          slots,
          maxPixels,
          loadProbability,
          isPaused,
          isDraining,
          msPerMegapixel,
          outstanding: running + parked,
        }
      },
      attach() {
        const pair = createChannelPair()
        executor.attach(pair.executor, { peer: id, rttMs: noRoundTrip, isOwn: true })
        return pair.coordinator
      },
    },
    async close() {
      await executor.close()
      store.close()
      await runner.close()
      await log.flush()
    },
  }
}

const NO_COUNTS = { accepted: 0, refused: 0, delayed: 0, completed: 0, failed: 0 }

/** What gossip says about a peer whose executor is not there: an observer, or one that is starting. */
export function loadWithoutExecutor(options: CheckedExecutorOptions | undefined): OwnLoad {
  const load = options?.load
  return {
    role: options ? 'executor' : 'observer',
    slots: options?.slots ?? 0,
    maxPixels: options?.maxPixels ?? 0,
    running: 0,
    parked: 0,
    loadProbability: typeof load === 'number' ? load : 0,
    isPaused: false,
    isDraining: false,
    counts: NO_COUNTS,
    msPerMegapixel: 0,
    strategies: [],
  }
}
