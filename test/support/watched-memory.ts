/** A watched folder in memory: files with versions, listings that a test can count, changes that it tells by hand. */

import type { FileVersion, Probe, WatchedDisk } from '../../src/peer/watch/folder-watch.ts'

export interface MemoryFolder {
  readonly disk: WatchedDisk
  /** How often everything was listed. */
  readonly listings: () => number
  /** Writes a file; a listener hears of it unless `isSilent`. */
  write(path: string, sizeBytes: number, options?: { probe?: Probe; modifiedMs?: number; isSilent?: boolean }): void
  remove(path: string): void
  /** While it is true every listing fails. */
  isUnreadable: boolean
}

interface MemoryFile extends FileVersion {
  readonly probe: Probe
}

export const ROOT = '/in'

/** @param now what a file written now has as its time of change */
export function createMemoryFolder(now: () => number): MemoryFolder {
  const files = new Map<string, MemoryFile>()
  const listeners = new Set<(path: string) => void>()
  let listings = 0
  const sourceOf = (path: string): string => `${ROOT}/${path}`
  const folder: MemoryFolder = {
    isUnreadable: false,
    listings: () => listings,
    write(path, sizeBytes, { probe = 'image', modifiedMs = now(), isSilent = false } = {}) {
      files.set(sourceOf(path), { sizeBytes, modifiedMs, probe })
      if (!isSilent) for (const listener of listeners) listener(sourceOf(path))
    },
    remove: (path) => void files.delete(sourceOf(path)),
    disk: {
      async list(changed) {
        if (folder.isUnreadable) throw new Error(`"${ROOT}" cannot be read`)
        if (!changed) listings++
        const sources = [...files.keys()].filter((source) => !changed || changed.has(source))
        return sources.map((source) => ({ source, path: source.slice(ROOT.length + 1) }))
      },
      async version(source) {
        const file = files.get(source)
        return file && { sizeBytes: file.sizeBytes, modifiedMs: file.modifiedMs }
      },
      probe: async ({ source }) => files.get(source)?.probe ?? 'no-image',
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  }
  return folder
}
