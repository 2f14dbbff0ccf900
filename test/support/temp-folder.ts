/** A folder that is gone when its test has ended. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** To be called inside a test. */
export async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'murmuration-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
