/** The workers of a simulated executor: they take time, and each kind of image its own end. */

import type { Timer } from '../../src/base/clock.ts'
import { MurmurationError } from '../../src/base/errors.ts'
import type { ImageResult, ImageRunner, ImageTask } from '../../src/cv/image-runner.ts'
import { effortOf, resultOf } from './images.ts'
import type { SimProcess } from './sim-process.ts'

export interface WorkerPoolOptions {
  readonly process: SimProcess
  readonly slots: number
  /** What wrong pixels are signed with; empty for right ones. */
  liesAbout(task: ImageTask): string
  readonly hidesLies: boolean
  /** Says another digest than its bytes have. */
  readonly hasWrongDigests: boolean
  /** Milliseconds of work more for a task that begins. */
  extraMs(): number
  /** Milliseconds that one millisecond of work takes now. */
  slowness(): number
  onStart(task: ImageTask): void
  onTooMany(running: number): void
}

export interface SimWorkerPool extends ImageRunner {
  /** The peer became slower or faster: so does what runs. */
  rescale(): void
}

interface Running {
  readonly end: () => void
  leftMs: number
  sinceMs: number
  slowness: number
  timer: Timer | undefined
}

export function createSimWorkerPool(options: WorkerPoolOptions): SimWorkerPool {
  const { process, slots } = options
  const { clock } = process
  const running = new Set<Running>()

  function schedule(one: Running): void {
    one.timer?.cancel()
    one.sinceMs = clock.now()
    one.slowness = options.slowness()
    one.timer = clock.setTimer(one.leftMs * one.slowness, one.end)
  }

  function run(task: ImageTask, { signal }: { signal?: AbortSignal } = {}): Promise<ImageResult> {
    options.onStart(task)
    return new Promise((resolve, reject) => {
      const { kind, workMs } = effortOf(task)
      const startedMs = clock.now()
      const finish = (act: () => void): void => {
        one.timer?.cancel()
        signal?.removeEventListener('abort', onAbort)
        running.delete(one)
        act()
      }
      const end = (): void =>
        finish(() => {
          const outcome = outcomeOf(task, kind, clock.now() - startedMs)
          if (outcome instanceof Error) reject(outcome)
          else resolve(outcome)
        })
      const onAbort = (): void => finish(() => reject(new MurmurationError('ERR_CANCELLED', 'the pool was closed')))
      const one: Running = { end, leftMs: workMs + options.extraMs(), sinceMs: 0, slowness: 1, timer: undefined }
      running.add(one)
      if (running.size > slots) options.onTooMany(running.size)
      signal?.addEventListener('abort', onAbort, { once: true })
      schedule(one)
    })
  }

  function outcomeOf(task: ImageTask, kind: string, tookMs: number): ImageResult | MurmurationError {
    if (kind === 'poison') return new MurmurationError('ERR_WORKER_CRASHED', 'the worker ended')
    if (kind === 'broken') return new MurmurationError('ERR_OPERATION', 'the operation does not fit the image')
    const result = resultOf(task, tookMs, options.liesAbout(task), options.hidesLies)
    return options.hasWrongDigests ? { ...result, digest: new Uint8Array(16) } : result
  }

  return {
    run,
    rescale() {
      for (const one of running) {
        one.leftMs = Math.max(0, one.leftMs - (clock.now() - one.sinceMs) / one.slowness)
        schedule(one)
      }
    },
    close: async () => {},
  }
}
