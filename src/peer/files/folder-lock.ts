/**
 * One job at a time writes an output folder: who writes it says so in a lock file. The lock of a process that has ended on this
 * machine is taken over; one of another machine (a shared disk) cannot be judged, so it holds until somebody removes it.
 */

import { z } from 'zod'
import { MurmurationError } from '../../base/errors.ts'
import type { JobId } from '../../base/ids.ts'
import { LOCK_WRITE_MS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import { type FileSystem, type OutputWorld, systemOutput, type WritingProcess } from './file-system.ts'

const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  job: z.string(),
  /** Milliseconds since the Unix epoch. */
  started: z.number(),
})
type Holder = z.infer<typeof holderSchema>

const log = createLog('journal')

export interface FolderLock {
  release(): Promise<void>
}

/** @throws MurmurationError ERR_OUTPUT when another job holds it; the file system's errors. */
export async function takeLock(
  file: string,
  out: string,
  job: JobId,
  world: OutputWorld = systemOutput,
): Promise<FolderLock> {
  const { files, process } = world
  const own: Holder = { pid: process.pid, host: process.host, job, started: process.wallTime() }
  const text = JSON.stringify(own)
  process.lockingJobs.add(job)
  try {
    while (!(await create(files, file, text))) {
      const old = await files.readFile(file, 'utf8').catch(() => undefined)
      if (old === undefined) continue // released meanwhile
      const holder = parseHolder(old)
      if (holder ? isRunning(holder, process) : await isJustMade(world, file)) throw inUse(file, out, holder, process)
      log('%s was left by a process that is gone: %s', file, old)
      if (await takeOver(world, { file, out, old, text })) break
    }
  } catch (error) {
    process.lockingJobs.delete(job)
    throw error
  }
  log('%s is locked for job %s', out, job)
  return {
    release: async () => {
      // from now on nobody is held up by it, even where a broken disk keeps the file
      process.lockingJobs.delete(job)
      const text = await files.readFile(file, 'utf8').catch(() => '')
      if (parseHolder(text)?.job === job) await files.rm(file, { force: true })
    },
  }
}

/** Looks, and takes nothing. @throws MurmurationError ERR_OUTPUT when a running job holds it */
export async function refuseIfHeld(file: string, out: string, { files, process }: OutputWorld): Promise<void> {
  const holder = parseHolder(await files.readFile(file, 'utf8').catch(() => ''))
  if (holder && isRunning(holder, process)) throw inUse(file, out, holder, process)
}

async function create(files: FileSystem, file: string, text: string): Promise<boolean> {
  try {
    await files.writeFile(file, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    await files.rm(file, { force: true }).catch(() => {}) // made, but not written: the disk is full
    throw error
  }
}

/** Of several that found the same lock of a dead process, one at a time looks again and replaces it. */
async function takeOver(
  world: OutputWorld,
  {
    file,
    out,
    old,
    text,
  }: { readonly file: string; readonly out: string; readonly old: string; readonly text: string },
): Promise<boolean> {
  const { files, process } = world
  const claim = `${file}.claim`
  if (!(await create(files, claim, ''))) {
    if (await isJustMade(world, claim)) throw inUse(file, out, undefined, process)
    await files.rm(claim, { force: true })
    return false
  }
  try {
    if ((await files.readFile(file, 'utf8').catch(() => undefined)) !== old) return false
    await files.writeFile(`${file}.new`, text)
    await files.rename(`${file}.new`, file)
    return true
  } finally {
    await files.rm(claim, { force: true })
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

function isRunning({ pid, host, job }: Holder, process: WritingProcess): boolean {
  if (host !== process.host) return true
  // its job may be over, and in a container every life of the program may have the same number
  if (pid === process.pid) return process.lockingJobs.has(job)
  return process.isAlive(pid)
}

async function isJustMade({ files, process }: OutputWorld, file: string): Promise<boolean> {
  const { mtimeMs } = await files.stat(file).catch(() => ({ mtimeMs: 0 }))
  // a time to come says nothing: the clock was set back since, after a power cut perhaps
  return Math.abs(process.wallTime() - mtimeMs) < LOCK_WRITE_MS
}

function inUse(file: string, out: string, holder: Holder | undefined, process: WritingProcess): MurmurationError {
  const isHere = holder === undefined || holder.host === process.host
  const who = holder ? ` (pid ${holder.pid}${isHere ? '' : ` on ${holder.host}; if it ended, remove "${file}"`})` : ''
  return new MurmurationError('ERR_OUTPUT', `output folder "${out}" is in use by another job${who}`, {
    facts: { help: 'Wait until that job has ended, or choose another folder with --out.' },
  })
}
