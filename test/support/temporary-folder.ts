/** Empty folders and other things that end with the test. To be called inside a test. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { whenTestEnds } from './side-by-side.ts'

/** Runs `cleanup` when the test ends; the last given first. */
export const atEnd = (cleanup: () => Promise<unknown>): void =>
  whenTestEnds(async () => {
    await cleanup()
  })

/** An empty folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'murmuration-test-'))
  // whoever was just ended may have left a last file behind meanwhile
  atEnd(() => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }))
  return path
}
