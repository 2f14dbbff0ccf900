/**
 * The output side of a job on the disk: one job at a time, whose results go to its sink (image-files.ts, results-file.ts). What
 * changes what is there already waits for the saves under way, and they for it.
 */

import { constants } from 'node:fs'
import { join } from 'node:path'
import { MurmurationError } from '../../base/errors.ts'
import type { JobId } from '../../base/ids.ts'
import type { FailureReason, PlannedTask, TaskResult } from '../coordinator/job.ts'
import type { ResultSink, Withdrawn } from '../coordinator/ports.ts'
import type { PeerRef } from '../job-events.ts'
import { type FileSystem, type OutputWorld, systemOutput } from './file-system.ts'
import { type FolderLock, takeLock } from './folder-lock.ts'
import { ImageFiles } from './image-files.ts'
import type { FinishedOutput, FolderState, ImageSink, OutputJob } from './image-sink.ts'
import { type JournalWriter, openJournal, type Recipe } from './journal.ts'
import { journalFile, lockFile, partialFolder, STATE_FOLDER } from './state-folder.ts'
import { writeError } from './write-error.ts'

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

/** For a file per image. @throws MurmurationError ERR_OUTPUT when the folder cannot be made or written, or another job writes it. */
export const openOutputFolder = (
  out: string,
  recipe: Recipe,
  job: JobId,
  world: OutputWorld = systemOutput,
  { tasks, replaced }: Pick<OutputJob, 'tasks' | 'replaced'> = { tasks: [] },
): Promise<OpenOutputFolder> => openFolder({ out, recipe, job, tasks, replaced }, async (_, files) => files, world)

/** Locks the folder, opens its journal and lets `make` do the rest. @throws MurmurationError ERR_OUTPUT */
export async function openFolder(
  { out, recipe, job, tasks, replaced }: OutputJob,
  make: (state: FolderState, files: ImageSink) => Promise<ImageSink>,
  world: OutputWorld = systemOutput,
): Promise<OpenOutputFolder> {
  const disk = world.files
  let lock: FolderLock | undefined
  try {
    await disk.makeFolder(out)
    await disk.access(out, constants.W_OK)
    await disk.makeFolder(join(out, STATE_FOLDER))
    lock = await takeLock(lockFile(out), out, job, world)
    await disk.rm(partialFolder(out), { recursive: true, force: true }) // of jobs that were killed
    const partials = join(partialFolder(out), job)
    await disk.makeFolder(partials)
    const state = { journal: await openJournal(journalFile(out), disk), partials }
    const files = new ImageFiles({ out, recipe, tasks, replaced }, state, world)
    const { journal } = state
    const { wallTime } = world.process
    return new LockedFolder({
      out,
      recipe,
      lock,
      journal,
      wallTime,
      partials,
      disk,
      files,
      sink: await make(state, files),
    })
  } catch (error) {
    await lock?.release().catch(() => {})
    if (error instanceof MurmurationError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new MurmurationError('ERR_OUTPUT', `output folder "${out}" cannot be written: ${why}`, { cause: error })
  }
}

interface LockedParts {
  readonly out: string
  readonly recipe: Recipe
  readonly lock: FolderLock
  readonly journal: JournalWriter
  readonly wallTime: () => number
  readonly partials: string
  readonly disk: FileSystem
  readonly files: ImageFiles
  /** Takes the results of ordinary tasks. */
  readonly sink: ImageSink
}

class LockedFolder implements OpenOutputFolder {
  readonly #parts: LockedParts
  readonly #saving = new Set<Promise<void>>()
  #withdrawing: Promise<unknown> = Promise.resolve()

  constructor(parts: LockedParts) {
    this.#parts = parts
  }

  save(result: TaskResult): Promise<void> {
    return this.#during(() => this.#parts.sink.save(result))
  }

  async noteFailure(task: PlannedTask, { code, message }: FailureReason): Promise<void> {
    const line = { failed: { code, message }, output: task.output, input: task.path, ...this.#parts.recipe }
    try {
      await this.#parts.journal.append({ ...line, at: new Date(this.#parts.wallTime()).toISOString() })
    } catch {
      // the disk is full, and the failure is told as it is; only --retry-failed will not know of it
    }
  }

  /** Alone: after the saves that began before it, before those that begin later. */
  withdraw(liars: readonly PeerRef[]): Promise<readonly Withdrawn[]> {
    const before = [this.#withdrawing, ...this.#saving]
    const withdrawn = Promise.allSettled(before).then(() => this.#parts.sink.withdraw(liars))
    this.#withdrawing = withdrawn.catch(() => {})
    return withdrawn
  }

  partialPath(name: string): string {
    return join(this.#parts.partials, name)
  }

  adopt(partial: string, output: FinishedOutput): Promise<void> {
    return this.#during(() => this.#parts.files.adopt(partial, output))
  }

  writeError(task: PlannedTask, error: unknown): MurmurationError {
    return error instanceof MurmurationError ? error : writeError(task, error)
  }

  async #during(save: () => Promise<void>): Promise<void> {
    const saving = this.#withdrawing.then(save)
    this.#saving.add(saving)
    try {
      await saving
    } finally {
      this.#saving.delete(saving)
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#withdrawing, ...this.#saving])
    const { disk, out, lock, journal } = this.#parts
    await journal.close()
    await disk.rm(partialFolder(out), { recursive: true, force: true }).catch(() => {})
    await lock.release().catch(() => {})
  }
}
