/** The workers of a simulated executor: they take time, and each kind of image its own end. */

import { MurmurationError } from '../../src/base/errors.ts'
import type { ImageResult, ImageRunner, ImageTask } from '../../src/cv/image-runner.ts'
import { readImage, resultOf } from './images.ts'
import type { SimProcess } from './sim-process.ts'

export interface WorkerPoolOptions {
  readonly process: SimProcess
  readonly slots: number
  /** Signs wrong pixels with it; empty for an honest peer. */
  readonly liesAs: string
  /** Says another digest than its bytes have. */
  readonly hasWrongDigests: boolean
  /** Milliseconds that this much work takes now. */
  timeFor(workMs: number): number
  onStart(bytes: Uint8Array): void
  onTooMany(running: number): void
}

export function createSimWorkerPool(options: WorkerPoolOptions): ImageRunner {
  const { process, slots, liesAs, hasWrongDigests } = options
  let running = 0

  function run(task: ImageTask, { signal }: { signal?: AbortSignal } = {}): Promise<ImageResult> {
    options.onStart(task.bytes)
    running++
    if (running > slots) options.onTooMany(running)
    return new Promise((resolve, reject) => {
      const image = readImage(task.bytes)
      const tookMs = options.timeFor(image.workMs)
      const finish = (act: () => void): void => {
        signal?.removeEventListener('abort', onAbort)
        running--
        act()
      }
      const timer = process.clock.setTimer(tookMs, () => finish(() => end(task, image.kind, tookMs, resolve, reject)))
      const onAbort = (): void => {
        timer.cancel()
        finish(() => reject(new MurmurationError('ERR_CANCELLED', 'the pool was closed')))
      }
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  function end(
    task: ImageTask,
    kind: string,
    tookMs: number,
    resolve: (result: ImageResult) => void,
    reject: (error: Error) => void,
  ): void {
    if (kind === 'poison') {
      reject(new MurmurationError('ERR_WORKER_CRASHED', 'the worker ended'))
    } else if (kind === 'broken') {
      reject(new MurmurationError('ERR_OPERATION', 'the operation does not fit the image'))
    } else {
      const result = resultOf(task, tookMs, liesAs)
      resolve(hasWrongDigests ? { ...result, digest: new Uint8Array(32) } : result)
    }
  }

  return { run, close: async () => {} }
}
