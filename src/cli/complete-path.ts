/** A path completed as a shell does it: what is certain is added, what would fit is listed. */

import { opendir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { MAX_COMPLETION_ENTRIES, MAX_PATH_CANDIDATES } from '../base/limits.ts'
import { commonStart } from '../tui/dashboard/form.ts'
import type { PathCompletion } from '../tui/dashboard/port.ts'

/** Hidden names are offered only when their dot is typed. A folder that cannot be read completes to nothing. */
export async function completePath(text: string, workingDir: string): Promise<PathCompletion> {
  const folder = text.slice(0, text.lastIndexOf('/') + 1)
  const start = text.slice(folder.length)
  const names = await namesIn(resolve(workingDir, withHome(folder)), start)
  const completed = commonStart(names)
  return {
    text: completed.length > start.length ? folder + completed : text,
    candidates: names.length > 1 ? names.slice(0, MAX_PATH_CANDIDATES) : [],
  }
}

/** `~/` is the shell's, and here is none. */
export const withHome = (path: string): string =>
  path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path

async function namesIn(folder: string, start: string): Promise<readonly string[]> {
  const names: string[] = []
  try {
    let left = MAX_COMPLETION_ENTRIES
    for await (const entry of await opendir(folder)) {
      left -= 1
      if (left < 0) break
      if (!entry.name.startsWith(start) || (entry.name.startsWith('.') && start === '')) continue
      names.push(entry.isDirectory() ? `${entry.name}/` : entry.name)
    }
  } catch {
    return []
  }
  return names.sort()
}
