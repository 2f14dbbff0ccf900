/**
 * The output side of a job on the disk: what an earlier run already finished, what must not be overwritten, and saving a result
 * whole or not at all (temporary file in `.murmuration/partial`, then renamed into place, then a journal line).
 */

import { randomUUID } from 'node:crypto'
import { access, constants, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import parallel from 'it-parallel'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_OPEN_FILES } from '../../base/limits.ts'
import type { PlannedTask, TaskResult } from '../coordinator/job.ts'
import type { ResultSink } from '../coordinator/ports.ts'
import type { PeerRef } from '../job-events.ts'
import { digestFile } from './digest-file.ts'
import { hasRecipe, type JournalEntry, openJournal, type Recipe, readJournal } from './journal.ts'
import { makeFolder } from './make-folder.ts'

/** The folder beside the outputs that holds what this program keeps for itself. */
export const STATE_FOLDER = '.murmuration'

/** One line per finished image, see journal.ts. */
export const journalFile = (out: string): string => join(out, STATE_FOLDER, 'journal.ndjson')
const partialFolder = (out: string): string => join(out, STATE_FOLDER, 'partial')

export interface Reconciled {
  readonly todo: readonly PlannedTask[]
  readonly alreadyDone: readonly PlannedTask[]
}

/**
 * Splits a plan into what an earlier run of the same job finished and what is to do. Writes nothing.
 * @throws MurmurationError ERR_EXISTS when an output exists that no journal line explains (unless `overwrite`), ERR_OUTPUT when
 *   an output would be written over its own or another source.
 */
export async function reconcile(
  tasks: readonly PlannedTask[],
  options: { out: string; recipe: Recipe; overwrite: boolean },
): Promise<Reconciled> {
  const { out, recipe, overwrite } = options
  refuseToOverwriteSources(tasks, out)
  const journal = await readJournal(journalFile(out))
  const checks = tasks.map((task) => async () => {
    const entry = journal.get(task.output)
    const existing = await stat(join(out, task.output)).catch(() => undefined)
    const isDone = entry !== undefined && existing?.size === entry.outputBytes && hasRecipe(entry, recipe)
    return {
      task,
      isDone: isDone && (await isSameInput(task, entry)),
      isUnexplained: existing !== undefined && entry === undefined,
    }
  })
  const todo: PlannedTask[] = []
  const alreadyDone: PlannedTask[] = []
  const unexplained: string[] = []
  for await (const { task, isDone, isUnexplained } of parallel(checks, {
    concurrency: MAX_OPEN_FILES,
    ordered: true,
  })) {
    if (isUnexplained && !overwrite) unexplained.push(task.output)
    else if (isDone) alreadyDone.push(task)
    else todo.push(task)
  }
  if (unexplained.length > 0) throw existsError(out, unexplained)
  return { todo, alreadyDone }
}

function existsError(out: string, unexplained: readonly string[]): MurmurationError {
  const more = unexplained.length > 1 ? ` and ${unexplained.length - 1} more` : ''
  const sentence = `"${unexplained[0]}"${more} in "${out}" was not written by an earlier run of this program`
  return new MurmurationError('ERR_EXISTS', sentence, { facts: { files: unexplained } })
}

function refuseToOverwriteSources(tasks: readonly PlannedTask[], out: string): void {
  const sources = new Set(tasks.map((task) => task.source))
  const overwritten = tasks.find((task) => sources.has(resolve(out, task.output)))
  if (!overwritten) return
  const sentence = `output "${overwritten.output}" in "${out}" would overwrite a source: sources are never written`
  throw new MurmurationError('ERR_OUTPUT', sentence)
}

/** By size and time of change first, by digest when these differ. */
async function isSameInput(task: PlannedTask, entry: JournalEntry): Promise<boolean> {
  try {
    const { size, mtimeMs } = await stat(task.source)
    if (size !== entry.inputBytes) return false
    return mtimeMs === entry.inputModifiedMs || hex(await digestFile(task.source)) === entry.inputDigest
  } catch {
    return false // the job will name what is wrong with it
  }
}

/** Ready to take results. @throws MurmurationError ERR_OUTPUT when the folder cannot be made or written. */
export async function openOutputFolder(out: string, recipe: Recipe): Promise<OutputFolder> {
  try {
    await makeFolder(out)
    await access(out, constants.W_OK)
    await rm(partialFolder(out), { recursive: true, force: true })
    await mkdir(partialFolder(out), { recursive: true })
    const journal = await openJournal(journalFile(out))
    return new OutputFolder(out, recipe, (entry) => journal.append(entry))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new MurmurationError('ERR_OUTPUT', `output folder "${out}" cannot be written: ${why}`, { cause: error })
  }
}

/** The disk as a whole is at fault, not one file. */
const FOLDER_ERRORS: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']

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

export class OutputFolder implements ResultSink {
  readonly #out: string
  readonly #recipe: Recipe
  readonly #append: (entry: JournalEntry) => Promise<void>
  readonly #madeFolders = new Set<string>()

  constructor(out: string, recipe: Recipe, append: (entry: JournalEntry) => Promise<void>) {
    this.#out = out
    this.#recipe = recipe
    this.#append = append
  }

  async save(result: TaskResult): Promise<void> {
    const { task, peer, bytes, digest, pixelDigest } = result
    const { sizeBytes, digest: inputDigest } = task.body
    const input = { sizeBytes, modifiedMs: task.modifiedMs, digest: inputDigest }
    const partial = this.partialPath(randomUUID())
    try {
      await writeFile(partial, bytes)
      await this.adopt(partial, { task, peer, input, outputBytes: bytes.length, digest, pixelDigest })
    } catch (error) {
      await rm(partial, { force: true }).catch(() => {})
      throw this.writeError(task, error)
    }
  }

  /** For files that grow while an image is done; the next job removes what is left there. */
  partialPath(name: string): string {
    return join(partialFolder(this.#out), name)
  }

  /** Gives a finished file in the partial folder its final name, and its journal line. @throws MurmurationError ERR_WRITE */
  async adopt(partial: string, output: FinishedOutput): Promise<void> {
    const { task } = output
    try {
      await this.#makeFolder(dirname(join(this.#out, task.output)))
      await rename(partial, join(this.#out, task.output))
      await this.#append(this.#entry(output))
    } catch (error) {
      throw this.writeError(task, error)
    }
  }

  /** ERR_OUTPUT where the disk as a whole is at fault, else ERR_WRITE. */
  writeError(task: PlannedTask, error: unknown): MurmurationError {
    return error instanceof MurmurationError ? error : writeError(task, error)
  }

  async #makeFolder(folder: string): Promise<void> {
    if (this.#madeFolders.has(folder)) return
    await mkdir(folder, { recursive: true })
    this.#madeFolders.add(folder)
  }

  #entry({ task, peer, input, outputBytes, digest, pixelDigest }: FinishedOutput): JournalEntry {
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

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function writeError(task: PlannedTask, error: unknown): MurmurationError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isFolder = FOLDER_ERRORS.includes(code)
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : String(code ?? error)
  const sentence = `output "${task.output}" cannot be written: ${why}`
  return new MurmurationError(isFolder ? 'ERR_OUTPUT' : 'ERR_WRITE', sentence, { cause: error })
}
