/** What an earlier run already finished of a plan, and what must not be overwritten. Reads only. */

import { join } from 'node:path'
import { MurmurationError } from '../../base/errors.ts'
import type { JobId } from '../../base/ids.ts'
import { inParallel } from '../../base/in-parallel.ts'
import { MAX_OPEN_FILES } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { PlannedTask } from '../coordinator/job.ts'
import type { PeerRef } from '../job-events.ts'
import { fileHasDigest } from './digest-file.ts'
import {
  type FileFacts,
  type FileSystem,
  isDiskAtFault,
  isMissing,
  type OutputWorld,
  systemFiles,
  systemOutput,
} from './file-system.ts'
import { refuseIfHeld } from './folder-lock.ts'
import { type FailureLine, hasRecipe, type JournalEntry, liarsOf, type Recipe, readJournal } from './journal.ts'
import { type OpenOutputFolder, openOutputFolder } from './output-folder.ts'
import { journalFile, lockFile } from './state-folder.ts'

export interface Reconciled {
  readonly todo: readonly PlannedTask[]
  /** Of them, what failed when it was tried last. */
  readonly failedBefore: readonly PlannedTask[]
  readonly alreadyDone: readonly PlannedTask[]
  /** Outputs of earlier runs that results will take the place of, because their image or the recipe is another one now. */
  readonly outdated: readonly string[]
  /** Gave wrong results in an earlier run of this job. */
  readonly liars: readonly PeerRef[]
  /** Makes the place ready for the results of `todo`. @throws MurmurationError ERR_OUTPUT */
  open(job: JobId): Promise<OpenOutputFolder>
}

export interface Destination {
  /** The output folder. */
  readonly out: string
  readonly recipe: Recipe
  /** Replace what no journal line explains. */
  readonly overwrite: boolean
}

const log = createLog('journal')

/** `todo`: to do, and something stands where it goes; `new`: to do, and nothing does. */
export type Standing = 'todo' | 'new' | 'done' | 'unexplained' | 'source'

/** What decides how an output stands, besides the disk. */
export interface Explanations {
  /** By output. */
  readonly entries: ReadonlyMap<string, JournalEntry>
  isSource(realPath: string): boolean
}

/** How the output of a task, whose source is a real path, stands now. @throws the file system's error */
export async function standingOf(
  task: PlannedTask,
  { out, recipe, overwrite }: Destination,
  { entries, isSource }: Explanations,
  files: FileSystem = systemFiles,
): Promise<Standing> {
  const output = join(out, task.output)
  const existing = await files.stat(output).catch((error: unknown) => {
    // what cannot be looked at may be there, and somebody else's
    if (isDiskAtFault(error)) throw error
    return isMissing(error) ? 'missing' : 'hidden'
  })
  if (existing === 'missing') return 'new'
  // a folder in the way is that image's failure, when it is written
  if (existing === 'hidden' || !existing.isFile()) return 'todo'
  if (isSource(await files.realpath(output))) return 'source'
  const entry = entries.get(task.output)
  if (entry?.outputBytes === existing.size) {
    if (!entry.isVoid && hasRecipe(entry, recipe) && (await isSameInput(task, entry, files))) return 'done'
    if (overwrite || (await fileHasDigest(output, entry.outputDigest, files))) return 'todo'
  }
  return overwrite ? 'todo' : 'unexplained'
}

/**
 * Splits a plan, whose sources are real paths, into what an earlier run of the same job finished and what is to do.
 * @throws MurmurationError ERR_EXISTS when an output exists that no journal line explains, or that was changed since (unless
 *   `overwrite`), ERR_OUTPUT when an output would be written over its own or another source.
 */
export async function reconcile(
  tasks: readonly PlannedTask[],
  destination: Destination,
  world: OutputWorld = systemOutput,
): Promise<Reconciled> {
  try {
    return await compareWithJournal(tasks, destination, world)
  } catch (error) {
    throw unreadableError(destination.out, error)
  }
}

