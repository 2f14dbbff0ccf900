/**
 * The output side of a job that gives data: `results.ndjson` in the output folder, one line per image, appended in the order in
 * which images are done, each followed by its journal line.
 *
 * A line stands for the image of its path, as an output file does for a job that makes images: a job replaces the lines of
 * the images that it does, and leaves those of others alone. What is done is decided by the journal, and by the line itself,
 * whose digest the journal knows. Before the first line is appended, those of images still to do (written before a crash, or
 * by another pipeline) and torn ones are taken out, so that there is never a second line for an image.
 */

import { join } from 'node:path'
import { checksum } from '../../base/checksum.ts'
import { MurmurationError } from '../../base/errors.ts'
import { type JobId, peerId } from '../../base/ids.ts'
import { inParallel } from '../../base/in-parallel.ts'
import { MAX_OPEN_FILES } from '../../base/limits.ts'
import type { PlannedTask, TaskResult } from '../coordinator/job.ts'
import { RESULTS_FILE } from '../coordinator/plan.ts'
import type { Withdrawn } from '../coordinator/ports.ts'
import type { PeerRef } from '../job-events.ts'
import { type FileSystem, type OutputWorld, statIfThere, systemOutput } from './file-system.ts'
import {
  distrust,
  type FinishedOutput,
  type FolderState,
  type ImageSink,
  journalEntry,
  type OutputJob,
} from './image-sink.ts'
import { hasRecipe, liarsOf, readJournal, type Subject } from './journal.ts'
import { LineWriter } from './line-writer.ts'
import { openFolder } from './output-folder.ts'
import {
  type Destination,
  existsError,
  hasFailed,
  isSameInput,
  overwritesSource,
  type Reconciled,
  unreadableError,
} from './reconcile.ts'
import { joined, keepRanges, keptLines, type Range, readLines, resultLine } from './result-lines.ts'
import { journalFile, STATE_FOLDER } from './state-folder.ts'
import { knownLiars, type WatchedOutput } from './watched-output.ts'
import { writeError } from './write-error.ts'

/** Says that `results.ndjson` is this program's: a first line may be there before any journal line. */
const claimFile = (out: string): string => join(out, STATE_FOLDER, 'results-claimed')

/** A watch has nobody checked (check-options.ts), so nothing of it turns out to be a liar's. */
const NOTHING_TO_WITHDRAW: readonly PlannedTask[] = []

/**
 * Splits a plan into what has its line already and what is to do. Writes nothing.
 * @throws MurmurationError ERR_EXISTS when there is a `results.ndjson` of somebody else (unless `overwrite`), ERR_OUTPUT when
 *   it is a source, or the folder cannot be read
 */
export async function reconcileResults(
  tasks: readonly PlannedTask[],
  { out, recipe, overwrite }: Destination,
  world: OutputWorld = systemOutput,
): Promise<Reconciled> {
  const { files } = world
  const file = join(out, RESULTS_FILE)
  const sources = new Set(tasks.map(({ source }) => source))
  const { exists, isOurs } = await lookAtResults(out, overwrite, (path) => sources.has(path), files)
  const { kept, ...sorted } = await sortTasks(tasks, { out, recipe }, isOurs && exists, world)
  const make = async (state: FolderState): Promise<ImageSink> => {
    await claim(out, files)
    if (exists) await keepRanges(file, kept, state.partials, files)
    return new ResultsFile({ out, recipe, tasks }, state, world)
  }
  return { ...sorted, outdated: [], open: (job) => openFolder({ out, recipe, job, tasks }, make, world) }
}

/**
 * `results.ndjson` for a job whose images come while it runs: what of them has its line is found when they come, and only then
 * is the file read again, if one of them may have a line in it.
 * @throws MurmurationError as reconcileResults, and ERR_OUTPUT
 */
