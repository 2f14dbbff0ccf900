/** What an earlier run already finished of a plan, and what must not be overwritten. Reads only. */

import type { Stats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import parallel from 'it-parallel'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_OPEN_FILES } from '../../base/limits.ts'
import type { PlannedTask } from '../coordinator/job.ts'
import { digestFile } from './digest-file.ts'
import { hasRecipe, type JournalEntry, type Recipe, readJournal } from './journal.ts'
import { journalFile } from './output-folder.ts'

export interface Reconciled {
  readonly todo: readonly PlannedTask[]
  readonly alreadyDone: readonly PlannedTask[]
}

type Standing = 'todo' | 'done' | 'unexplained' | 'source'

/**
 * Splits a plan, whose sources are real paths, into what an earlier run of the same job finished and what is to do.
 * @throws MurmurationError ERR_EXISTS when an output exists that no journal line explains, or that was changed since (unless
 *   `overwrite`), ERR_OUTPUT when an output would be written over its own or another source.
 */
export async function reconcile(
  tasks: readonly PlannedTask[],
  options: { out: string; recipe: Recipe; overwrite: boolean },
): Promise<Reconciled> {
  const { out, recipe, overwrite } = options
  const sources = new Set(tasks.map((task) => task.source))
  const journal = await readJournal(journalFile(out))
  const standing = async (task: PlannedTask): Promise<Standing> => {
    const output = join(out, task.output)
    const existing = await stat(output).catch(() => undefined)
    // a folder in the way is that image's failure, when it is written
    if (!existing?.isFile()) return 'todo'
    if (sources.has(await realpath(output))) return 'source'
    const entry = journal.get(task.output)
    if (entry?.outputBytes === existing.size) {
      if (hasRecipe(entry, recipe) && (await isSameInput(task, entry))) return 'done'
      if (overwrite || (await hasDigest(output, entry.outputDigest))) return 'todo'
    }
    return overwrite ? 'todo' : 'unexplained'
  }
  const checks = tasks.map((task) => async () => ({ task, is: await standing(task) }))
  const sorted: Record<Standing, PlannedTask[]> = { todo: [], done: [], unexplained: [], source: [] }
  for await (const { task, is } of parallel(checks, { concurrency: MAX_OPEN_FILES, ordered: true })) {
    sorted[is].push(task)
  }
  const [overwritten] = sorted.source
  if (overwritten) throw overwritesSource(out, overwritten)
  if (sorted.unexplained.length > 0) throw existsError(out, sorted.unexplained)
  return { todo: sorted.todo, alreadyDone: sorted.done }
}

function existsError(out: string, unexplained: readonly PlannedTask[]): MurmurationError {
  const files = unexplained.map((task) => task.output)
  const more = files.length > 1 ? ` and ${files.length - 1} more` : ''
  const sentence = `"${files[0]}"${more} in "${out}" was not written by an earlier run of this program, or changed since`
  return new MurmurationError('ERR_EXISTS', sentence, { facts: { files } })
}

function overwritesSource(out: string, { output }: PlannedTask): MurmurationError {
  const sentence = `output "${output}" in "${out}" would overwrite a source: sources are never written`
  return new MurmurationError('ERR_OUTPUT', sentence)
}

/** By size and time of change first, by digest when these differ. */
async function isSameInput(task: PlannedTask, entry: JournalEntry): Promise<boolean> {
  const info: Stats | undefined = await stat(task.source).catch(() => undefined) // the job will name what is wrong with it
  if (info?.size !== entry.inputBytes) return false
  return info.mtimeMs === entry.inputModifiedMs || hasDigest(task.source, entry.inputDigest)
}

/** SHA-256 as hex. False also for what cannot be read. */
async function hasDigest(file: string, digest: string): Promise<boolean> {
  const found = await digestFile(file).catch(() => undefined)
  return found !== undefined && Buffer.from(found).toString('hex') === digest
}
