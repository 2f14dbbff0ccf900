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
import type { PeerRef } from '../job-events.ts'
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

/** What is known of an output when it is finished. */
export interface FinishedOutput {
  readonly task: PlannedTask
  readonly peer: PeerRef
  readonly input: { readonly sizeBytes: number; readonly modifiedMs: number; readonly digest: Uint8Array }
  readonly outputBytes: number
  /** SHA-256 of the output, 32 bytes. */
  readonly digest: Uint8Array
  readonly pixelDigest: Uint8Array
}

/** Takes results until it is closed; nobody else does meanwhile. */
export interface OpenOutputFolder extends ResultSink {
  /** Of a file that grows while an image is done; the next job removes what is left there. */
  partialPath(name: string): string
  /** Gives a finished partial file its journal line and its final name. @throws MurmurationError ERR_WRITE, ERR_OUTPUT */
  adopt(partial: string, output: FinishedOutput): Promise<void>
  /** ERR_OUTPUT where the disk as a whole is at fault, else ERR_WRITE. */
  writeError(task: PlannedTask, error: unknown): MurmurationError
  /** Waits for saves under way, then lets the folder go. Never throws. */
  close(): Promise<void>
}

/** @throws MurmurationError ERR_OUTPUT when the folder cannot be made or written, or another job writes it. */
export async function openOutputFolder(out: string, recipe: Recipe, job: JobId): Promise<OpenOutputFolder> {
  let lock: FolderLock | undefined
  try {
    await makeFolder(out)
    await access(out, constants.W_OK)
    await mkdir(join(out, STATE_FOLDER), { recursive: true })
    lock = await takeLock(lockFile(out), out, job)
    await rm(partialFolder(out), { recursive: true, force: true }) // of jobs that were killed
    await mkdir(join(partialFolder(out), job), { recursive: true })
    return new OutputFolder({ out, recipe, job, lock, journal: await openJournal(journalFile(out)) })
  } catch (error) {
    await lock?.release().catch(() => {})
    if (error instanceof MurmurationError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new MurmurationError('ERR_OUTPUT', `output folder "${out}" cannot be written: ${why}`, { cause: error })
  }
}

/** The disk as a whole is at fault, not one file. */
const FOLDER_ERRORS: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']

interface FolderParts {
  readonly out: string
  readonly recipe: Recipe
  readonly job: JobId
  readonly lock: FolderLock
  readonly journal: JournalWriter
}

class OutputFolder implements OpenOutputFolder {
  readonly #out: string
  readonly #recipe: Recipe
  readonly #partials: string
  readonly #lock: FolderLock
  readonly #journal: JournalWriter
  readonly #madeFolders = new Set<string>()
  readonly #saving = new Set<Promise<void>>()

  constructor({ out, recipe, job, lock, journal }: FolderParts) {
    this.#out = out
    this.#recipe = recipe
    this.#partials = join(partialFolder(out), job)
    this.#lock = lock
    this.#journal = journal
  }

  async save(result: TaskResult): Promise<void> {
    const saving = this.#save(result)
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

  async #save({ task, peer, bytes, digest, pixelDigest }: TaskResult): Promise<void> {
    const partial = this.partialPath(randomUUID())
    const { sizeBytes, digest: inputDigest } = task.body
    const input = { sizeBytes, modifiedMs: task.modifiedMs, digest: inputDigest }
    try {
      await writeFile(partial, bytes)
      await this.#adopt(partial, { task, peer, input, outputBytes: bytes.length, digest, pixelDigest })
    } catch (error) {
      await rm(partial, { force: true }).catch(() => {})
      throw this.writeError(task, error)
    }
  }

  partialPath(name: string): string {
    return join(this.#partials, name)
  }

  async adopt(partial: string, output: FinishedOutput): Promise<void> {
    const saving = this.#adopt(partial, output)
    this.#saving.add(saving)
    try {
      await saving
    } catch (error) {
      throw this.writeError(output.task, error)
    } finally {
      this.#saving.delete(saving)
    }
  }

  writeError(task: PlannedTask, error: unknown): MurmurationError {
    return error instanceof MurmurationError ? error : writeError(task, error)
  }

  async #adopt(partial: string, finished: FinishedOutput): Promise<void> {
    const output = join(this.#out, finished.task.output)
    await this.#makeFolder(dirname(output))
    // the line that explains an earlier output is superseded by the new one: it must not outlive its line
    await removeFile(output)
    await this.#journal.append(this.#entry(finished))
    await rename(partial, output)
  }

  async #makeFolder(folder: string): Promise<void> {
    if (this.#madeFolders.has(folder)) return
    await mkdir(folder, { recursive: true })
    this.#madeFolders.add(folder)
  }

  #entry({ task, peer, input, outputBytes, digest, pixelDigest }: FinishedOutput): JournalEntry {
    const hex = (digestBytes: Uint8Array): string => Buffer.from(digestBytes).toString('hex')
    return {
      output: task.output,
      input: task.path,
      inputBytes: input.sizeBytes,
      inputModifiedMs: input.modifiedMs,
      inputDigest: hex(input.digest),
      ...this.#recipe,
      outputBytes,
      outputDigest: hex(digest),
      pixelDigest: hex(pixelDigest),
      peer: peer.name,
      peerId: peer.id,
      at: new Date().toISOString(),
    }
  }
}

async function removeFile(file: string): Promise<void> {
  try {
    await unlink(file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
}

function writeError(task: PlannedTask, error: unknown): MurmurationError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isFolder = FOLDER_ERRORS.includes(code)
  const sentence = `output "${task.output}" cannot be written: ${whyUnwritable(error)}`
  return new MurmurationError(isFolder ? 'ERR_OUTPUT' : 'ERR_WRITE', sentence, { cause: error })
}
