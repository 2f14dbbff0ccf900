/** Where a path really is, symbolic links resolved: the only form in which two paths can be compared. */

import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

/** Of a path that need not exist: what exists of it is resolved, the rest is taken by its word. */
export async function realPathOf(path: string): Promise<string> {
  const absolute = resolve(path)
  try {
    return await realpath(absolute)
  } catch {
    const parent = dirname(absolute)
    return parent === absolute ? absolute : join(await realPathOf(parent), basename(absolute))
  }
}

/** The path of `inner` below `folder`, empty when it is the folder itself, undefined when it lies elsewhere. */
export function pathBelow(folder: string, inner: string): string | undefined {
  const path = relative(folder, inner)
  const isElsewhere = path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)
  return isElsewhere ? undefined : path
}
