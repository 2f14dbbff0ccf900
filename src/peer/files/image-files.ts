/**
 * A file for each image. A result goes to a partial file, then its line into the journal, then the file is renamed into place:
 * whenever the process ends or the disk is full, an output that stands there is explained by the journal.
 */

import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { MurmurationError } from '../../base/errors.ts'
import { peerId } from '../../base/ids.ts'
import type { PlannedTask, TaskResult } from '../coordinator/job.ts'
import type { Withdrawn } from '../coordinator/ports.ts'
import type { PeerRef } from '../job-events.ts'
import { type FileSystem, isMissing, type OutputWorld, statIfThere } from './file-system.ts'
import {
  distrust,
  type FinishedOutput,
  type FolderState,
  type ImageSink,
  journalEntry,
  type OutputJob,
} from './image-sink.ts'
import type { JournalEntry, Recipe } from './journal.ts'
import { writeError } from './write-error.ts'

export class ImageFiles implements ImageSink {
  readonly #out: string
  readonly #recipe: Recipe
  readonly #tasks: readonly PlannedTask[]
  readonly #replaced: ReadonlySet<string> | undefined
  readonly #state: FolderState
  readonly #world: OutputWorld
  readonly #madeFolders = new Set<string>()

  constructor({ out, recipe, tasks, replaced }: Omit<OutputJob, 'job'>, state: FolderState, world: OutputWorld) {
    this.#out = out
    this.#recipe = recipe
    this.#tasks = tasks
    this.#replaced = replaced
    this.#state = state
    this.#world = world
  }

  async save({ task, peer, bytes, digest, pixelDigest, verifiedBy }: TaskResult): Promise<void> {
    const partial = join(this.#state.partials, randomUUID())
    const { sizeBytes, digest: inputDigest } = task.body
    const input = { sizeBytes, modifiedMs: task.modifiedMs, digest: inputDigest }
    try {
      await this.#world.files.writeFile(partial, bytes)
    } catch (error) {
      await this.#world.files.rm(partial, { force: true }).catch(() => {})
      throw writeError(task, error)
    }
    const outputBytes = bytes.length
    await this.adopt(partial, {
      task,
      peer,
      input,
      outputBytes,
      digest,
      pixelDigest,
      ...(verifiedBy && { verifiedBy }),
    })
  }

  async withdraw(liars: readonly PeerRef[]): Promise<readonly Withdrawn[]> {
    const voided = await distrust({ out: this.#out, recipe: this.#recipe, state: this.#state }, liars, this.#world)
    const withdrawn: Withdrawn[] = []
    // only what this job planned, whatever the journal says
    for (const task of this.#tasks) {
      const entry = voided.get(task.output)
      if (entry === undefined || !(await this.#remove(task, entry))) continue
      withdrawn.push({ task, peer: { id: peerId(entry.peerId), name: entry.peer } })
    }
    return withdrawn
  }

  /** False where it is not there any more, or was changed since. @throws MurmurationError ERR_OUTPUT */
  async #remove({ output }: PlannedTask, { outputBytes }: JournalEntry): Promise<boolean> {
    const { files } = this.#world
    const file = join(this.#out, output)
    try {
      if ((await statIfThere(file, files))?.size !== outputBytes) return false
      await removeFile(files, file)
      return true
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new MurmurationError('ERR_OUTPUT', `wrong output "${file}" cannot be withdrawn: ${why}`, { cause: error })
    }
  }

  async adopt(partial: string, finished: FinishedOutput): Promise<void> {
    const { files, process } = this.#world
    const output = join(this.#out, finished.task.output)
    try {
      await this.#makeFolder(dirname(output))
      // the line that explains an earlier output is superseded by the new one: it must not outlive its line
      if (this.#replaced?.has(finished.task.output) ?? true) await removeFile(files, output)
      await this.#state.journal.append(journalEntry(finished, this.#recipe, process.wallTime()))
      await files.rename(partial, output)
    } catch (error) {
      await files.rm(partial, { force: true }).catch(() => {})
      throw writeError(finished.task, error)
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    if (this.#madeFolders.has(folder)) return
    await this.#world.files.makeFolder(folder)
    this.#madeFolders.add(folder)
  }
}

async function removeFile(files: FileSystem, file: string): Promise<void> {
  try {
    await files.unlink(file)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
