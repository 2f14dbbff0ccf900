import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/** Opening it waits for a writer that never comes: who reads it is met while it reads. */
export async function endlessFile(): Promise<string> {
  const path = join(await temporaryFolder(), 'pipe.png')
  execFileSync('mkfifo', [path])
  return path
}
