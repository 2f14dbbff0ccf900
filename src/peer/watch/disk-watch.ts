/** Watched folders on the disk: which files count is the rule of every job (walk-folder.ts), what changed is told by node:fs. */

import { lstat, stat } from 'node:fs/promises'
import { MurmurationError } from '../../base/errors.ts'
import { WATCH_RESCAN_MS } from '../../base/limits.ts'
import type { HeaderReader } from '../../cv/index.ts'
import type { FoundFile } from '../coordinator/plan.ts'
import { type FindOptions, inputRoot, mayBeImage, patternsOf } from '../files/input-files.ts'
import { pathBelow } from '../files/real-path.ts'
import { isGone, walkFolder } from '../files/walk-folder.ts'
import { type FolderEvents, watchFolders } from './folder-events.ts'
import type { FileVersion, WatchedDisk } from './folder-watch.ts'

/**
 * The real paths of folders to watch.
 * @throws MurmurationError ERR_USAGE for what is no folder, or lies in another one of them; ERR_INPUT for what is not there;
 *   ERR_OUTPUT for the output folder
 */
export async function watchedRoots(paths: readonly string[], out: string): Promise<readonly string[]> {
  const roots: string[] = []
  for (const path of paths) {
    const info = await stat(path).catch(() => undefined)
    if (info === undefined)
      throw new MurmurationError('ERR_INPUT', `--watch expects folders, and "${path}" does not exist`)
    if (!info.isDirectory()) throw new MurmurationError('ERR_USAGE', `--watch expects folders, got the file "${path}"`)
    const root = await inputRoot(path, out)
    const other = roots.findIndex(
      (known) => pathBelow(known, root) !== undefined || pathBelow(root, known) !== undefined,
    )
    if (other >= 0) {
      throw new MurmurationError('ERR_USAGE', `--watch expects folders apart, got "${paths[other]}" and "${path}"`)
    }
    roots.push(root)
  }
  return roots
}

/**
 * @param options `out` is a real path
 * @param headers by which a file that is still being written is told from a whole one
 * @param notice takes a sentence for a person
 */
export function createDiskWatch(
  roots: readonly string[],
  options: FindOptions,
  headers: Pick<HeaderReader, 'ofFile'>,
  notice: (sentence: string) => void,
): WatchedDisk {
  let events: FolderEvents | undefined

  return {
    async list(changed) {
      const walk = { ...options, changed, mayReachOut: true, onFolder: (folder: string) => events?.add(folder) }
      const found = roots.map((root) => walkFolder(root, patternsOf(options), walk))
      return (await Promise.all(found)).flat()
    },

    async version(source) {
      try {
        const { size, mtimeMs } = await lstat(source)
        return { sizeBytes: size, modifiedMs: mtimeMs }
      } catch (error) {
        // what is there and cannot be looked at is for the job to name
        return isGone(error, source) ? undefined : UNKNOWN
      }
    },

    async probe(file, isOld) {
      if (!(await mayBeImage(file))) return 'no-image'
      if (isOld) return 'image'
      return (await hasHeader(file, headers)) ? 'image' : 'unclear'
    },

    onChange(listener) {
      const onChange = (path: string): void => {
        if (pathBelow(options.out, path) === undefined) listener(path)
      }
      const onFull = (): void =>
        notice(
          `no more folders can be watched: new files in the others are found by looking every ${WATCH_RESCAN_MS / 1000} s`,
        )
      events = watchFolders(roots, onChange, onFull)
      return () => events?.close()
    },
  }
}

const UNKNOWN: FileVersion = { sizeBytes: 0, modifiedMs: 0 }

/** What is no image by its name was found to be one by its first bytes; it may still be cut off. */
async function hasHeader({ source }: FoundFile, headers: Pick<HeaderReader, 'ofFile'>): Promise<boolean> {
  try {
    await headers.ofFile(source)
    return true
  } catch {
    return false
  }
}
