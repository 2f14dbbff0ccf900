/** A planned job run to its end, with what every submission has: the disk, and the model for those who need it. */

import type { Clock } from '../base/clock.ts'
import type { PeerId } from '../base/ids.ts'
import { MODEL_TRIAL_MS } from '../base/limits.ts'
import { createRandom } from '../base/random.ts'
import type { HeaderReader, HugeCodec } from '../cv/index.ts'
import type { CheckedSubmitOptions } from './check-options.ts'
import type { LocalExecutor } from './coordinator/ports.ts'
import type { Quarantine } from './coordinator/quarantine.ts'
import { type JobInput, runJob } from './coordinator/run-job.ts'
import { STRATEGIES } from './coordinator/strategies/index.ts'
import { diskSource } from './files/disk-source.ts'
import { createHugeImages } from './files/huge-images.ts'
import type { OpenOutputFolder } from './files/output-folder.ts'
import type { JobSummary } from './job-events.ts'
import type { JobRecipe } from './job-recipe.ts'
import type { Model } from './models/model-file.ts'
import type { ServedModels } from './models/served-models.ts'
import { tryModel } from './models/try-model.ts'
import type { ClusterPort } from './ports.ts'
import type { SubmissionWorld } from './submission.ts'

export interface SubmitDependencies {
  readonly cluster: ClusterPort
  readonly clock: Clock
  readonly self: { readonly id: PeerId; readonly name: string }
  readonly localExecutor: () => LocalExecutor
  /** Who is put aside by all jobs of this process. */
  readonly quarantine: Quarantine
  /** How this peer looks into the files of its own jobs. */
  readonly headers: HeaderReader
  /** What decodes and encodes the huge images of one job, which closes it. */
  readonly openHugeCodec: () => HugeCodec
  /** From which executors get the job's model. */
  readonly models: ServedModels
}

export interface PlannedJob extends Omit<JobInput, 'settings'> {
  readonly recipe: JobRecipe
  readonly options: CheckedSubmitOptions
  readonly folder: OpenOutputFolder
}

/** Never rejects: what stopped the job is in the summary. The folder stays open. */
export async function runPlannedJob(
  deps: SubmitDependencies,
  { recipe: { pipeline, model, recipe }, options, folder, ...input }: PlannedJob,
  world: SubmissionWorld,
): Promise<JobSummary> {
  const { strategy: strategyName, seed, format, quality, keepMetadata } = options
  const strategy = STRATEGIES[strategyName]
  const codec = deps.openHugeCodec()
  const served = model && deps.models.serve(model, { cluster: deps.cluster, onSent: tellSent(deps, model, world) })
  try {
    return await runJob(
      {
        ...deps,
        ...world,
        ...(served && { cluster: served.cluster }),
        random: createRandom(`${seed}/${strategyName}`),
        reader: diskSource(deps.headers),
        sink: folder,
        hugeImages: createHugeImages({ folder, format, quality, keepMetadata, headers: deps.headers, codec }),
      },
      {
        ...input,
        settings: {
          ...options,
          job: input.facts.job,
          strategyName,
          choose: strategy.choose,
          bindsLate: strategy.bindsLate,
          mode: strategy.mustTake ? 'delayed-execute' : 'execute',
          pipeline: pipeline.text,
          pixelVersion: recipe.pixelVersion,
          hedge: options.hedge && strategy.bindsLate,
        },
      },
    )
  } finally {
    served?.stop()
    await codec.close()
  }
}

/** @throws MurmurationError ERR_MODEL */
export async function refuseBrokenModel(
  { pipeline, model }: JobRecipe,
  clock: Clock,
  world: SubmissionWorld,
): Promise<void> {
  if (model === undefined || pipeline.kind === 'image') return
  if (await tryModel(pipeline, model, { clock, signal: world.signal })) return
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
