/**
 * `mkdir -p` that always ends. Node's own `mkdir(path, { recursive: true })` spins for ever, in a thread that nothing can stop,
 * where a parent exists and still answers ENOENT: `/proc/x` (measured on Node 24.21). To go when Node no longer does.
 */

import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes the folder and what is missing above it. @throws the file system's error */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  if ((await makeOne(path, mode)) === 'made') return
  const parent = dirname(path)
  if (parent !== path) await makeFolder(parent, mode)
  if ((await makeOne(path, mode)) === 'made') return
  throw Object.assign(new Error(`ENOENT: ${path} cannot be made in ${parent}`), { code: 'ENOENT' })
}

/** `made` also when it was there already. */
async function makeOne(path: string, mode: number | undefined): Promise<'made' | 'no-parent'> {
  try {
    await mkdir(path, { mode })
    return 'made'
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'no-parent'
    if ((await stat(path).catch(() => undefined))?.isDirectory() === true) return 'made'
    throw error
  }
}