async function compareWithJournal(
  tasks: readonly PlannedTask[],
  destination: Destination,
  world: OutputWorld,
): Promise<Reconciled> {
  const { out, recipe, overwrite } = destination
  const { files } = world
  const sources = new Set(tasks.map((task) => task.source))
  const journal = await readJournal(journalFile(out), undefined, files)
  const explanations: Explanations = { entries: journal.entries, isSource: (path) => sources.has(path) }
  const checks = tasks.map((task) => async () => ({
    task,
    is: await standingOf(task, destination, explanations, files),
  }))
  const sorted: Record<Exclude<Standing, 'new'>, PlannedTask[]> = { todo: [], done: [], unexplained: [], source: [] }
  const replaced = new Set<string>()
  for await (const { task, is } of inParallel(checks, { concurrency: MAX_OPEN_FILES, ordered: true })) {
    if (is === 'todo') replaced.add(task.output)
    sorted[is === 'new' ? 'todo' : is].push(task)
  }
  log(
    '%s explains %d outputs; of %d, %d are done and %d to do',
    out,
    journal.entries.size,
    tasks.length,
    sorted.done.length,
    sorted.todo.length,
  )
  const [overwritten] = sorted.source
  if (overwritten) throw overwritesSource(out, overwritten.output)
  if (sorted.unexplained.length > 0) {
    // what another job writes in this moment has no line that was read above
    await refuseIfHeld(lockFile(out), out, world)
    throw existsError(
      out,
      sorted.unexplained.map((task) => task.output),
    )
  }
  return {
    todo: sorted.todo,
    failedBefore: sorted.todo.filter(({ output }) => hasFailed(journal.failures.get(output), recipe)),
    alreadyDone: sorted.done,
    outdated: overwrite ? [] : [...replaced].filter((output) => isBelieved(journal.entries.get(output))),
    liars: liarsOf(journal, recipe, world.process.wallTime()),
    open: (job) => openOutputFolder(out, recipe, job, world, { tasks, replaced }),
  }
}

/** A liar's output is no loss. */
const isBelieved = (entry: JournalEntry | undefined): boolean => entry !== undefined && entry.isVoid !== true

export const hasFailed = (line: FailureLine | undefined, recipe: Recipe): boolean =>
  line !== undefined && hasRecipe(line, recipe)

/** What went wrong with a look at the output folder, as ERR_OUTPUT where it has no code of its own. */
export function unreadableError(out: string, error: unknown): MurmurationError {
  if (error instanceof MurmurationError) return error
  const why = error instanceof Error ? error.message : String(error)
  return new MurmurationError('ERR_OUTPUT', `output folder "${out}" cannot be read: ${why}`, { cause: error })
}

export function existsError(out: string, files: readonly string[]): MurmurationError {
  const more = files.length > 1 ? ` and ${files.length - 1} more` : ''
  const sentence = `"${files[0]}"${more} in "${out}" was not written by an earlier run of this program, or changed since`
  return new MurmurationError('ERR_EXISTS', sentence, { facts: { files } })
}

export function overwritesSource(out: string, output: string): MurmurationError {
  const sentence = `output "${output}" in "${out}" would overwrite a source: sources are never written`
  return new MurmurationError('ERR_OUTPUT', sentence)
}

/** By size and time of change first, by digest when these differ. */
export async function isSameInput(
  task: PlannedTask,
  entry: JournalEntry,
  files: FileSystem = systemFiles,
): Promise<boolean> {
  const info: FileFacts | undefined = await files.stat(task.source).catch(() => undefined) // the job will name what is wrong with it
  if (info?.size !== entry.inputBytes) return false
  if (info.mtimeMs === entry.inputModifiedMs) return true
  return await fileHasDigest(task.source, entry.inputDigest, files).catch(() => false) // nor is what cannot be read
}
