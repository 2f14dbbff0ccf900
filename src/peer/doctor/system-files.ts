/** The disk of this machine, as the doctor looks at it. */

import { randomUUID } from 'node:crypto'
import { open, readdir, readFile, readlink, realpath, stat, statfs, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { DOCTOR_TRIAL_BYTES } from '../../base/limits.ts'
import { isFileError } from '../identity/data-directory.ts'
import { isProcessAlive } from '../identity/running-peers.ts'
import type { DoctorFiles } from './world.ts'

export const systemFiles: DoctorFiles = {
  async stat(path) {
    try {
      const facts = await stat(path)
      return { isFolder: facts.isDirectory(), mode: process.platform === 'win32' ? undefined : facts.mode & 0o777 }
    } catch (error) {
      if (isFileError(error, 'ENOENT')) return undefined
      throw error
    }
  },
  async tryWriting(folder) {
    const path = join(folder, `.murmuration-doctor-${randomUUID()}`)
    const handle = await open(path, 'wx', 0o600)
    try {
      await handle.writeFile(new Uint8Array(DOCTOR_TRIAL_BYTES))
      // some file systems notice only now that there is no room
      await handle.sync()
      return { writtenAt: (await handle.stat()).mtimeMs }
    } finally {
      await handle.close()
      await unlink(path)
    }
  },
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  },
  list: (folder) => readdir(folder).catch(() => []),
  lockHolder,
}

/**
 * By Linux's list of locks, which is read without touching the lock: to try to take it, even for a moment, could give a peer
 * that starts just then another name.
 */
async function lockHolder(file: string): Promise<number | undefined> {
  try {
    const { ino } = await stat(file)
    const locks = await readFile('/proc/locks', 'utf8')
    const path = await realpath(file)
    for (const line of locks.split('\n')) {
      // 1: POSIX  ADVISORY  WRITE 4711 fd:01:1234567 0 EOF
      const [, , , , pid = '', place = ''] = line.trim().split(/\s+/)
      if (!place.endsWith(`:${ino}`)) continue
      if (isProcessAlive(Number(pid)) && (await hasOpen(Number(pid), path))) return Number(pid)
    }
  } catch {
    // another system, or gone meanwhile
  }
  return undefined
}

/** Inode numbers are unique on one device only. */
async function hasOpen(pid: number, path: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  const links = await Promise.all((await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => '')))
  return links.includes(path)
}