export async function openWatchedResults(
  { out, recipe, overwrite }: Destination,
  job: JobId,
  isSource: (realPath: string) => boolean,
): Promise<WatchedOutput> {
  const world = systemOutput
  const { files } = world
  const file = join(out, RESULTS_FILE)
  const { exists, isOurs } = await lookAtResults(out, overwrite, isSource, files)
  /** Paths that may have a line. */
  const written = new Set<string>()
  const opened = Promise.withResolvers<{ readonly results: ResultsFile; readonly partials: string }>()
  const liars = await knownLiars(out, recipe)
  const folder = await openFolder({ out, recipe, job, tasks: NOTHING_TO_WITHDRAW }, async (state) => {
    await claim(out, files)
    if (exists && !isOurs) await files.truncate(file, 0)
    if (exists) for (const { path } of await readLines(file, new Map(), files)) written.add(path)
    const results = new ResultsFile({ out, recipe, tasks: NOTHING_TO_WITHDRAW }, state, world)
    opened.resolve({ results, partials: state.partials })
    return results
  })
  const { results, partials } = await opened.promise

  return {
    folder,
    liars,
    async sort(tasks) {
      const again = tasks.filter(({ path }) => written.has(path))
      const fresh = tasks.filter(({ path }) => !written.has(path))
      for (const { path } of fresh) written.add(path)
      if (again.length === 0) return { todo: fresh, alreadyDone: [], refused: [] }
      return results.rewrite(async () => {
        const sorted = await sortTasks(again, { out, recipe }, (await statIfThere(file, files)) !== undefined, world)
        if (sorted.todo.length > 0) await keepRanges(file, sorted.kept, partials, files)
        return { todo: [...fresh, ...sorted.todo], alreadyDone: sorted.alreadyDone, refused: [] }
      })
    },
  }
}

interface FoundResults {
  readonly exists: boolean
  readonly isOurs: boolean
}

/** @throws MurmurationError ERR_EXISTS, ERR_OUTPUT */
async function lookAtResults(
  out: string,
  overwrite: boolean,
  isSource: (realPath: string) => boolean,
  files: FileSystem,
): Promise<FoundResults> {
  const file = join(out, RESULTS_FILE)
  const realFile = await files.realpath(file).catch(() => undefined)
  if (realFile !== undefined && isSource(realFile)) throw overwritesSource(out, RESULTS_FILE)
  const { exists, isOurs } = await findResults(out, files)
  if (exists && !isOurs && !overwrite) throw existsError(out, [RESULTS_FILE])
  return { exists, isOurs }
}

async function findResults(out: string, files: FileSystem): Promise<FoundResults> {
  try {
    const isOurs = (await statIfThere(claimFile(out), files)) !== undefined
    const exists = (await statIfThere(join(out, RESULTS_FILE), files)) !== undefined
    return { exists, isOurs }
  } catch (error) {
    throw unreadableError(out, error)
  }
}

const claim = (out: string, files: FileSystem): Promise<void> =>
  files.writeFile(claimFile(out), `${RESULTS_FILE} is written by murmuration\n`)

interface SortedLines extends Pick<Reconciled, 'todo' | 'failedBefore' | 'alreadyDone' | 'liars'> {
  /** Of the file. */
  readonly kept: readonly Range[]
}

/** What has its line, what is to do, and the parts of the file that stay when that is done. @throws MurmurationError ERR_OUTPUT */
async function sortTasks(
  tasks: readonly PlannedTask[],
  destination: Pick<Destination, 'out' | 'recipe'>,
  hasLines: boolean,
  world: OutputWorld,
): Promise<SortedLines> {
  try {
    return await compareWithLines(tasks, destination, hasLines, world)
  } catch (error) {
    throw unreadableError(destination.out, error)
  }
}

