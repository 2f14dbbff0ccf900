/** Whether a folder can be written, also one that is not made yet: by writing, for permissions do not tell all. */

import { dirname } from 'node:path'
import { MIN_FREE_DISK_BYTES } from '../../base/limits.ts'
import type { DoctorFiles, TrialFacts } from './world.ts'

export type FolderTrial =
  | { readonly kind: 'writable'; readonly trial: TrialFacts; readonly isMade: boolean }
  /** `why` completes "cannot be written: ". */
  | { readonly kind: 'unwritable'; readonly why: string }
  | { readonly kind: 'nearly-full'; readonly freeBytes: number }

export async function tryFolder(files: DoctorFiles, folder: string): Promise<FolderTrial> {
  let place = folder
  try {
    let facts = await files.stat(place)
    while (facts === undefined && dirname(place) !== place) {
      place = dirname(place)
      facts = await files.stat(place)
    }
    if (facts?.isFolder === false) return { kind: 'unwritable', why: `${place} is a file and no folder` }
    const trial = await files.tryWriting(place)
    const freeBytes = await files.freeBytes(place)
    if (freeBytes < MIN_FREE_DISK_BYTES) return { kind: 'nearly-full', freeBytes }
    return { kind: 'writable', trial, isMade: place === folder }
  } catch (error) {
    return { kind: 'unwritable', why: whyUnwritable(error, place) }
  }
}

function whyUnwritable(error: unknown, place: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `this user may not write into ${place}`
    case 'EROFS':
      return `${place} is on a read-only file system`
    case 'ENOSPC':
      return 'the disk is full'
    case 'EDQUOT':
      return "this user's quota on that disk is used up"
    case 'ENOTDIR':
      return `${place} has a file in its path where a folder is expected`
    default:
      return error instanceof Error ? error.message : String(error)
  }
}

export const shownMegabytes = (sizeBytes: number): string => `${Math.round(sizeBytes / 1024 ** 2)} MB`
