/**
 * The output side of a job on the disk: one job at a time, and each result saved whole or not at all. A result goes to a partial
 * file, then its line into the journal, then the file is renamed into place: whenever the process ends or the disk is full, an
 * output that stands there is explained by the journal.
 */

import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { dirname, join } from 'node:path'
import { MurmurationError } from '../../base/errors.ts'
import { type JobId, peerId } from '../../base/ids.ts'
import type { FailureReason, PlannedTask, TaskResult } from '../coordinator/job.ts'
import type { ResultSink, Withdrawn } from '../coordinator/ports.ts'
import type { PeerRef } from '../job-events.ts'
import {
  type FileSystem,
  isDiskAtFault,
  isMissing,
  type OutputWorld,
  statIfThere,
  systemOutput,
} from './file-system.ts'
import { type FolderLock, takeLock } from './folder-lock.ts'
import {
  type JournalEntry,
  type JournalWriter,
  openJournal,
  type Recipe,
  readJournal,
  type Subject,
  voidEntries,
} from './journal.ts'
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
  /** Peers that did parts of it. */
  readonly others?: readonly PeerRef[]
  /** Peers that came to the same pixels. */
  readonly verifiedBy?: readonly PeerRef[]
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

/** What is particular to files, or to lines of one. */
export type ImageSink = Pick<ResultSink, 'save' | 'withdraw'>

/** What a sink in an open folder may use. */
export interface FolderState {
  readonly journal: JournalWriter
  /** This job's own folder for partial files, on the same disk as the outputs. */
  readonly partials: string
}

/** For a file per image. @throws MurmurationError ERR_OUTPUT when the folder cannot be made or written, or another job writes it. */
export const openOutputFolder = (
  out: string,
  recipe: Recipe,
  job: JobId,
  world: OutputWorld = systemOutput,
  tasks: readonly PlannedTask[] = [],
): Promise<OpenOutputFolder> => openFolder({ out, recipe, job, tasks }, async (_, files) => files, world)

export interface OutputJob {
  readonly out: string
  readonly recipe: Recipe
  readonly job: JobId
  /** All of the job, those that are done included. */
  readonly tasks: readonly PlannedTask[]
}

/** Locks the folder, opens its journal and lets `make` do the rest. @throws MurmurationError ERR_OUTPUT */
export async function openFolder(
  { out, recipe, job, tasks }: OutputJob,
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
    const files = new ImageFiles({ out, recipe, tasks }, state, world)
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
    const { disk, out, lock } = this.#parts
    await disk.rm(partialFolder(out), { recursive: true, force: true }).catch(() => {})
    await lock.release().catch(() => {})
  }
}

class ImageFiles implements ImageSink {
  readonly #out: string
  readonly #recipe: Recipe
  readonly #tasks: readonly PlannedTask[]
  readonly #state: FolderState
  readonly #world: OutputWorld
  readonly #madeFolders = new Set<string>()

  constructor({ out, recipe, tasks }: Omit<OutputJob, 'job'>, state: FolderState, world: OutputWorld) {
    this.#out = out
    this.#recipe = recipe
    this.#tasks = tasks
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
      await removeFile(files, output)
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

/** The journal line of what is on the disk: a file, or a line of a file. `atMs`: since the Unix epoch. */
export function journalEntry(finished: FinishedOutput, recipe: Recipe, atMs: number): JournalEntry {
  const { task, peer, input, outputBytes, digest, pixelDigest, others = [], verifiedBy = [] } = finished
  const ids = (peers: readonly PeerRef[]): string[] => peers.map(({ id }) => id)
  const hex = (digestBytes: Uint8Array): string => Buffer.from(digestBytes).toString('hex')
  return {
    output: task.output,
    input: task.path,
    inputBytes: input.sizeBytes,
    inputModifiedMs: input.modifiedMs,
    inputDigest: hex(input.digest),
    ...recipe,
    outputBytes,
    outputDigest: hex(digest),
    pixelDigest: hex(pixelDigest),
    peer: peer.name,
    peerId: peer.id,
    ...(others.length > 0 && { otherIds: ids(others) }),
    ...(verifiedBy.length > 0 && { verifiedBy: ids(verifiedBy) }),
    at: new Date(atMs).toISOString(),
  }
}

/**
 * Writes down that these peers gave wrong pixels; returns what is void by it, by output or by what `keyOf` says.
 * @throws MurmurationError ERR_OUTPUT
 */
export async function distrust(
  { out, recipe, state }: { readonly out: string; readonly recipe: Recipe; readonly state: FolderState },
  liars: readonly PeerRef[],
  { files, process }: OutputWorld,
  keyOf?: (subject: Subject) => string | undefined,
): Promise<ReadonlyMap<string, JournalEntry>> {
  try {
    const { entries } = await readJournal(journalFile(out), keyOf, files)
    const line = { distrusted: [...liars], ...recipe, at: new Date(process.wallTime()).toISOString() }
    await state.journal.append(line)
    return voidEntries(new Map(entries), line)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new MurmurationError('ERR_OUTPUT', `wrong results in "${out}" cannot be withdrawn: ${why}`, { cause: error })
  }
}

async function removeFile(files: FileSystem, file: string): Promise<void> {
  try {
    await files.unlink(file)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/** What went wrong as ERR_OUTPUT where the disk as a whole is at fault, else as ERR_WRITE. */
export function writeError(task: PlannedTask, error: unknown): MurmurationError {
  const sentence = `output "${task.output}" cannot be written: ${whyUnwritable(error)}`
  return new MurmurationError(isDiskAtFault(error) ? 'ERR_OUTPUT' : 'ERR_WRITE', sentence, { cause: error })
}
