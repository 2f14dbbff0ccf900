/**
 * Images as files in an open output folder. A result goes to a partial file, then its line into the journal, then the file is
 * renamed into place: whenever the process ends or the disk is full, an output that stands there is explained by the journal.
 */

import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { MurmurationError } from '../../base/errors.ts'
import { type JobId, peerId } from '../../base/ids.ts'
import type { PlannedTask, TaskResult } from '../coordinator/job.ts'
import type { ResultSink, Withdrawn } from '../coordinator/ports.ts'
import type { PeerRef } from '../job-events.ts'
import { type FileSystem, isDiskAtFault, isMissing, type OutputWorld, statIfThere } from './file-system.ts'
import {
  type JournalEntry,
  type JournalWriter,
  journalFile,
  type Recipe,
  readJournal,
  type Subject,
  voidEntries,
} from './journal.ts'
import { whyUnwritable } from './write-error.ts'

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

/** What is particular to files, or to lines of one. */
export type ImageSink = Pick<ResultSink, 'save' | 'withdraw'>

/** What a sink in an open folder may use. */
export interface FolderState {
  readonly journal: JournalWriter
  /** This job's own folder for partial files, on the same disk as the outputs. */
  readonly partials: string
}

export interface OutputJob {
  readonly out: string
  readonly recipe: Recipe
  readonly job: JobId
  /** All of the job, those that are done included. */
  readonly tasks: readonly PlannedTask[]
}

export class ImageFiles implements ImageSink {
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
