/** Files that are pipes: whoever opens, reads or writes one is met while it does. On Linux. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/** Opening it waits for the other side; a writer stands still as soon as 64 KiB were not read. */
export const makePipe = (path: string): void => void execFileSync('mkfifo', [path])

/** Opening it waits for a writer that never comes: who reads it is met while it reads. */
export async function endlessFile(): Promise<string> {
  const path = join(await temporaryFolder(), 'pipe.png')
  makePipe(path)
  return path
}
