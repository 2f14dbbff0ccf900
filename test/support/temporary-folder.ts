/** Empty folders and other things that end with the test. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

/** Runs `cleanup` when the test ends; the last given first. */
export const atEnd = (cleanup: () => Promise<unknown>): void => void cleanups.push(cleanup)

/** An empty folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'murmuration-test-'))
  atEnd(() => rm(path, { recursive: true, force: true }))
  return path
}
