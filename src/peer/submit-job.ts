/**
 * A submission from paths to its summary on the disk: find, plan, compare with the journal, run, log. The disk is here and in
 * files/; what happens between plan and result is the coordinator's.
 */

import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { MurmurationError } from '../base/errors.ts'
import { jobId, type PeerId } from '../base/ids.ts'
import { APPROXIMATE_TILE_REACH_PX, MODEL_TRIAL_MS } from '../base/limits.ts'
import { createRandom } from '../base/random.ts'
import { readFileHeader } from '../cv/codec/huge-file.ts'
import { type DataPipeline, type Pipeline, parsePipeline, pixelVersion } from '../cv/index.ts'
import { planTiles } from '../cv/tiles/tile-plan.ts'
import type { CheckedSubmitOptions } from './check-options.ts'
import type { PlannedTask } from './coordinator/job.ts'
import { planTasks, RESULTS_FILE } from './coordinator/plan.ts'
import type { LocalExecutor } from './coordinator/ports.ts'
import { runJob } from './coordinator/run-job.ts'
import { type JobFacts, JobStatistics } from './coordinator/statistics.ts'
import { STRATEGIES } from './coordinator/strategies/index.ts'
import { diskSource } from './files/disk-source.ts'
import { createHugeImages } from './files/huge-images.ts'
import { findInputFiles } from './files/input-files.ts'
import { writeJobLogs } from './files/job-logs.ts'
import { type Reconciled, reconcile } from './files/reconcile.ts'
import { reconcileResults } from './files/results-file.ts'
import type { JobSummary } from './job-events.ts'
import { bindModel, checkModelGiven, type Model, readModelFile } from './models/model-file.ts'
import type { ServedModels } from './models/served-models.ts'
import { tryModel } from './models/try-model.ts'
import type { ClusterPort } from './ports.ts'
import type { SubmissionWorld } from './submission.ts'
import { chooseTiled, tileSidePx } from './tiles/choose-tiled.ts'
import type { TiledImage } from './tiles/run-tiled-image.ts'

export interface SubmitDependencies {
  readonly cluster: ClusterPort
  readonly clock: Clock
  readonly self: { readonly id: PeerId; readonly name: string }
  readonly localExecutor: () => LocalExecutor
  /** From which executors get the job's model. */
  readonly models: ServedModels
}

/** @throws MurmurationError when the job cannot be planned: ERR_USAGE, ERR_PIPELINE, ERR_MODEL, ERR_INPUT, ERR_COLLISION, ERR_EXISTS, ERR_OUTPUT. */
export async function submitJob(
  deps: SubmitDependencies,
  paths: readonly string[],
  options: CheckedSubmitOptions,
  world: SubmissionWorld,
): Promise<JobSummary> {
  const { clock } = deps
  const { pipeline, model } = await chosenPipeline(options)
  const out = resolve(options.out)
  const { include, exclude, seed, overwrite } = options
  const { kind } = pipeline
  if (kind === 'data') refuseImageOptions(pipeline, options)
  const found = await findInputFiles(paths, { include, exclude, out })
  const { format, quality, keepMetadata, suffix = pipeline.suffix } = options
  const tasks = planTasks(found, kind === 'data' ? { seed, kind } : { seed, kind, format, suffix })
  const encoding = kind === 'data' ? DATA_ENCODING : { format, quality, keepMetadata }
  const recipe = { pipeline: recipeText(pipeline, options), seed, pixelVersion: pixelVersion(), ...encoding }
  const destination = { out, recipe, overwrite }
  const plan = await (kind === 'data' ? reconcileResults(tasks, destination) : reconcile(tasks, destination))

  if (model !== undefined && plan.todo.length > 0) await refuseBrokenModel(pipeline, model, clock, world)
  const { tasks: todo, tiled } = await divide(plan.todo, pipeline, options, world)
  const job = jobId(randomBytes(16).toString('hex'))
  const facts: JobFacts = {
    job,
    strategy: options.strategy,
    pipeline: pipeline.text,
    kind,
    seed,
    images: tasks.length,
    alreadyDone: plan.alreadyDone.length,
  }
  world.emit({ event: 'planned', ...facts, total: tasks.length, out: options.out })
  if (options.dryRun) {
    tellPlan(tasks, plan, world)
    return emptySummary(facts, clock)
  }

  // an earlier run's summary and logs tell more than that nothing was left to do
  if (plan.todo.length === 0) return emptySummary(facts, clock)

  const strategy = STRATEGIES[options.strategy]
  const sink = await plan.open(job)
  const served = model && deps.models.serve(model, { cluster: deps.cluster, onSent: tellSent(deps, model, world) })
  try {
    const summary = await runJob(
      {
        ...deps,
        ...world,
        ...(served && { cluster: served.cluster }),
        random: createRandom(`${seed}/${options.strategy}`),
        reader: diskSource,
        sink,
        hugeImages: createHugeImages({ folder: sink, format, quality, keepMetadata }),
      },
      {
        tasks: todo,
        tiled,
        settings: {
          ...options,
          job,
          strategyName: options.strategy,
          choose: strategy.choose,
          bindsLate: strategy.bindsLate,
          mode: strategy.mustTake ? 'delayed-execute' : 'execute',
          pipeline: pipeline.text,
          pixelVersion: recipe.pixelVersion,
          hedge: options.hedge && strategy.bindsLate,
        },
        facts,
        signal: world.signal,
      },
    )
    for (const message of await writeJobLogs(out, summary)) world.emit({ event: 'notice', message })
    return summary
  } finally {
    served?.stop()
    await sink.close()
  }
}

