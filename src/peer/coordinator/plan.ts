/**
 * From found files to tasks: sorted, named, seeded; pixels are never read. Two inputs that would write one output are refused
 * here, before anything is sent; names that differ only by case count as one, because some disks think so. Data goes to a line
 * of one file for all, which names the input's path: there two inputs of one path are refused.
 */

import { MurmurationError } from '../../base/errors.ts'
import { type TaskId, taskId } from '../../base/ids.ts'
import { MAX_JOB_FILES } from '../../base/limits.ts'
import { hashToSeed } from '../../base/random.ts'
import type { OutputFormat } from '../../protocol/messages.ts'
import type { PlannedTask } from './job.ts'

export interface FoundFile {
  /** Relative to its input root, `/` between folders. */
  readonly path: string
  /** What the disk calls it. */
  readonly source: string
}

/** Relative to the output folder: one line of JSON for each image of a pipeline that gives data. */
export const RESULTS_FILE = 'results.ndjson'

/** Lower case, relative to the output folder: what every job writes there beside its outputs. */
export const OWN_NAMES: readonly string[] = ['.murmuration', 'logs', 'summary.json']

/** How the images that a job makes are named. */
export interface OutputNaming {
  readonly format: OutputFormat
  /** Goes before the extension; may be empty. */
  readonly suffix: string
}

export type PlanSettings = { readonly seed: number } & (
  | ({ readonly kind: 'image' } & OutputNaming)
  | { readonly kind: 'data' }
)

/** @throws MurmurationError ERR_COLLISION, ERR_INPUT (more than MAX_JOB_FILES, or a path that leads out of its folder) */
export function planTasks(files: readonly FoundFile[], settings: PlanSettings): PlannedTask[] {
  if (files.length > MAX_JOB_FILES) {
    throw new MurmurationError('ERR_INPUT', `one job takes at most ${MAX_JOB_FILES} images, got ${files.length}`)
  }
  const sorted = files
    .map(({ path, source }) => ({ path: path.normalize('NFC'), source }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  const takenBy = new Map<string, string>()
  return sorted.map((file, index) => {
    const task = planTask(file, taskId(index), settings)
    const refusal = whyRefused(task)
    if (refusal) throw refusal
    const place = placeOf(task, settings)
    const other = takenBy.get(place)
    if (other !== undefined) throw collisionError(other, task, settings)
    takenBy.set(place, task.path)
    return task
  })
}

/** The task of a file, whether or not it may run: see whyRefused and placeOf. */
export function planTask({ path, source }: FoundFile, id: TaskId, settings: PlanSettings): PlannedTask {
  const normalized = path.normalize('NFC')
  const output = settings.kind === 'data' ? RESULTS_FILE : outputPath(normalized, settings)
  return { id, path: normalized, source, output, seed: hashToSeed(settings.seed, normalized) }
}

/** Why the task must not run, whatever else is planned: ERR_INPUT or ERR_COLLISION; undefined when it may. */
export function whyRefused({ path, output }: PlannedTask): MurmurationError | undefined {
  if (!staysBelow(path)) {
    return new MurmurationError('ERR_INPUT', `an image expects a path below its folder, got "${path}"`)
  }
  if (!OWN_NAMES.includes(output.toLowerCase())) return undefined
  const sentence = `"${path}" would be written to "${output}", a name that the output folder keeps for itself`
  return new MurmurationError('ERR_COLLISION', sentence, {
    facts: { output, inputs: [path], help: 'Rename it, or give --suffix or --format.' },
  })
}

/** Whether a relative path leads nowhere but below where it begins: outputs are written by it. */
export const staysBelow = (path: string): boolean =>
  !/^([\\/]|[A-Za-z]:[\\/])/.test(path) && !path.split('/').includes('..') && !path.includes('\0')

/** Where the result goes: one of the keys that no two tasks of a job may share. */
export const placeOf = ({ path, output }: PlannedTask, { kind }: PlanSettings): string =>
  kind === 'data' ? path : output.toLowerCase()

/** @param other the path of the task that has the place */
export function collisionError(other: string, { path, output }: PlannedTask, { kind }: PlanSettings): MurmurationError {
  const place = kind === 'data' ? `one line of "${output}"` : `"${output}"`
  const sentence = `"${other}" and "${path}" would both be written to ${place}`
  return new MurmurationError('ERR_COLLISION', sentence, { facts: { output, inputs: [other, path] } })
}

/** `a/b.jpg` with suffix `_gray` and format `png` is `a/b_gray.png`. */
export function outputPath(path: string, { format, suffix }: OutputNaming): string {
  const nameStart = path.lastIndexOf('/') + 1
  const dot = path.lastIndexOf('.')
  const stem = dot > nameStart ? path.slice(0, dot) : path
  const extension = dot > nameStart ? path.slice(dot) : ''
  return `${stem}${suffix}${format === 'keep' ? extension : `.${format}`}`
}
