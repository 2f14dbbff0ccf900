/**
 * One job at a time writes an output folder: who writes it says so in a lock file. The lock of a process that has ended on this
 * machine is taken over; one of another machine (a shared disk) cannot be judged, so it holds until somebody removes it.
 */

import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { z } from 'zod'
import { MurmurationError } from '../../base/errors.ts'
import type { JobId } from '../../base/ids.ts'
import { LOCK_WRITE_MS } from '../../base/limits.ts'
import { isProcessAlive } from '../identity/running-peers.ts'

const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  job: z.string(),
  /** Milliseconds since the Unix epoch. */
  started: z.number(),
})
type Holder = z.infer<typeof holderSchema>

export interface FolderLock {
  release(): Promise<void>
}

/** @throws MurmurationError ERR_OUTPUT when another job holds it; the file system's errors. */
export async function takeLock(file: string, out: string, job: JobId): Promise<FolderLock> {
  const own: Holder = { pid: process.pid, host: hostname(), job, started: Date.now() }
  const text = JSON.stringify(own)
  while (!(await create(file, text))) {
    const old = await readFile(file, 'utf8').catch(() => undefined)
    if (old === undefined) continue // released meanwhile
    const holder = parseHolder(old)
    if (holder ? isRunning(holder) : await isJustMade(file)) throw inUse(file, out, holder)
    if (await takeOver(file, out, old, text)) break
  }
  return {
    release: async () => {
      const text = await readFile(file, 'utf8').catch(() => '')
      if (parseHolder(text)?.job === job) await rm(file, { force: true })
    },
  }
}

async function create(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    await rm(file, { force: true }).catch(() => {}) // made, but not written: the disk is full
    throw error
  }
}

/** Of several that found the same lock of a dead process, one at a time looks again and replaces it. */
async function takeOver(file: string, out: string, old: string, text: string): Promise<boolean> {
  const claim = `${file}.claim`
  if (!(await create(claim, ''))) {
    if (await isJustMade(claim)) throw inUse(file, out, undefined)
    await rm(claim, { force: true })
    return false
  }
  try {
    if ((await readFile(file, 'utf8').catch(() => undefined)) !== old) return false
    await writeFile(`${file}.new`, text)
    await rename(`${file}.new`, file)
    return true
  } finally {
    await rm(claim, { force: true })
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

function isRunning({ pid, host, started }: Holder): boolean {
  if (host !== hostname()) return true
  // in a container every life of the program may have the same number
  if (pid === process.pid) return started >= performance.timeOrigin
  return isProcessAlive(pid)
}

async function isJustMade(file: string): Promise<boolean> {
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }))
  return Date.now() - mtimeMs < LOCK_WRITE_MS
}

function inUse(file: string, out: string, holder: Holder | undefined): MurmurationError {
  const isHere = holder === undefined || holder.host === hostname()
  const who = holder ? ` (pid ${holder.pid}${isHere ? '' : ` on ${holder.host}; if it ended, remove "${file}"`})` : ''
  return new MurmurationError('ERR_OUTPUT', `output folder "${out}" is in use by another job${who}`)
}