/** The pipeline, with the model's digest in its text where it runs one. @throws MurmurationError ERR_PIPELINE, ERR_USAGE, ERR_MODEL */
async function chosenPipeline(options: CheckedSubmitOptions): Promise<{ pipeline: Pipeline; model?: Model }> {
  const pipeline = parsePipeline(options.pipeline)
  checkModelGiven(pipeline, options.model)
  if (options.model === undefined) return { pipeline }
  const model = await readModelFile(options.model)
  return { pipeline: bindModel(pipeline, model), model }
}

/** @throws MurmurationError ERR_MODEL */
async function refuseBrokenModel(
  pipeline: Pipeline,
  model: Model,
  clock: Clock,
  world: SubmissionWorld,
): Promise<void> {
  if (pipeline.kind === 'image' || (await tryModel(pipeline, model, { clock, signal: world.signal }))) return
  if (world.signal.aborted) return
  const message = `the model took more than ${MODEL_TRIAL_MS / 1000} s for a trial image here; the job goes on`
  world.emit({ event: 'notice', message })
}

const tellSent =
  ({ cluster }: SubmitDependencies, { digest, bytes }: Model, world: SubmissionWorld) =>
  (id: PeerId): void => {
    const name = cluster.executors().find((executor) => executor.id === id)?.name ?? id
    world.emit({ event: 'model-sent', peer: { id, name }, digest, sizeBytes: bytes.byteLength })
  }

/** Of data in the journal, in the place of an image's format and quality, on which it does not depend. */
const DATA_ENCODING = { format: 'ndjson', quality: 0, keepMetadata: false } as const

/** @throws MurmurationError ERR_USAGE: nothing that is asked for is left out in silence */
function refuseImageOptions({ analysis }: DataPipeline, options: CheckedSubmitOptions): void {
  const { format, suffix, tile, keepMetadata } = options
  const asked = [
    ['--tile', tile],
    ['--format', format === 'keep' ? undefined : format],
    ['--suffix', suffix],
    ['--keep-metadata', keepMetadata ? '' : undefined],
  ] as const
  for (const [flag, value] of asked) {
    if (value === undefined) continue
    const got = `${flag} ${value}`.trim()
    const sentence = `operation "${analysis.operation.name}" gives data, which goes to ${RESULTS_FILE}: ${flag} is for images, got ${got}`
    throw new MurmurationError('ERR_USAGE', sentence)
  }
}

/** What an output depends on besides its input: where tiles only come near the whole image, their size too. */
function recipeText(pipeline: Pipeline, { tile, approximateTiles }: CheckedSubmitOptions): string {
  if (tile === undefined || !approximateTiles || !isApproximable(pipeline)) return pipeline.text
  return `${pipeline.text} (approximate tiles: ${tile})`
}

function isApproximable(pipeline: Pipeline): boolean {
  try {
    return planTiles(pipeline, { approximate: true }).approximated.length > 0
  } catch {
    return false
  }
}

/** @throws MurmurationError ERR_PIPELINE when an image is to be done in tiles and the pipeline cannot be */
async function divide(
  todo: readonly PlannedTask[],
  pipeline: Pipeline,
  { tile, approximateTiles }: CheckedSubmitOptions,
  world: SubmissionWorld,
): Promise<{ readonly tasks: readonly PlannedTask[]; readonly tiled: readonly TiledImage[] }> {
  if (tile === undefined) return { tasks: todo, tiled: [] }
  const chosen = await chooseTiled(todo, tile, (source) => readFileHeader(source).catch(() => undefined))
  if (chosen.tiled.length === 0) return { tasks: todo, tiled: [] }
  const plan = planTiles(pipeline, { approximate: approximateTiles })
  if (plan.approximated.length > 0) {
    const names = plan.approximated.map((name) => `"${name}"`).join(', ')
    world.emit({
      event: 'notice',
      message: `tiles see ${APPROXIMATE_TILE_REACH_PX} px around themselves, so ${names} may differ from the whole image and show seams`,
    })
  }
  const sidePx = tileSidePx(tile, plan)
  return { tasks: chosen.whole, tiled: chosen.tiled.map((task) => ({ task, plan, sidePx })) }
}

function tellPlan(tasks: readonly PlannedTask[], { alreadyDone }: Reconciled, world: SubmissionWorld): void {
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
