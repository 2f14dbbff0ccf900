/** Instead of a worker pool: every task answers with its own bytes, after a time, or when the test lets it. */

import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { MurmurationError } from '../../src/base/errors.ts'
import type { ImageResult, ImageRunner, ImageTask } from '../../src/cv/image-runner.ts'

export interface PacedRunner extends ImageRunner {
  /** Tasks that begin from now on wait for `release`. */
  hold(): void
  release(): void
  /** Tasks of which this is true fail. */
  failWhere(isMeant: (task: ImageTask) => boolean): void
}

export function createPacedRunner(taskMs = 0): PacedRunner {
  let gate = Promise.withResolvers<void>()
  gate.resolve()
  let isBad: (task: ImageTask) => boolean = () => false
  return {
    hold() {
      gate = Promise.withResolvers()
    },
    release: () => gate.resolve(),
    failWhere(isMeant) {
      isBad = isMeant
    },
    async run(task): Promise<ImageResult> {
      await gate.promise
      if (taskMs > 0) await pause(taskMs)
      if (isBad(task)) throw new MurmurationError('ERR_OPERATION', 'the test wants this one to fail')
      const digest = createHash('sha256').update(task.bytes).digest()
      const { bytes } = task
      const pixelDigest = digest.subarray(0, 16)
      return { bytes, digest, pixelDigest, widthPx: 1, heightPx: 1, decodeMs: 0, processMs: 0, encodeMs: 0 }
    },
    close: async () => gate.resolve(),
  }
}
