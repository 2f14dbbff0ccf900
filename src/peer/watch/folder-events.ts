/**
 * What the operating system tells of changes below folders. macOS and Windows watch a whole tree at once; elsewhere each folder
 * has a watch of its own. (Node's recursive watch on Linux takes one for every file too: 20,001 of the system's 192,536 for
 * 20,000 files, and 65 MB; measured with Node 24.21.) Everything here is a hint: what is missed is found by looking again.
 */

import { type FSWatcher, watch } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { MAX_WATCHED_FOLDERS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'

const log = createLog('watch')

export interface FolderEvents {
  /** From now on changes in this folder are told; on systems that watch whole trees, only a root needs to be given. */
  add(folder: string): void
  close(): void
}

const WATCHES_TREES = process.platform === 'darwin' || process.platform === 'win32'

/**
 * @param onChange gets the path of what changed, or of the folder in which something did
 * @param onFull told once, when no more folders can be watched
 */
export function watchFolders(
  roots: readonly string[],
  onChange: (path: string) => void,
  onFull: () => void,
): FolderEvents {
  const watchers = new Map<string, FSWatcher>()
  let isFull = false

  function begin(folder: string): void {
    if (isFull || watchers.has(folder)) return
    if (watchers.size >= MAX_WATCHED_FOLDERS) {
      becomeFull()
      return
    }
    try {
      const watcher = watch(folder, { recursive: WATCHES_TREES, persistent: false }, (kind, name) => {
        // a watch follows the folder that it was set on: made anew under the same name, or moved, it needs another
        const isMaybeItself = kind === 'rename' && name === basename(folder)
        const path = name === null || isMaybeItself ? folder : join(folder, name)
        if (kind === 'rename' && watchers.has(path)) drop(path)
        onChange(path)
      })
      watcher.on('error', (error) => {
        log('watching %s ended: %s', folder, error.message)
        drop(folder)
      })
      watchers.set(folder, watcher)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      log('cannot watch %s: %s', folder, code)
      if (code === 'ENOSPC' || code === 'EMFILE') becomeFull()
    }
  }

  /** The folder's watch and those of all below it. */
  function drop(folder: string): void {
    for (const [path, watcher] of watchers) {
      if (path !== folder && !path.startsWith(`${folder}${sep}`)) continue
      watcher.close()
      watchers.delete(path)
    }
  }

  function becomeFull(): void {
    isFull = true
    onFull()
  }

  for (const root of roots) begin(root)
  return {
    add(folder) {
      if (!WATCHES_TREES) begin(folder)
    },
    close() {
      for (const watcher of watchers.values()) watcher.close()
      watchers.clear()
    },
  }
}
