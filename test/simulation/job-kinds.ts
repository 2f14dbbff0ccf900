/** What differs between simulated jobs that make images, images in tiles, and data: as submit-job.ts decides it for real ones. */

import type { PlannedTask } from '../../src/peer/coordinator/job.ts'
import { planTasks } from '../../src/peer/coordinator/plan.ts'
import type { SourceReader } from '../../src/peer/coordinator/ports.ts'
import type { JobWork } from '../../src/peer/coordinator/run-job.ts'
import type { OutputWorld } from '../../src/peer/files/file-system.ts'
import type { Recipe } from '../../src/peer/files/journal.ts'
import { type Reconciled, reconcile } from '../../src/peer/files/reconcile.ts'
import { reconcileResults } from '../../src/peer/files/results-file.ts'
import { chooseTiled } from '../../src/peer/tiles/choose-tiled.ts'
import { readSource } from './disk-reader.ts'
import { JOB_SEED, type JobKind, PIPELINES, readImage } from './images.ts'
import type { JobPlan } from './scenario.ts'
import { TILE_PLAN } from './tile-images.ts'

export const PIXEL_VERSION = 'simulated-1'

export const ENCODING = { format: 'keep', quality: 90, keepMetadata: false } as const

export const recipeOf = (kind: JobKind): Recipe => ({
  pipeline: PIPELINES[kind],
  seed: JOB_SEED,
  pixelVersion: PIXEL_VERSION,
  ...ENCODING,
})

export const resultKindOf = (kind: JobKind): 'image' | 'data' => (kind === 'data' ? 'data' : 'image')

export function tasksOf({ kind, images }: JobPlan, sourceOf: (path: string) => string): PlannedTask[] {
  const found = images.map(({ path }) => ({ path, source: sourceOf(path) }))
  if (kind === 'data') return planTasks(found, { seed: JOB_SEED, kind })
  return planTasks(found, { seed: JOB_SEED, kind: 'image', format: 'keep', suffix: '' })
}

/** What an earlier run did of them, and where the others go. */
export function reconcileTasks(
  kind: JobKind,
  tasks: readonly PlannedTask[],
  out: string,
  disk: OutputWorld,
): Promise<Reconciled> {
  const destination = { out, recipe: recipeOf(kind), overwrite: false }
  return kind === 'data' ? reconcileResults(tasks, destination, disk) : reconcile(tasks, destination, disk)
}

/** Which of them are done in tiles. */
export async function divide(
  tasks: readonly PlannedTask[],
  { kind, tilePx }: JobPlan,
  reader: SourceReader,
): Promise<JobWork> {
  if (kind !== 'tiles') return { tasks }
  const measure = async (source: string) => readImage(await readSource(reader, source))
  const { whole, tiled } = await chooseTiled(tasks, tilePx, (source) => measure(source).catch(() => undefined))
  return { tasks: whole, tiled: tiled.map((task) => ({ task, plan: TILE_PLAN, sidePx: tilePx })) }
}
