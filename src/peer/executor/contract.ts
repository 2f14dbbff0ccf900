/** What an executor needs, is told and offers. executor.ts builds it. */

import type { Clock } from '../../base/clock.ts'
import type { PeerId } from '../../base/ids.ts'
import type { ImageRunner } from '../../cv/image-runner.ts'
import type { FinishedTask } from '../metrics/recorder.ts'
import type { HeldModel } from '../models/model-cache.ts'
import type { LoadSource } from '../ports.ts'
import type { ExecutorChannel } from '../task-channel.ts'
import type { ExecutorLog } from './executor-log.ts'
import type { LoadMeter } from './load/load-meter.ts'

export interface ExecutorDependencies {
  /** Runs what was accepted, never more than `slots` at once. It belongs to whoever made it: the executor does not close it. */
  readonly runner: ImageRunner
  readonly clock: Clock
  /** Whether the text parses with this peer's operations. */
  knowsPipeline(text: string): boolean
  /** Without it pipelines that name a model fail. */
  readonly models?: ModelSource
  /** Without one nothing is written and totals begin at zero. */
  readonly log?: ExecutorLog
  /** Hears of each task that was done. */
  onFinished?(task: FinishedTask): void
  /** For `load: 'auto'`. Default: this machine's CPU counters. */
  readonly measureLoad?: LoadMeter
}

export interface ModelSource {
  /**
   * The model that a pipeline names, fetched from this coordinator where it is not here; whoever gets it releases it. Undefined
   * for a pipeline that names none. Rejects with ERR_MODEL_FETCH.
   */
  obtain(pipeline: string, from: PeerId): Promise<HeldModel> | undefined
}

export interface ExecutorSettings {
  readonly slots: number
  /** Load probability in [0, 1], or `auto` to follow what other programs use of the CPU. */
  readonly load: number | 'auto'
  /** The injected sleep. */
  readonly delayMs: number
  readonly maxPixels: number
  readonly pixelVersion: string
  /** Of the load draws. */
  readonly seed: string | number
}

/** The coordinator at the other end of a task stream. */
export interface AttachedCoordinator {
  readonly peer: PeerId
  /** The last measured round trip in milliseconds; undefined before the first measurement. */
  rttMs(): number | undefined
  /** This peer itself: its stream is never closed for being idle. Default false. */
  readonly isOwn?: boolean
}

export interface Executor extends LoadSource {
  /**
   * Serves a coordinator's stream until either side closes it. Beyond MAX_STREAMS_PER_COORDINATOR of one peer it is closed at
   * once; beyond MAX_COORDINATORS in all too, unless one that has nothing here has been silent for YIELD_IDLE_STREAM_MS.
   */
  attach(channel: ExecutorChannel, from: AttachedCoordinator): void
  /** Injects load with this probability from now on; ends `auto`. @throws MurmurationError ERR_USAGE outside [0, 1] */
  setLoadProbability(probability: number): void
  /** Refuses new tasks and hands back those that are parked; accepted ones go on. */
  pause(): void
  resume(): void
  /**
   * Refuses new tasks for good, hands back at once all that is not in a slot, and what still is after `withinMs`. Resolves
   * when every task is answered and every result has left, or at the latest after `withinMs`. Draining again can only
   * shorten it: who leaves does not wait for a drain that was to take an hour.
   */
  drain(withinMs: number): Promise<void>
  /** Closes every stream and drops what is held. Idempotent. */
  close(): Promise<void>
}
