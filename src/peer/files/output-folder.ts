/**
 * The output side of a job on the disk: what an earlier run already finished, what must not be overwritten, and saving a result
 * whole or not at all (temporary file in `.murmuration/partial`, then renamed into place, then a journal line).
 */

import { hash, randomUUID } from 'node:crypto'
import { access, constants, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import parallel from 'it-parallel'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_OPEN_FILES } from '../../base/limits.ts'
import type { PlannedTask, TaskResult } from '../coordinator/job.ts'
import type { ResultSink } from '../coordinator/ports.ts'
import { hasRecipe, type JournalEntry, type JournalWriter, openJournal, type Recipe, readJournal } from './journal.ts'
import { makeFolder } from './make-folder.ts'

/** The folder beside the outputs that holds what this program keeps for itself. */
export const STATE_FOLDER = '.murmuration'

/** One line per finished image, see journal.ts. */
export const journalFile = (out: string): string => join(out, STATE_FOLDER, 'journal.ndjson')
export const partialFolder = (out: string): string => join(out, STATE_FOLDER, 'partial')

export interface Reconciled {
  readonly todo: readonly PlannedTask[]
  readonly alreadyDone: readonly PlannedTask[]
  /** Makes the place ready for the results of `todo`. @throws MurmurationError ERR_OUTPUT when it cannot be written. */
  open(): Promise<ResultSink>
}

export interface Destination {
  /** The output folder. */
  readonly out: string
  readonly recipe: Recipe
  /** Replace what no journal line explains. */
  readonly overwrite: boolean
}

/**
 * Splits a plan into what an earlier run of the same job finished and what is to do. Writes nothing.
 * @throws MurmurationError ERR_EXISTS when an output exists that no journal line explains (unless `overwrite`), ERR_OUTPUT when
 *   an output would be written over its own or another source.
 */
export async function reconcile(
  tasks: readonly PlannedTask[],
  { out, recipe, overwrite }: Destination,
): Promise<Reconciled> {
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
  return { todo, alreadyDone, open: () => openOutputFolder(out, recipe) }
}

export function existsError(out: string, unexplained: readonly string[]): MurmurationError {
  const more = unexplained.length > 1 ? ` and ${unexplained.length - 1} more` : ''
  const sentence = `"${unexplained[0]}"${more} in "${out}" was not written by an earlier run of this program`
  return new MurmurationError('ERR_EXISTS', sentence, { facts: { files: unexplained } })
}

/** @throws MurmurationError ERR_OUTPUT */
export function refuseToOverwriteSources(tasks: readonly PlannedTask[], out: string): void {
  const sources = new Set(tasks.map((task) => task.source))
  const overwritten = tasks.find((task) => sources.has(resolve(out, task.output)))
  if (!overwritten) return
  const sentence = `output "${overwritten.output}" in "${out}" would overwrite a source: sources are never written`
  throw new MurmurationError('ERR_OUTPUT', sentence)
}

/** By size and time of change first, by digest when these differ. */
export async function isSameInput(task: PlannedTask, entry: JournalEntry): Promise<boolean> {
  try {
    const { size, mtimeMs } = await stat(task.source)
    if (size !== entry.inputBytes) return false
    return mtimeMs === entry.inputModifiedMs || hash('sha256', await readFile(task.source)) === entry.inputDigest
  } catch {
    return false // the job will name what is wrong with it
  }
}

/** Ready to take results. @throws MurmurationError ERR_OUTPUT when the folder cannot be made or written. */
export const openOutputFolder = (out: string, recipe: Recipe): Promise<ResultSink> =>
  openFolder(out, async (journal) => new OutputFolder(out, recipe, journal))

/** Makes the folder, empties its partial files and opens its journal. @throws MurmurationError ERR_OUTPUT */
export async function openFolder(
  out: string,
  make: (journal: JournalWriter) => Promise<ResultSink>,
): Promise<ResultSink> {
  try {
    await makeFolder(out)
    await access(out, constants.W_OK)
    await rm(partialFolder(out), { recursive: true, force: true })
    await mkdir(partialFolder(out), { recursive: true })
    return await make(await openJournal(journalFile(out)))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new MurmurationError('ERR_OUTPUT', `output folder "${out}" cannot be written: ${why}`, { cause: error })
  }
}

/** The disk as a whole is at fault, not one file. */
const FOLDER_ERRORS: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']

class OutputFolder implements ResultSink {
  readonly #out: string
  readonly #recipe: Recipe
  readonly #journal: JournalWriter
  readonly #madeFolders = new Set<string>()

  constructor(out: string, recipe: Recipe, journal: JournalWriter) {
    this.#out = out
    this.#recipe = recipe
    this.#journal = journal
  }

  async save(result: TaskResult): Promise<void> {
    const { task } = result
    const partial = join(partialFolder(this.#out), randomUUID())
    try {
      await writeFile(partial, result.bytes)
      await this.#makeFolder(dirname(join(this.#out, task.output)))
      await rename(partial, join(this.#out, task.output))
      await this.#journal.append(
        journalEntry(result, this.#recipe, { bytes: result.bytes.length, digest: result.digest }),
      )
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

/** What went wrong as ERR_OUTPUT where the disk as a whole is at fault, else as ERR_WRITE. */
export function writeError(task: PlannedTask, error: unknown): MurmurationError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isFolder = FOLDER_ERRORS.includes(code)
  const why = code === 'ENOSPC' || code === 'EDQUOT' ? 'the disk is full' : String(code ?? error)
  const sentence = `output "${task.output}" cannot be written: ${why}`
  return new MurmurationError(isFolder ? 'ERR_OUTPUT' : 'ERR_WRITE', sentence, { cause: error })
}
