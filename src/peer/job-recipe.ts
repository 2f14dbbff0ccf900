/** What a job does to each of its images, as its options say it: the pipeline with its model, how outputs are named and encoded. */

import { MurmurationError } from '../base/errors.ts'
import { type DataPipeline, type Pipeline, parsePipeline, pixelVersion } from '../cv/index.ts'
import { planTiles } from '../cv/tiles/tile-plan.ts'
import type { CheckedSubmitOptions } from './check-options.ts'
import { type PlanSettings, RESULTS_FILE } from './coordinator/plan.ts'
import type { Recipe } from './files/journal.ts'
import { bindModel, checkModelGiven, type Model, readModelFile } from './models/model-file.ts'

export interface JobRecipe {
  readonly pipeline: Pipeline
  readonly model: Model | undefined
  readonly planSettings: PlanSettings
  /** What the journal compares. */
  readonly recipe: Recipe
}

/** @throws MurmurationError ERR_PIPELINE, ERR_USAGE, ERR_MODEL */
export async function jobRecipe(options: CheckedSubmitOptions): Promise<JobRecipe> {
  const { pipeline, model } = await chosenPipeline(options)
  const { seed, format, quality, keepMetadata, suffix = pipeline.suffix } = options
  const { kind } = pipeline
  if (kind === 'data') refuseImageOptions(pipeline, options)
  const encoding = kind === 'data' ? DATA_ENCODING : { format, quality, keepMetadata }
  return {
    pipeline,
    model,
    planSettings: kind === 'data' ? { seed, kind } : { seed, kind, format, suffix },
    recipe: { pipeline: recipeText(pipeline, options), seed, pixelVersion: pixelVersion(), ...encoding },
  }
}

/** The pipeline, with the model's digest in its text where it runs one. @throws MurmurationError ERR_PIPELINE, ERR_USAGE, ERR_MODEL */
async function chosenPipeline(options: CheckedSubmitOptions): Promise<Pick<JobRecipe, 'pipeline' | 'model'>> {
  const pipeline = parsePipeline(options.pipeline)
  checkModelGiven(pipeline, options.model)
  if (options.model === undefined) return { pipeline, model: undefined }
  const model = await readModelFile(options.model)
  return { pipeline: bindModel(pipeline, model), model }
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
