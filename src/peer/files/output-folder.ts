/**
 * The output side of a job on the disk: one job at a time, and each result saved whole or not at all. A result goes to a partial
 * file, then its line into the journal, then the file is renamed into place: whenever the process ends or the disk is full, an
 * output that stands there is explained by the journal.
 */

import { randomUUID } from 'node:crypto'
import { access, constants, mkdir, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { MurmurationError } from '../../base/errors.ts'
import type { JobId } from '../../base/ids.ts'
import type { PlannedTask, TaskResult } from '../coordinator/job.ts'
import type { ResultSink } from '../coordinator/ports.ts'
import { type FolderLock, takeLock } from './folder-lock.ts'
import { type JournalEntry, type JournalWriter, openJournal, type Recipe } from './journal.ts'
import { makeFolder } from './make-folder.ts'
import { whyUnwritable } from './write-error.ts'

/** The folder beside the outputs that holds what this program keeps for itself. */
export const STATE_FOLDER = '.murmuration'

/** One line per finished image, see journal.ts. */
export const journalFile = (out: string): string => join(out, STATE_FOLDER, 'journal.ndjson')
const lockFile = (out: string): string => join(out, STATE_FOLDER, 'lock')
const partialFolder = (out: string): string => join(out, STATE_FOLDER, 'partial')

/** Takes results until it is closed; nobody else does meanwhile. */
export interface OpenOutputFolder extends ResultSink {
  /** Waits for saves under way, then lets the folder go. Never throws. */
  close(): Promise<void>
}

/** What a sink in an open folder may use. */
export interface FolderState {
  readonly journal: JournalWriter
  /** This job's own folder for partial files, on the same disk as the outputs. */
  readonly partials: string
}

/** For a file per image. @throws MurmurationError ERR_OUTPUT when the folder cannot be made or written, or another job writes it. */
export const openOutputFolder = (out: string, recipe: Recipe, job: JobId): Promise<OpenOutputFolder> =>
  openFolder(out, job, async (state) => new ImageFiles(out, recipe, state))

/** Locks the folder, opens its journal and lets `make` do the rest. @throws MurmurationError ERR_OUTPUT */
export async function openFolder(
  out: string,
  job: JobId,
  make: (state: FolderState) => Promise<ResultSink>,
): Promise<OpenOutputFolder> {
  let lock: FolderLock | undefined
  try {
    await makeFolder(out)
    await access(out, constants.W_OK)
    await mkdir(join(out, STATE_FOLDER), { recursive: true })
    lock = await takeLock(lockFile(out), out, job)
    await rm(partialFolder(out), { recursive: true, force: true }) // of jobs that were killed
    const partials = join(partialFolder(out), job)
    await mkdir(partials, { recursive: true })
    const sink = await make({ journal: await openJournal(journalFile(out)), partials })
    return new LockedFolder(out, lock, sink)
  } catch (error) {
    await lock?.release().catch(() => {})
    if (error instanceof MurmurationError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new MurmurationError('ERR_OUTPUT', `output folder "${out}" cannot be written: ${why}`, { cause: error })
  }
}

class LockedFolder implements OpenOutputFolder {
  readonly #out: string
  readonly #lock: FolderLock
  readonly #sink: ResultSink
  readonly #saving = new Set<Promise<void>>()

  constructor(out: string, lock: FolderLock, sink: ResultSink) {
    this.#out = out
    this.#lock = lock
    this.#sink = sink
  }

  async save(result: TaskResult): Promise<void> {
    const saving = this.#sink.save(result)
    this.#saving.add(saving)
    try {
      await saving
    } finally {
      this.#saving.delete(saving)
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#saving)
    await rm(partialFolder(this.#out), { recursive: true, force: true }).catch(() => {})
    await this.#lock.release().catch(() => {})
  }
}

/** The disk as a whole is at fault, not one file. */
const FOLDER_ERRORS: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']

class ImageFiles implements ResultSink {
  readonly #out: string
  readonly #recipe: Recipe
  readonly #state: FolderState
  readonly #madeFolders = new Set<string>()

  constructor(out: string, recipe: Recipe, state: FolderState) {
    this.#out = out
    this.#recipe = recipe
    this.#state = state
  }

  async save(result: TaskResult): Promise<void> {
    const { task, bytes, digest } = result
    const partial = join(this.#state.partials, randomUUID())
    const output = join(this.#out, task.output)
    try {
      await writeFile(partial, bytes)
      await this.#makeFolder(dirname(output))
      // the line that explains an earlier output is superseded by the new one: it must not outlive its line
      await removeFile(output)
      await this.#state.journal.append(journalEntry(result, this.#recipe, { bytes: bytes.length, digest }))
      await rename(partial, output)
    } catch (error) {
      await rm(partial, { force: true }).catch(() => {})
      throw writeError(task, error)
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    if (this.#madeFolders.has(folder)) return
    await mkdir(folder, { recursive: true })
    this.#madeFolders.add(folder)
  }
}

/** The journal line of a result, of which `written` is on the disk: its file, or its line of a file. */
export function journalEntry(
  { task, peer, pixelDigest }: TaskResult,
  recipe: Recipe,
  written: { readonly bytes: number; readonly digest: Uint8Array },
): JournalEntry {
  const hex = (digestBytes: Uint8Array): string => Buffer.from(digestBytes).toString('hex')
  return {
    output: task.output,
    input: task.path,
    inputBytes: task.body.sizeBytes,
    inputModifiedMs: task.modifiedMs,
    inputDigest: hex(task.body.digest),
    ...recipe,
    outputBytes: written.bytes,
    outputDigest: hex(written.digest),
    pixelDigest: hex(pixelDigest),
    peer: peer.name,
    peerId: peer.id,
    at: new Date().toISOString(),
  }
}

async function removeFile(file: string): Promise<void> {
  try {
    await unlink(file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

/** What went wrong as ERR_OUTPUT where the disk as a whole is at fault, else as ERR_WRITE. */
export function writeError(task: PlannedTask, error: unknown): MurmurationError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isFolder = FOLDER_ERRORS.includes(code)
  const sentence = `output "${task.output}" cannot be written: ${whyUnwritable(error)}`
  return new MurmurationError(isFolder ? 'ERR_OUTPUT' : 'ERR_WRITE', sentence, { cause: error })
}
