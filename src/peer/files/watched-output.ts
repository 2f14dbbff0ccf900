/** The output side of a job whose images come while it runs: open from its beginning, and asked about each image as it comes. */

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { MurmurationError } from '../../base/errors.ts'
import type { JobId } from '../../base/ids.ts'
import { inParallel } from '../../base/in-parallel.ts'
import { MAX_OPEN_FILES } from '../../base/limits.ts'
import type { PlannedTask } from '../coordinator/job.ts'
import type { PeerRef } from '../job-events.ts'
import { type JournalEntry, liarsOf, type Recipe, readJournal } from './journal.ts'
import { type OpenOutputFolder, openOutputFolder } from './output-folder.ts'
import { type Destination, existsError, overwritesSource, standingOf, unreadableError } from './reconcile.ts'
import { journalFile } from './state-folder.ts'

export interface SortedTasks {
  readonly todo: readonly PlannedTask[]
  readonly alreadyDone: readonly PlannedTask[]
  /** Those that would replace what this program did not write, or a source. */
  readonly refused: readonly { readonly task: PlannedTask; readonly error: MurmurationError }[]
}

export interface WatchedOutput {
  readonly folder: OpenOutputFolder
  /** Gave wrong results in an earlier run of this job. */
  readonly liars: readonly PeerRef[]
  /** Makes the place ready for the results of `todo`. None of them may be out; one call at a time. */
  sort(tasks: readonly PlannedTask[]): Promise<SortedTasks>
}

/** For a file per image. @throws MurmurationError ERR_OUTPUT as openOutputFolder */
export async function openWatchedFolder(
  destination: Destination,
  job: JobId,
  isSource: (realPath: string) => boolean,
): Promise<WatchedOutput> {
  const { out, recipe } = destination
  const liars = await knownLiars(out, recipe)
  return {
    folder: await openOutputFolder(out, recipe, job),
    liars,
    async sort(tasks) {
      const sorted = { todo: [] as PlannedTask[], alreadyDone: [] as PlannedTask[], refused: [] as Refused[] }
      const explanations = { entries: await explainedOf(tasks, out), isSource }
      const checks = tasks.map((task) => async () => {
        const is = standingOf(task, destination, explanations)
        return { task, is: await is.catch((error: unknown) => unreadableError(out, error)) }
      })
      for await (const { task, is } of inParallel(checks, { concurrency: MAX_OPEN_FILES, ordered: true })) {
        if (is === 'todo' || is === 'new') sorted.todo.push(task)
        else if (is === 'done') sorted.alreadyDone.push(task)
        else sorted.refused.push({ task, error: is instanceof MurmurationError ? is : refusal(is, out, task) })
      }
      return sorted
    },
  }
}

type Refused = SortedTasks['refused'][number]

const refusal = (is: 'unexplained' | 'source', out: string, { output }: PlannedTask): MurmurationError =>
  is === 'source' ? overwritesSource(out, output) : existsError(out, [output])

/** What the journal says of outputs that are there. It is not held in memory: most of what comes is new, and needs none of it. */
async function explainedOf(tasks: readonly PlannedTask[], out: string): Promise<ReadonlyMap<string, JournalEntry>> {
  const present = new Set<string>()
  const looks = tasks.map(({ output }) => async () => {
    if (await stat(join(out, output)).catch(() => undefined)) present.add(output)
  })
  for await (const _ of inParallel(looks, { concurrency: MAX_OPEN_FILES })) {
    // each adds to the set
  }
  if (present.size === 0) return new Map()
  const { entries } = await readJournal(journalFile(out), ({ output }) => (present.has(output) ? output : undefined))
  return entries
}

/** @throws MurmurationError ERR_OUTPUT */
export async function knownLiars(out: string, recipe: Recipe): Promise<readonly PeerRef[]> {
  try {
    return liarsOf(await readJournal(journalFile(out), () => undefined), recipe, Date.now())
  } catch (error) {
    throw unreadableError(out, error)
  }
}