async function compareWithLines(
  tasks: readonly PlannedTask[],
  { out, recipe }: Pick<Destination, 'out' | 'recipe'>,
  hasLines: boolean,
  { files, process }: OutputWorld,
): Promise<SortedLines> {
  const journal = await readJournal(journalFile(out), byImage, files)
  const { entries } = journal
  const written = hasLines ? await readLines(join(out, RESULTS_FILE), entries, files) : []
  const explained = new Set(written.filter(({ isExplained }) => isExplained).map(({ path }) => path))
  const checks = tasks.map((task) => async () => {
    const entry = entries.get(task.path)
    const hasLine = entry !== undefined && !entry.isVoid && explained.has(task.path) && hasRecipe(entry, recipe)
    return { task, isDone: hasLine && (await isSameInput(task, entry, files)) }
  })
  const todo: PlannedTask[] = []
  const alreadyDone: PlannedTask[] = []
  for await (const { task, isDone } of inParallel(checks, { concurrency: MAX_OPEN_FILES, ordered: true })) {
    if (isDone) alreadyDone.push(task)
    else todo.push(task)
  }
  const kept = joined(keptLines(written, new Set(todo.map(({ path }) => path))))
  const failedBefore = todo.filter(({ path }) => hasFailed(journal.failures.get(path), recipe))
  return { todo, failedBefore, alreadyDone, kept, liars: liarsOf(journal, recipe, process.wallTime()) }
}

const byImage = ({ output, input }: Subject): string | undefined => (output === RESULTS_FILE ? input : undefined)

class ResultsFile implements ImageSink {
  readonly #job: Omit<OutputJob, 'job'>
  readonly #lines: LineWriter
  readonly #state: FolderState
  readonly #world: OutputWorld
  readonly #appending = new Set<Promise<void>>()
  /** Never rejects. */
  #rewriting: Promise<unknown> | undefined

  constructor(job: Omit<OutputJob, 'job'>, state: FolderState, world: OutputWorld) {
    this.#job = job
    const file = join(job.out, RESULTS_FILE)
    // not kept open: whoever replaces it meanwhile (an editor does) still gets the lines that follow
    this.#lines = new LineWriter((text) => world.files.appendFile(file, text))
    this.#state = state
    this.#world = world
  }

  /** @throws MurmurationError ERR_WRITE, ERR_OUTPUT, ERR_MALFORMED (the executor sent no data) */
  async save(result: TaskResult): Promise<void> {
    const line = resultLine(result)
    while (this.#rewriting !== undefined) await this.#rewriting
    const appending = this.#append(result, line)
    this.#appending.add(appending)
    try {
      await appending
    } catch (error) {
      throw writeError(result.task, error)
    } finally {
      this.#appending.delete(appending)
    }
  }

  async withdraw(liars: readonly PeerRef[]): Promise<readonly Withdrawn[]> {
    const { out, recipe, tasks } = this.#job
    const { files } = this.#world
    const voided = await distrust({ out, recipe, state: this.#state }, liars, this.#world, byImage)
    const file = join(out, RESULTS_FILE)
    try {
      const written = (await statIfThere(file, files)) === undefined ? [] : await readLines(file, voided, files)
      const gone = new Set(written.filter(({ isExplained }) => isExplained).map(({ path }) => path))
      if (gone.size > 0) await keepRanges(file, joined(keptLines(written, gone)), this.#state.partials, files)
      return tasks.flatMap((task) => {
        const entry = gone.has(task.path) ? voided.get(task.path) : undefined
        return entry ? [{ task, peer: { id: peerId(entry.peerId), name: entry.peer } }] : []
      })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new MurmurationError('ERR_OUTPUT', `wrong lines in "${file}" cannot be withdrawn: ${why}`, { cause: error })
    }
  }

  /** Runs `work` while no line is appended. One at a time. */
  async rewrite<T>(work: () => Promise<T>): Promise<T> {
    const rewriting = Promise.allSettled(this.#appending).then(work)
    this.#rewriting = rewriting.catch(() => {})
    try {
      return await rewriting
    } finally {
      this.#rewriting = undefined
    }
  }

  async #append(result: TaskResult, line: string): Promise<void> {
    await this.#lines.append(line)
    const finished = finishedLine(result, Buffer.from(line))
    await this.#state.journal.append(journalEntry(finished, this.#job.recipe, this.#world.process.wallTime()))
  }
}

function finishedLine({ task, peer, pixelDigest, verifiedBy }: TaskResult, line: Buffer): FinishedOutput {
  const { sizeBytes, digest } = task.body
  const input = { sizeBytes, modifiedMs: task.modifiedMs, digest }
  return {
    task,
    peer,
    input,
    outputBytes: line.length,
    digest: checksum(line),
    pixelDigest,
    ...(verifiedBy && { verifiedBy }),
  }
}
