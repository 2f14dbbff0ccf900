/** Runs the seeds that cli.ts gives it, a batch at a time; an empty batch is the end. */

import { parentPort } from 'node:worker_threads'
import type { Batch, SeedVerdict } from './cli.ts'
import { runSeed } from './run-seed.ts'

parentPort?.on('message', async (batch: Batch) => {
  const verdicts: SeedVerdict[] = []
  for (const one of batch) {
    const { seed, violations, events } = await runSeed(one)
    verdicts.push({ seed, violations, events })
  }
  if (batch.length === 0) parentPort?.close()
  else parentPort?.postMessage(verdicts)
})
