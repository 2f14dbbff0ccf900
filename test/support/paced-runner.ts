/** Instead of a worker pool: every task answers with its own bytes, after a time, or when the test lets it. */

import { setTimeout as pause } from 'node:timers/promises'
import { checksum } from '../../src/base/checksum.ts'
import { MurmurationError } from '../../src/base/errors.ts'
import type { ImageResult, ImageRunner, ImageTask } from '../../src/cv/image-runner.ts'

export interface PacedRunner extends ImageRunner {
  /** Tasks that begin from now on wait for `release`, but for the first `free` of them. */
  hold(free?: number): void
  release(): void
  /** Tasks of which this is true fail. */
  failWhere(isMeant: (task: ImageTask) => boolean): void
}

export function createPacedRunner(taskMs = 0): PacedRunner {
  let gate = Promise.withResolvers<void>()
  gate.resolve()
  let free = 0
  let isBad: (task: ImageTask) => boolean = () => false
  return {
    hold(count = 0) {
      gate = Promise.withResolvers()
      free = count
    },
    release: () => gate.resolve(),
    failWhere(isMeant) {
      isBad = isMeant
    },
    async run(task): Promise<ImageResult> {
      if (free > 0) free--
      else await gate.promise
      if (taskMs > 0) await pause(taskMs)
      if (isBad(task)) throw new MurmurationError('ERR_OPERATION', 'the test wants this one to fail')
      const digest = checksum(task.bytes)
      const { bytes } = task
      return { bytes, digest, pixelDigest: digest, widthPx: 1, heightPx: 1, decodeMs: 0, processMs: 0, encodeMs: 0 }
    },
    close: async () => gate.resolve(),
  }
}
