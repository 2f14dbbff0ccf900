/**
 * One job for as long as folders are watched: what is there already is done first, then whatever appears. The output folder is
 * held all the while. The signal ends the watch in good order: nothing more is begun, what is out at peers gets LEAVE_MS, and
 * only if images that had appeared are left does the job count as interrupted.
 */

import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import type { Timer } from '../../base/clock.ts'
import { jobId } from '../../base/ids.ts'
import { LEAVE_MS } from '../../base/limits.ts'
import type { CheckedSubmitOptions } from '../check-options.ts'
import type { JobFacts } from '../coordinator/statistics.ts'
import { writeJobLogs } from '../files/job-logs.ts'
import { pathBelow, realPathOf } from '../files/real-path.ts'
import { openWatchedResults } from '../files/results-file.ts'
import { openWatchedFolder } from '../files/watched-output.ts'
import type { JobSummary } from '../job-events.ts'
import { jobRecipe } from '../job-recipe.ts'
import { refuseBrokenModel, runPlannedJob, type SubmitDependencies } from '../run-submission.ts'
import type { SubmissionWorld } from '../submission.ts'
import { createDiskWatch, watchedRoots } from './disk-watch.ts'
import { FolderWatch } from './folder-watch.ts'
import { WatchedPlan } from './watched-plan.ts'

/** @throws MurmurationError when the watch cannot begin: ERR_USAGE, ERR_PIPELINE, ERR_MODEL, ERR_INPUT, ERR_EXISTS, ERR_OUTPUT. */
export async function watchJob(
  deps: SubmitDependencies,
  paths: readonly string[],
  options: CheckedSubmitOptions,
  world: SubmissionWorld,
): Promise<JobSummary> {
  const { clock } = deps
  const job = await jobRecipe(options)
  const { pipeline, planSettings, recipe } = job
  const { kind } = pipeline
  const { include, exclude, seed, overwrite } = options
  const out = await realPathOf(resolve(options.out))
  const roots = await watchedRoots(paths, out)
  await refuseBrokenModel(job, clock, world)

  const id = jobId(randomBytes(16).toString('hex'))
  const notice = (message: string): void => world.emit({ event: 'notice', message })
  const isSource = (path: string): boolean =>
    pathBelow(out, path) === undefined && roots.some((root) => pathBelow(root, path) !== undefined)
  const openOutput = kind === 'data' ? openWatchedResults : openWatchedFolder
  const output = await openOutput({ out, recipe, overwrite }, id, isSource)
  const watching = new AbortController()
  const interruption = new AbortController()
  const disk = createDiskWatch(roots, { include, exclude, out }, deps.headers, notice)
  const folders = new FolderWatch({ clock, disk, notice, signal: watching.signal })
  const plan = new WatchedPlan({ folders, output, settings: planSettings, version: disk.version })
  const end = (): void => {
    watching.abort()
    plan.end()
  }
  let leaving: Timer | undefined
  const onSignal = (): void => {
    end()
    leaving = clock.setTimer(LEAVE_MS, () => interruption.abort(world.signal.reason))
  }
  world.signal.addEventListener('abort', onSignal, { once: true })
  if (world.signal.aborted) onSignal()
  try {
    await plan.begin()
    const { total, alreadyDone } = plan
    const facts: JobFacts = {
      job: id,
      strategy: options.strategy,
      pipeline: pipeline.text,
      kind,
      seed,
      images: total,
      alreadyDone,
    }
    world.emit({ event: 'planned', ...facts, total, out: options.out, watching: paths })
    const emit: SubmissionWorld['emit'] = (event) => {
      plan.observe(event)
      world.emit(event)
    }
    const { folder, liars } = output
    const planned = {
      ...{ recipe: job, options, folder, tasks: plan, facts },
      signal: interruption.signal,
      // each version of a file is an image of its own: nothing that earlier runs did is done again by its number
      earlier: { done: [], liars },
    }
    const summary = await runPlannedJob(deps, planned, { ...world, emit })
    const unsettled = folders.settlingCount
    if (unsettled > 0)
      notice(`${unsettled} ${unsettled === 1 ? 'file was' : 'files were'} not complete when the watch ended`)
    // an earlier run's summary and logs tell more than that nothing came
    if (summary.done + summary.failed > 0) {
      for (const message of await writeJobLogs(out, summary)) notice(message)
    }
    return summary
  } finally {
    end()
    leaving?.cancel()
    world.signal.removeEventListener('abort', onSignal)
    await output.folder.close()
  }
}
