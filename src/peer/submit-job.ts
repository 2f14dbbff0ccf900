/**
 * A submission from paths to its summary on the disk: find, plan, compare with the journal, run, log. The disk is here and in
 * files/; what happens between plan and result is the coordinator's.
 */

import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { jobId } from '../base/ids.ts'
import { APPROXIMATE_TILE_REACH_PX } from '../base/limits.ts'
import { createRandom } from '../base/random.ts'
import type { HeaderReader, Pipeline } from '../cv/index.ts'
import { planTiles } from '../cv/tiles/tile-plan.ts'
import type { CheckedSubmitOptions } from './check-options.ts'
import type { PlannedTask } from './coordinator/job.ts'
import { planTasks } from './coordinator/plan.ts'
import type { JobWork } from './coordinator/run-job.ts'
import { type JobFacts, JobStatistics } from './coordinator/statistics.ts'
import { findInputFiles } from './files/input-files.ts'
import { writeJobLogs } from './files/job-logs.ts'
import { reconcile } from './files/reconcile.ts'
import { reconcileResults } from './files/results-file.ts'
import { SkippedFiles, skippedSentence } from './files/skipped-files.ts'
import type { JobSummary } from './job-events.ts'
import { jobRecipe } from './job-recipe.ts'
import { refuseBrokenModel, runPlannedJob, type SubmitDependencies } from './run-submission.ts'
import type { SubmissionWorld } from './submission.ts'
import { chooseTiled, tileSidePx } from './tiles/choose-tiled.ts'

/** @throws MurmurationError when the job cannot be planned: ERR_USAGE, ERR_PIPELINE, ERR_MODEL, ERR_INPUT, ERR_COLLISION, ERR_EXISTS, ERR_OUTPUT. */
export async function submitJob(
  deps: SubmitDependencies,
  paths: readonly string[],
  options: CheckedSubmitOptions,
  world: SubmissionWorld,
): Promise<JobSummary> {
  const { clock } = deps
  const job = await jobRecipe(options)
  const { pipeline, planSettings, recipe } = job
  const out = resolve(options.out)
  const { include, exclude, seed, overwrite } = options
  const { kind } = pipeline
  const skipped = new SkippedFiles()
  const found = await findInputFiles(paths, { include, exclude, out, skipped })
  const tasks = planTasks(found, planSettings)
  const destination = { out, recipe, overwrite }
  const plan = await (kind === 'data' ? reconcileResults(tasks, destination) : reconcile(tasks, destination))

  const chosen = options.retryFailed
    ? { planned: plan.failedBefore, todo: plan.failedBefore, alreadyDone: [] }
    : { planned: tasks, todo: plan.todo, alreadyDone: plan.alreadyDone }
  if (options.retryFailed && chosen.todo.length === 0) {
    world.emit({ event: 'notice', message: 'no image of this job failed when it was tried last: nothing to try again' })
  }
  if (chosen.todo.length > 0) await refuseBrokenModel(job, clock, world)
  const divideInTiles = (images: readonly PlannedTask[]): Promise<JobWork> =>
    divide(images, pipeline, options, { ...world, headers: deps.headers })
  const divided = await divideInTiles(chosen.todo)
  const leftOut = skipped.counts()
  const facts: JobFacts = {
    job: jobId(randomBytes(16).toString('hex')),
    strategy: options.strategy,
    pipeline: pipeline.text,
    kind,
    seed,
    images: chosen.planned.length,
    alreadyDone: chosen.alreadyDone.length,
    ...(options.verify > 0 && { isVerified: true }),
    ...(leftOut && { skipped: leftOut }),
  }
  world.emit({ event: 'planned', ...facts, total: chosen.planned.length, out: options.out })
  if (leftOut) world.emit({ event: 'notice', message: skippedSentence(leftOut, skipped.extensions()) })
  if (!options.retryFailed && plan.outdated.length > 0) {
    world.emit({ event: 'notice', message: replacedNotice(plan.outdated, options.out) })
  }
  if (options.dryRun) {
    tellPlan(chosen.planned, chosen.alreadyDone, world)
    return emptySummary(facts, clock)
  }

  // an earlier run's summary and logs tell more than that nothing was left to do
  if (chosen.todo.length === 0) return emptySummary(facts, clock)

  const folder = await plan.open(facts.job)
  try {
    const planned = {
      ...divided,
      ...{ recipe: job, options, folder, facts },
      signal: world.signal,
      earlier: { done: chosen.alreadyDone.map(({ id }) => id), liars: plan.liars },
      divide: divideInTiles,
    }
    const summary = await runPlannedJob(deps, planned, world)
    for (const message of await writeJobLogs(out, summary)) world.emit({ event: 'notice', message })
    return summary
  } finally {
    await folder.close()
  }
}

/** @throws MurmurationError ERR_PIPELINE when an image is to be done in tiles and the pipeline cannot be */
async function divide(
  todo: readonly PlannedTask[],
  pipeline: Pipeline,
  { tile, approximateTiles }: CheckedSubmitOptions,
  { headers, emit }: Pick<SubmissionWorld, 'emit'> & { readonly headers: HeaderReader },
): Promise<JobWork> {
  if (tile === undefined) return { tasks: todo, tiled: [] }
  const chosen = await chooseTiled(todo, tile, (source) => headers.ofFile(source).catch(() => undefined))
  if (chosen.tiled.length === 0) return { tasks: todo, tiled: [] }
  const plan = planTiles(pipeline, { approximate: approximateTiles })
  if (plan.approximated.length > 0) {
    const names = plan.approximated.map((name) => `"${name}"`).join(', ')
    emit({
      event: 'notice',
      message: `tiles see ${APPROXIMATE_TILE_REACH_PX} px around themselves, so ${names} may differ from the whole image and show seams`,
    })
  }
  const sidePx = tileSidePx(tile, plan)
  return { tasks: chosen.whole, tiled: chosen.tiled.map((task) => ({ task, plan, sidePx })) }
}

/** Whoever hands in two folders of cameras that use the same names should know before the first results are gone. */
function replacedNotice([first, ...others]: readonly string[], out: string): string {
  const more = others.length === 0 ? ' is' : ` and ${others.length} more are`
  return `"${first}"${more} replaced in "${out}": made of another image, or with other settings, by an earlier run`
}

function tellPlan(tasks: readonly PlannedTask[], alreadyDone: readonly PlannedTask[], world: SubmissionWorld): void {
  const done = new Set(alreadyDone)
  for (const task of tasks) {
    world.emit({ event: 'planned-image', path: task.path, output: task.output, isDone: done.has(task) })
  }
}

/** Of a job in which nothing had to be done. */
function emptySummary(facts: JobFacts, clock: Clock): JobSummary {
  const now = clock.wallTime()
  const ending = {
    outcome: 'done',
    code: undefined,
    reason: undefined,
    exitCode: 0,
    startedAt: now,
    endedAt: now,
    elapsedMs: 0,
  } as const
  return new JobStatistics(facts, createRandom(0)).summary(ending)
}
