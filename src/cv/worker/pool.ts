import { type Clock, systemClock } from '../../base/clock.ts'
import { MurmurationError } from '../../base/errors.ts'
import type { ImageRunner } from '../image-runner.ts'

export interface WorkerPoolOptions {
  /** Threads at most, each with its own OpenCV (about 65 MB, more with larger images). */
  readonly slots: number
  /** A task that runs longer ends its worker: ERR_TASK_TIMEOUT. Waiting for a worker does not count. */
  readonly taskTimeoutMs: number
  /** Lowers the OS priority of the workers where that is possible (Linux). Default false. */
  readonly lowPriority?: boolean
  readonly clock?: Clock
  /** Another thread entry, for tests. */
  readonly workerUrl?: URL
}

export function createWorkerPool({ clock = systemClock }: WorkerPoolOptions): ImageRunner {
  throw new MurmurationError('ERR_INTERNAL', `not written yet ${clock.now()}`)
}
